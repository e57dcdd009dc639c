package dev.mtdconnector.enrollment;

import static dev.mtdconnector.testing.TestApp.GROUP;
import static dev.mtdconnector.testing.TestApp.LENA;
import static dev.mtdconnector.testing.TestApp.PHONE;
import static dev.mtdconnector.testing.TestApp.VENDOR_GUID;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.testing.TestApp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class EnrollmentSyncTest {

    private static final String OSCAR = "607f1810-a465-447c-b136-da952f9affef";
    private static final String TABLET = "11111111-0000-4000-8000-000000000001";
    private static final String NESTED = "cfdcb12f-cab8-40dc-a9d8-2b4f739806ca";
    private static final String LAPTOP = "22222222-0000-4000-8000-000000000002";
    private final UpstreamException down =
            new UpstreamException(UpstreamException.Service.GRAPH, UpstreamException.Kind.UNAVAILABLE, "down");

    private final TestApp app = new TestApp().ready();

    private void sync() {
        app.post("/api/v1/connector/sync", "").expect(202);
        app.drain();
    }

    private List<String> devices() {
        List<String> ids = new ArrayList<>();
        app.get("/api/v1/devices")
                .expect(200)
                .json()
                .path("devices")
                .forEach(device -> ids.add(device.path("deviceId").asText()));
        return ids;
    }

    private Map<String, String> unsupported() {
        Map<String, String> reasons = new TreeMap<>();
        app.get("/api/v1/unsupported-devices")
                .expect(200)
                .json()
                .path("devices")
                .forEach(device -> reasons.put(
                        device.path("deviceId").asText(), device.path("reason").asText()));
        return reasons;
    }

    private static Directory.OwnedDevice phone(String name, String system, String version) {
        return new Directory.OwnedDevice(PHONE, "object", name, system, version, null, true, LENA, "lena@x.example");
    }

    @Test
    void aDeviceOfTheGroupsUserIsPending() {
        TestApp.Answer device =
                app.get("/api/v1/devices/" + PHONE.toUpperCase(Locale.ROOT)).expect(200);
        assertThat(device.text("/state")).isEqualTo("pending");
        assertThat(device.text("/platform")).isEqualTo("ios");
        assertThat(device.json().path("protection").isNull()).isTrue();
        assertThat(device.json().at("/intune/outstanding").isBoolean()).isTrue();
        assertThat(app.get("/api/v1/connector").text("/sync/added")).isEqualTo("1");
    }

    @Test
    void newDevicesAppearWithinOnePollingInterval() {
        app.directory.withDevice(TABLET, LENA, "iPadOS", "17.1");
        app.pass(Duration.ofMinutes(7));
        assertThat(devices()).containsExactly(PHONE, TABLET);
    }

    @Test
    void devicesOfStrangersAndOfTooOldSystemsStayOut() {
        app.directory
                .withDevice(TABLET, LENA, "IPad", "14.8.1")
                .withDevice(LAPTOP, LENA, "Windows", "10.0.22631")
                .withDevice("33333333-0000-4000-8000-000000000003", OSCAR, "Android", "14");
        sync();

        assertThat(devices()).containsExactly(PHONE);
        assertThat(unsupported()).isEqualTo(Map.of(TABLET, "version", LAPTOP, "platform"));
        assertThat(app.get("/api/v1/connector").text("/sync/unsupported")).isEqualTo("2");
    }

    @Test
    void anUnsupportedDeviceThatIsUpdatedJoinsAndOneThatIsGoneIsForgotten() {
        app.directory.withDevice(TABLET, LENA, "IPad", "14.8").withDevice(LAPTOP, LENA, "Windows", "10");
        sync();
        app.directory.removeDevice(TABLET);
        app.directory.removeDevice(LAPTOP);
        app.directory.withDevice(TABLET, LENA, "IPad", "18.0");
        sync();

        assertThat(devices()).containsExactly(PHONE, TABLET);
        assertThat(unsupported()).isEmpty();
    }

    @Test
    void aVersionThatCannotBeReadIsLetPass() {
        app.directory.withDevice(TABLET, LENA, "iOS", null).withDevice(LAPTOP, LENA, "AndroidEnterprise", "Tiramisu");
        sync();
        assertThat(devices()).containsExactly(PHONE, TABLET, LAPTOP);
    }

    @Test
    void whatChangedInTheDirectoryChangesAndNothingElseIsWritten() {
        String credential = app.activate(PHONE);
        app.drain();
        app.checkIn(credential);
        app.drain();
        app.directory.removeDevice(PHONE);
        app.directory.withDevice(phone("Lena's new name", "iOS", "19.0"));
        sync();
        assertThat(app.get("/api/v1/devices/" + PHONE).text("/displayName")).isEqualTo("Lena's new name");
        assertThat(app.device(PHONE)).isEqualTo("secured");
        assertThat(app.intune.history(PHONE)).containsExactly("activated", "secured");

        sync();
        long devices = app.tables.writes("devices");
        long unsupported = app.tables.writes("unsupported");
        long connectors = app.tables.writes("connectors");
        sync();
        assertThat(app.tables.writes("devices")).isEqualTo(devices);
        assertThat(app.tables.writes("unsupported")).isEqualTo(unsupported);
        assertThat(app.tables.writes("connectors")).isEqualTo(connectors);
    }

    @Test
    void aReadingThatFailsHalfWayWritesNothing() {
        app.directory.withDevice(TABLET, LENA, "iOS", "18").withDevice(LAPTOP, LENA, "Windows", "10");
        app.directory.failAfterDevices(2, down);
        long devices = app.tables.writes("devices");
        long unsupported = app.tables.writes("unsupported");
        sync();
        assertThat(app.tables.writes("devices")).isEqualTo(devices);
        assertThat(app.tables.writes("unsupported")).isEqualTo(unsupported);
        assertThat(app.get("/api/v1/connector").text("/sync/error")).isEqualTo("directory.unavailable");

        app.directory.heal();
        app.pass(Duration.ofMinutes(2));
        assertThat(devices()).containsExactly(PHONE, TABLET);
    }

    @Test
    void aGroupThatIsGoneIsSaidAndRemovesNoDevice() {
        app.directory.removeGroup(GROUP);
        sync();
        assertThat(app.get("/api/v1/connector").text("/sync/error")).isEqualTo("enrollment.group-gone");
        assertThat(devices()).containsExactly(PHONE);
    }

    @Test
    void theLastDeviceDoesNotLeaveUnasked() {
        app.directory.leave(GROUP, LENA);
        sync();
        assertThat(app.device(PHONE)).isEqualTo("pending");
        assertThat(app.get("/api/v1/connector").text("/sync/held")).isEqualTo("1");
        assertThat(app.get("/api/v1/connector").text("/sync/left")).isEqualTo("0");
    }

    @Test
    void aDeviceWhoseUserLeftIsOutOfScopeAndComesBackWithItsHistory() {
        app.directory.withDevice(TABLET, OSCAR, "iOS", "18").join(GROUP, OSCAR);
        String credential = app.activate(PHONE);
        sync();
        app.checkIn(credential);
        app.drain();
        assertThat(app.device(PHONE)).isEqualTo("secured");

        app.directory.leave(GROUP, LENA);
        sync();
        assertThat(app.device(PHONE)).isEqualTo("out-of-scope");
        assertThat(app.intune.history(PHONE)).containsExactly("activated", "secured", "deactivated");
        assertThat(app.get("/api/v1/connector").text("/sync/left")).isEqualTo("1");

        app.directory.join(GROUP, LENA);
        sync();
        assertThat(app.device(PHONE)).isEqualTo("secured");
        assertThat(app.intune.history(PHONE)).containsExactly("activated", "secured", "deactivated", "secured");
    }

    @Test
    void aDeviceIsDeletedWithItsUsersDepartureWhereThatIsWanted() {
        app.directory.withDevice(TABLET, OSCAR, "iOS", "18").join(GROUP, OSCAR);
        app.put("/api/v1/connector/enrollment", """
                {"groups": ["Mobile Threat Defense Users"], "deleteOnUnenrollment": true}
                """).expect(200);
        app.activate(PHONE);
        app.drain();
        app.directory.leave(GROUP, LENA);
        sync();
        app.pass(Duration.ofMinutes(2));
        app.get("/api/v1/devices/" + PHONE).expect(404);
        assertThat(app.intune.history(PHONE)).containsExactly("activated", "deactivated");
        // The index by day, by which lines of traces expire, goes with the day.
        assertThat(app.tables.dump().get("devices"))
                .filteredOn(row -> !row.key().startsWith("z|"))
                .noneMatch(row -> row.key().contains(PHONE));

        app.directory.join(GROUP, LENA);
        sync();
        assertThat(app.device(PHONE)).isEqualTo("pending");
    }

    @Test
    void usersOfGroupsWithinTheGroupCountUnlessThatIsSwitchedOff() {
        app.directory
                .withGroup(NESTED, "Field Sales", OSCAR)
                .withDevice(TABLET, OSCAR, "iOS", "18")
                .nest(GROUP, NESTED, true)
                .nest(NESTED, GROUP, true);
        sync();
        assertThat(devices()).containsExactly(PHONE, TABLET);

        app.put("/api/v1/connector/enrollment", """
                {"groups": ["Mobile Threat Defense Users"], "nestedGroups": false, "confirmLeaving": 1}
                """).expect(200);
        app.drain();
        assertThat(app.device(TABLET)).isEqualTo("out-of-scope");
        assertThat(app.device(PHONE)).isEqualTo("pending");
    }

    @Test
    void aGroupThatWasTakenOutWhileLinksWereLostNoLongerCounts() {
        app.directory
                .withGroup(NESTED, "Field Sales", OSCAR)
                .withDevice(TABLET, OSCAR, "iOS", "18")
                .nest(GROUP, NESTED, true);
        sync();
        assertThat(app.device(TABLET)).isEqualTo("pending");

        app.directory.forgetLinks();
        app.directory.nest(GROUP, NESTED, false);
        sync();
        assertThat(app.device(TABLET)).isEqualTo("out-of-scope");
        assertThat(app.device(PHONE)).isEqualTo("pending");
    }

    @Test
    void aPollThatFindsNothingNewCostsTwoRequestsAndWritesOneRow() {
        sync();
        long before = app.tables.writes("enrollment");
        int requests = app.directory.requests();
        sync();
        assertThat(app.tables.writes("enrollment")).isEqualTo(before + 1);
        assertThat(app.directory.requests()).isEqualTo(requests + 2);
    }

    @Test
    void aDeviceOfTwoUsersDoesNotChangeAtEverySync() {
        app.directory.join(GROUP, OSCAR);
        app.directory.withDevice(TABLET, LENA, "iOS", "18").withDevice(TABLET, OSCAR, "iOS", "18");
        sync();
        String owner = app.get("/api/v1/devices/" + TABLET).text("/userId");
        app.directory.removeDevice(TABLET);
        app.directory.withDevice(TABLET, OSCAR, "iOS", "18").withDevice(TABLET, LENA, "iOS", "18");
        long writes = app.tables.writes("devices");
        sync();
        assertThat(app.get("/api/v1/devices/" + TABLET).text("/userId")).isEqualTo(owner);
        assertThat(app.tables.writes("devices")).isEqualTo(writes);
    }

    @Test
    void idsInAnotherCaseAndNamesCutInAnEmojiDoNoHarm() {
        app.directory.withDevice(new Directory.OwnedDevice(
                TABLET.toUpperCase(Locale.ROOT),
                "o",
                "Lena \ud83d",
                "iOS",
                "18\ud83d",
                "x\ude00",
                null,
                LENA,
                "lena\ud83d"));
        sync();
        app.activate(TABLET);
        app.drain();
        assertThat(app.get("/api/v1/devices/" + TABLET).text("/displayName")).isEqualTo("Lena ?");
        long writes = app.tables.writes("devices");
        sync();
        assertThat(app.tables.writes("devices")).isEqualTo(writes);
    }

    @Test
    void eventsThatCameBeforeTheDeviceAreToldWhenItJoins() {
        assertThat(app.feed("["
                                + TestApp.deviceEvent("e1", TestApp.START, VENDOR_GUID, TABLET, "ACTIVATED") + ","
                                + TestApp.threatEvent("e2", TestApp.START, VENDOR_GUID, LENA, "OPEN", "TROJAN") + "]")
                        .expect(200)
                        .text("/parked"))
                .isEqualTo("2");
        app.directory.withDevice(TABLET, LENA, "iOS", "18");
        sync();

        assertThat(app.device(TABLET)).isEqualTo("high");
        assertThat(app.intune.history(TABLET)).containsExactly("highSeverity");
        assertThat(app.tables.dump().get("intake")).noneMatch(row -> row.key().startsWith("p|"));
    }

    @Test
    void manyDevicesAreAddedInTransactionsAndListedInPages() {
        app.tables.withRaggedPages();
        for (int i = 0; i < 1234; i++) {
            app.directory.withDevice(String.format("44444444-0000-4000-8000-%012d", i), LENA, "Android", "15");
        }
        sync();
        int count = 0;
        String next = "";
        do {
            TestApp.Answer page = app.get("/api/v1/devices?limit=500" + (next.isEmpty() ? "" : "&cursor=" + next))
                    .expect(200);
            count += page.json().path("devices").size();
            next = page.text("/next").replace("null", "");
            assertThat(page.json().at("/devices/0/intune").has("outstanding")).isFalse();
        } while (!next.isEmpty());
        assertThat(count).isEqualTo(1235);
    }
}
