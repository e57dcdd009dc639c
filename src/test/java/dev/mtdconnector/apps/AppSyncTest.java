package dev.mtdconnector.apps;

import static dev.mtdconnector.testing.TestApp.LENA;
import static dev.mtdconnector.testing.TestApp.PHONE;
import static dev.mtdconnector.testing.TestApp.START;
import static dev.mtdconnector.testing.TestApp.TENANT;
import static dev.mtdconnector.testing.TestApp.VENDOR_GUID;
import static dev.mtdconnector.testing.TestApp.deviceEvent;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.common.UpstreamException.Kind;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.storage.Row;
import dev.mtdconnector.tenant.Registration;
import dev.mtdconnector.testing.TestApp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AppSyncTest {

    private static final String SWITCH = "allowPartnerToCollectIOSApplicationMetadata";
    private static final String PERSONAL = "allowPartnerToCollectIOSPersonalApplicationMetadata";
    private static final String TORCH = "{\"name\": \"Free Torch\", \"reason\": \"Sells places\"}";

    private final TestApp app = granted();

    private static TestApp granted() {
        TestApp app = new TestApp();
        app.entra.grantOptional(Registration.BASE);
        app.ready();
        app.feed(deviceEvent("tie", START, VENDOR_GUID, PHONE, "ACTIVATED")).expect(200);
        app.drain();
        app.intune.switchTo(SWITCH, true);
        app.detectedApps.withApp("a1", "FREE Torch", "Example Ltd", true).installed("a1", PHONE, true);
        app.detectedApps.withApp("a2", "Mail", "Example Ltd", true).installed("a2", PHONE, true);
        return app;
    }

    private String deny(String body) {
        String id = app.post("/api/v1/denied-apps", body).expect(201).text("/id");
        settle();
        return id;
    }

    private void settle() {
        app.drain();
        app.pass(Duration.ofSeconds(30));
    }

    private void syncNow() {
        app.clock.advance(Duration.ofMinutes(1));
        app.post("/api/v1/app-sync/run", "").expect(202);
        settle();
    }

    private JsonNode state() {
        return app.get("/api/v1/app-sync").expect(200).json();
    }

    private JsonNode threat() {
        for (JsonNode threat :
                app.get("/api/v1/devices/" + PHONE).expect(200).json().path("threats")) {
            if (threat.path("source").asText().equals("app-sync")) {
                return threat;
            }
        }
        return MissingNode.getInstance();
    }

    private static UpstreamException failure(Kind kind) {
        return new UpstreamException(UpstreamException.Service.GRAPH, kind, "No answer", null, null);
    }

    @Test
    void aDeniedAppOnAnEnrolledPhoneIsAThreatThatSaysThatItWasMatchedByName() {
        assertThat(app.device(PHONE)).isEqualTo("secured");

        deny(TORCH);

        assertThat(app.device(PHONE)).isEqualTo("medium");
        JsonNode threat = threat();
        assertThat(threat.path("classifications").toString()).isEqualTo("[\"DENYLISTED_APP\"]");
        assertThat(threat.path("matchedBy").asText()).isEqualTo("name");
        assertThat(threat.at("/application/name").asText()).isEqualTo("FREE Torch");
        assertThat(threat.at("/application/publisher").asText()).isEqualTo("Example Ltd");
        assertThat(state().path("state").asText()).isEqualTo("done");
        assertThat(state().at("/lastRun/counts/appsMatched").asInt()).isEqualTo(1);
        assertThat(state().at("/lastRun/counts/found").asInt()).isEqualTo(1);
        assertThat(Objects.requireNonNull(app.intune.held(PHONE)).state()).isEqualTo("mediumSeverity");
        assertThat(app.get("/api/v1/devices/" + PHONE + "/trace")
                        .expect(200)
                        .http()
                        .body())
                .contains("denied-app-found")
                .contains("Sells places");
    }

    @Test
    void onlyWhatMatchesIsResolvedToDevices() {
        deny(TORCH);
        assertThat(app.detectedApps.reads()).isEqualTo(2);
    }

    /** The schedule has a job run once more a minute after a change, in case a run under way had looked before it. */
    @Test
    void aChangeOfTheListHasTheInventoryReadOnce() {
        deny(TORCH);
        app.pass(Duration.ofMinutes(5));
        assertThat(app.detectedApps.reads()).isEqualTo(2);
        deny("{\"name\": \"Mail\", \"reason\": \"x\"}");
        app.pass(Duration.ofMinutes(5));
        assertThat(app.detectedApps.reads()).isEqualTo(2 + 3);
        syncNow();
        assertThat(app.detectedApps.reads()).isEqualTo(2 + 3 + 3);
    }

    @Test
    void whereItIsSwitchedOffNothingIsReadAndWhatWasFoundEnds() {
        deny(TORCH);
        int reads = app.detectedApps.reads();
        app.intune.switchTo(SWITCH, false);

        syncNow();

        assertThat(app.detectedApps.reads()).isEqualTo(reads);
        assertThat(state().path("state").asText()).isEqualTo("off");
        assertThat(app.device(PHONE)).isEqualTo("secured");
        assertThat(Objects.requireNonNull(app.intune.held(PHONE)).state()).isEqualTo("secured");
    }

    @Test
    void withoutTheRolesNothingIsReadAndWhatToDoIsSaid() {
        TestApp bare = new TestApp().ready();
        bare.intune.switchTo(SWITCH, true);
        bare.post("/api/v1/denied-apps", TORCH).expect(201);
        bare.drain();
        JsonNode state = bare.get("/api/v1/app-sync").expect(200).json();
        assertThat(state.path("state").asText()).isEqualTo("not-permitted");
        assertThat(state.path("remedy").asText()).contains("DeviceManagementManagedDevices.Read.All");
        assertThat(bare.detectedApps.reads()).isZero();
    }

    @Test
    void withoutADenyListThereIsNothingToReadAndNoJob() {
        app.post("/api/v1/app-sync/run", "").expect(202);
        settle();
        assertThat(app.detectedApps.reads()).isZero();
        assertThat(state().path("state").asText()).isEqualTo("nothing-denied");
        app.pass(Duration.ofHours(1));
        assertThat(app.detectedApps.reads()).isZero();
    }

    @Test
    void personalDevicesCountOnlyWhereThatIsSwitchedOnToo() {
        app.detectedApps.remove("a1");
        app.detectedApps.withApp("a3", "Free Torch", null, true).installed("a3", PHONE, false);
        deny(TORCH);
        assertThat(threat().isMissingNode()).isTrue();
        assertThat(state().at("/lastRun/counts/personalLeftOut").asInt()).isEqualTo(1);

        app.intune.switchTo(PERSONAL, true);
        syncNow();
        assertThat(app.device(PHONE)).isEqualTo("medium");

        app.intune.switchTo(PERSONAL, false);
        syncNow();
        assertThat(app.device(PHONE)).isEqualTo("secured");
    }

    @Test
    void whatIsGoneEndsAndComesBackWithIt() {
        deny(TORCH);
        app.detectedApps.uninstalled("a1");
        syncNow();
        assertThat(app.device(PHONE)).isEqualTo("secured");
        app.detectedApps.installed("a1", PHONE, true);
        syncNow();
        assertThat(app.device(PHONE)).isEqualTo("medium");
        app.detectedApps.remove("a1");
        syncNow();
        assertThat(app.device(PHONE)).isEqualTo("secured");
    }

    @Test
    void removingTheEntryEndsWhatItFoundThoughIntuneDoesNotAnswer() {
        String id = deny(TORCH);
        deny("{\"name\": \"Chess\", \"reason\": \"x\"}");
        app.detectedApps.failList(failure(Kind.UNAVAILABLE));
        app.delete("/api/v1/denied-apps/" + id).expect(204);
        settle();
        assertThat(app.device(PHONE)).isEqualTo("secured");
        app.delete("/api/v1/denied-apps/" + id).expect(404);
    }

    @Test
    void aReadingThatBreaksOffEndsNothing() {
        deny(TORCH);
        app.detectedApps.uninstalled("a1");
        app.detectedApps.failDevices(failure(Kind.UNAVAILABLE));
        syncNow();
        assertThat(state().path("state").asText()).isEqualTo("failed");
        assertThat(app.device(PHONE)).isEqualTo("medium");

        app.detectedApps.failDevices(failure(Kind.NOT_FOUND));
        app.pass(Duration.ofMinutes(2));
        syncNow();
        assertThat(state().path("state").asText()).isEqualTo("done");
        assertThat(state().at("/lastRun/counts/unread").asInt()).isEqualTo(1);
        assertThat(app.device(PHONE)).isEqualTo("medium");

        app.detectedApps.failDevices(null);
        app.detectedApps.remove("a1");
        app.detectedApps.failList(failure(Kind.UNAVAILABLE));
        syncNow();
        assertThat(app.device(PHONE)).isEqualTo("medium");
    }

    @Test
    void anInventoryWithoutASingleAppIsNotBelieved() {
        deny(TORCH);
        app.detectedApps.remove("a1");
        app.detectedApps.remove("a2");
        syncNow();
        assertThat(app.device(PHONE)).isEqualTo("medium");
        assertThat(state().at("/lastRun/counts/unread").asInt()).isEqualTo(1);
    }

    /** Nobody holds a device for ever because of what nobody may read any more. */
    @Test
    void whatWasFoundEndsAWeekAfterTheLastReadingWhenReadingIsForbidden() {
        deny(TORCH);
        app.detectedApps.failList(failure(Kind.FORBIDDEN));
        app.clock.advance(Duration.ofDays(6));
        syncNow();
        assertThat(state().path("state").asText()).isEqualTo("not-permitted");
        assertThat(threat().path("status").asText()).isEqualTo("open");
        app.clock.advance(Duration.ofDays(1));
        syncNow();
        assertThat(threat().path("status").asText()).isEqualTo("resolved");
        assertThat(findings()).isEmpty();
    }

    @Test
    void anInventoryThatIsEmptyAgainAWeekAfterTheLastReadingIsBelieved() {
        deny(TORCH);
        app.detectedApps.remove("a1");
        app.detectedApps.remove("a2");
        app.clock.advance(Duration.ofDays(8));
        syncNow();
        assertThat(threat().path("status").asText()).isEqualTo("open");
        syncNow();
        assertThat(threat().path("status").asText()).isEqualTo("resolved");
    }

    @Test
    void aDeviceThatIsFoundToBePersonalIsLeftOutThoughNotAllOfTheAppCouldBeRead() {
        deny(TORCH);
        app.detectedApps.uninstalled("a1");
        app.detectedApps.installed("a1", PHONE, false);
        app.detectedApps.failDevices(failure(Kind.NOT_FOUND));
        syncNow();
        assertThat(app.device(PHONE)).isEqualTo("secured");
    }

    @Test
    void aPersonalDeviceWithTwoVersionsOfAnAppIsCountedOnce() {
        app.detectedApps.uninstalled("a1");
        app.detectedApps.installed("a1", PHONE, false);
        app.detectedApps.withApp("a9", "Free Torch", "Example Ltd", true).installed("a9", PHONE, false);
        deny(TORCH);
        assertThat(state().at("/lastRun/counts/personalLeftOut").asInt()).isEqualTo(1);
        assertThat(state().at("/lastRun/counts/installations").asInt()).isEqualTo(1);
    }

    @Test
    void whereThereAreTooManyVersionsToReadAllOfThemNothingEnds() {
        deny(TORCH);
        for (int i = 0; i < MatchedApps.MOST; i++) {
            app.detectedApps.withApp("a0-%04d".formatted(i), "Free Torch", "Example Ltd", true);
        }
        syncNow();
        assertThat(state().path("state").asText()).isEqualTo("done");
        assertThat(app.device(PHONE)).isEqualTo("medium");
    }

    @Test
    void aLongRunStopsBetweenAppsThatAreOnNoDevice() {
        app.detectedApps.uninstalled("a1");
        app.detectedApps.uninstalled("a2");
        deny("{\"name\": \"Mail\", \"reason\": \"x\"}");
        int reads = app.detectedApps.reads();
        app.detectedApps.slowBy(() -> app.clock.advance(Duration.ofMinutes(4)));
        deny(TORCH);
        // Each of the apps in a run of its own, which reads the list and then all apps from the first that is not done.
        assertThat(app.detectedApps.reads() - reads).isGreaterThan(3);
        assertThat(state().path("state").asText()).isEqualTo("done");
    }

    @Test
    void aDeviceThatLeavesHasNoFindingAndOneThatIsNotEnrolledGetsNone() {
        app.detectedApps.installed("a1", "11111111-0000-4000-8000-000000000009", true);
        deny(TORCH);
        assertThat(state().at("/lastRun/counts/notEnrolled").asInt()).isEqualTo(1);
        // Of an enrollment that would lose everybody nothing is taken.
        app.directory
                .join(TestApp.GROUP, TestApp.INES)
                .withDevice("11111111-0000-4000-8000-000000000003", TestApp.INES, "Android", "15");
        app.put("/api/v1/connector/enrollment", """
                {"groups": ["Mobile Threat Defense Users"], "safetyCapPercent": 100}
                """).expect(200);
        app.pass(Duration.ofMinutes(11));
        app.directory.leave(TestApp.GROUP, LENA);
        app.post("/api/v1/connector/sync", "").expect(202);
        app.pass(Duration.ofMinutes(11));
        assertThat(app.device(PHONE)).isEqualTo("out-of-scope");
        syncNow();
        assertThat(threat().path("status").asText()).isEqualTo("resolved");
        assertThat(findings()).isEmpty();
    }

    private List<Row> findings() {
        return app.tables.dump().getOrDefault("apps", List.of()).stream()
                .filter(row -> row.key().startsWith("f|"))
                .toList();
    }

    @Test
    void whatIsUnchangedIsNotWritten() {
        deny(TORCH);
        List<Row> devices = rowsOfPhone();
        List<Row> findings = findings();
        for (int day = 0; day < 3; day++) {
            syncNow();
        }
        assertThat(rowsOfPhone()).isEqualTo(devices);
        assertThat(findings()).isEqualTo(findings);
        assertThat(findings).hasSize(1);
    }

    private List<Row> rowsOfPhone() {
        return app.tables.dump().getOrDefault("devices", List.of()).stream()
                .filter(row -> row.key().startsWith("d|" + PHONE))
                .toList();
    }

    @Test
    void aThreatThatAnAdministratorIgnoresStaysSoUntilTheAppIsGone() {
        deny(TORCH);
        String guid = threat().path("guid").asText();
        app.post("/api/v1/devices/" + PHONE + "/threats/" + guid + "/ignore", "{\"reason\": \"For tests\"}")
                .expect(200);
        syncNow();
        assertThat(app.device(PHONE)).isEqualTo("secured");
        app.detectedApps.uninstalled("a1");
        syncNow();
        app.detectedApps.installed("a1", PHONE, true);
        syncNow();
        assertThat(app.device(PHONE)).isEqualTo("medium");
    }

    @Test
    void itRunsOnceADayAtATimeOfTheTenantsOwn() {
        deny(TORCH);
        app.pass(Duration.ofMinutes(3));
        int reads = app.detectedApps.reads();
        Instant next = AppSyncJob.nextSlot(TENANT, app.clock.instant());
        assertThat(Instant.parse(state().path("nextAt").asText())).isEqualTo(next);
        assertThat(AppSyncJob.nextSlot(TENANT, next)).isEqualTo(next.plus(Duration.ofDays(1)));
        app.clock.advance(Duration.between(app.clock.instant(), next).minusSeconds(60));
        app.app().tick();
        app.drain();
        assertThat(app.detectedApps.reads()).isEqualTo(reads);
        app.pass(Duration.ofMinutes(3));
        assertThat(app.detectedApps.reads()).isEqualTo(reads + 2);
    }

    @Test
    void tenantsAreSpreadOverTheDay() {
        TreeSet<Long> hours = new TreeSet<>();
        for (int i = 0; i < 500; i++) {
            String tenant = UUID.nameUUIDFromBytes(new byte[] {(byte) i, (byte) (i >> 8)})
                    .toString();
            Instant slot = AppSyncJob.nextSlot(tenant, START);
            assertThat(slot).isAfter(START).isBeforeOrEqualTo(START.plus(Duration.ofDays(1)));
            hours.add(Duration.between(START, slot).toHours());
        }
        assertThat(hours).hasSize(24);
    }

    /** Cut off anywhere, the next run comes to the same. */
    @ParameterizedTest
    @EnumSource(Kind.class)
    void whateverGoesWrongTheNextRunPutsItRight(Kind kind) {
        app.detectedApps.failDevices(failure(kind));
        deny(TORCH);
        app.detectedApps.failDevices(null);
        syncNow();
        assertThat(app.device(PHONE)).isEqualTo("medium");
    }

    @Test
    void aLongRunGoesOnWhereItStopped() {
        for (int i = 0; i < 30; i++) {
            String id = "22222222-0000-4000-8000-0000000000%02d".formatted(i);
            app.directory.withDevice(id, LENA, "iOS", "18.6");
            app.detectedApps.installed("a1", id, true);
        }
        app.pass(Duration.ofMinutes(11));
        app.detectedApps.slowBy(() -> app.clock.advance(Duration.ofMinutes(4)));
        app.post("/api/v1/denied-apps", TORCH).expect(201);
        app.drain();
        app.detectedApps.slowBy(() -> {});
        app.pass(Duration.ofMinutes(2));
        assertThat(findings()).hasSize(31);
        assertThat(state().at("/lastRun/counts/onDevices").asInt()).isEqualTo(31);
        assertThat(state().at("/lastRun/counts/installations").asInt()).isEqualTo(31);
        assertThat(app.queues.receive(JobKind.APP_SYNC.queue(), Duration.ofSeconds(1)))
                .isEmpty();
    }
}
