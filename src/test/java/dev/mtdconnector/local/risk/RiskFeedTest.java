package dev.mtdconnector.local.risk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mtdconnector.local.contoso.Journal;
import dev.mtdconnector.local.http.Json;
import dev.mtdconnector.testing.SettableClock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The events that changes make, in the shape of live data. */
class RiskFeedTest {

    private static final String PHONE = "f1557f3b-f90a-4260-a7c5-5a7bf975524c";
    private static final String ENTRA = "33184684-d443-4db2-a6ca-88b78df8f1e7";

    private final SettableClock clock = new SettableClock(SettableClock.MORNING);
    private final Journal journal = Journal.inMemory();
    private final RiskFeed feed = new RiskFeed(RiskService.CONTOSO, clock, journal, Set.of());

    @Test
    void a_device_event_has_the_shape_of_live_data() throws IOException {
        feed.enroll(Enrollment.android().withGuid(PHONE).withEntra(ENTRA).withEmail("lena@contoso.com"));
        feed.activate(PHONE);

        ObjectNode event = (ObjectNode) lastEvent();
        event.remove("id");
        JsonNode expected = Json.parse("""
                {"enterprise_guid":"703d284e-c7dd-4dd0-bd0d-12bfade8095c","created_time":"2026-11-21T09:00:00.000+00:00",
                 "type":"DEVICE","change_type":"UPDATED",
                 "target":{"guid":"f1557f3b-f90a-4260-a7c5-5a7bf975524c","type":"DEVICE"},
                 "actor":{"type":"DEVICE","guid":"f1557f3b-f90a-4260-a7c5-5a7bf975524c"},
                 "device":{"guid":"f1557f3b-f90a-4260-a7c5-5a7bf975524c","platform":"ANDROID","profile_type":"WORK",
                  "info":{"email":"lena@contoso.com","external_id":"33184684-d443-4db2-a6ca-88b78df8f1e7",
                   "mdm_connector_id":"432293","mdm_type":"INTUNE"},
                  "status":{"activation_status":"ACTIVATED","protection_status":"PROTECTED","security_status":"SECURE"},
                  "hardware":{"manufacturer":"samsung","model":"sm-a346b"},
                  "software":{"os_version":"16","security_patch_level":"2026-11-01"},
                  "client":{"package_name":"com.lookout.enterprise","package_version":"9.1.1.1517"}}}
                """);
        assertThat((Object) event).isEqualTo(expected);
    }

    @Test
    void a_threat_changes_the_security_status_of_its_device_after_its_own_event() throws IOException {
        enrolled();
        String medium = feed.openThreat(PHONE, "SIDELOADED_APP", Severity.MEDIUM, details());
        String high = feed.openThreat(PHONE, "ROOT_JAILBREAK", Severity.HIGH);
        feed.openThreat(PHONE, "PORT_SCAN", Severity.ADVISORY);
        feed.resolve(high);
        feed.ignore(medium);

        assertThat(events(3).stream().map(RiskFeedTest::told))
                .containsExactly(
                        "THREAT CREATED OPEN MEDIUM by DEVICE",
                        "DEVICE UPDATED THREATS_MEDIUM by DEVICE",
                        "THREAT CREATED OPEN HIGH by DEVICE",
                        "DEVICE UPDATED THREATS_HIGH by DEVICE",
                        "THREAT CREATED OPEN ADVISORY by DEVICE",
                        "THREAT UPDATED RESOLVED HIGH by DEVICE",
                        "DEVICE UPDATED THREATS_MEDIUM by DEVICE",
                        "THREAT UPDATED IGNORED MEDIUM by ADMIN",
                        "DEVICE UPDATED SECURE by DEVICE");
        assertThat(events(3).get(0).at("/threat/details/package_name").asText()).isEqualTo("com.doa.start");
    }

    @Test
    void a_device_lives_and_leaves_and_takes_its_threats_along() throws IOException {
        enrolled();
        feed.openThreat(PHONE, "TROJAN", Severity.HIGH);
        feed.disconnect(PHONE);
        assertThat(lastEvent().at("/device/status").toString())
                .isEqualTo("{\"activation_status\":\"ACTIVATED\",\"protection_status\":\"DISCONNECTED\"}");
        feed.reconnect(PHONE);
        assertThat(lastEvent().at("/device/status/security_status").asText()).isEqualTo("THREATS_HIGH");
        feed.deactivate(PHONE);
        assertThat(told(lastEvent())).isEqualTo("DEVICE UPDATED  by ADMIN");
        feed.purge(PHONE);
        assertThat(told(lastEvent())).isEqualTo("DEVICE PURGED  by SYSTEM");
        assertThat(feed.threats()).isEmpty();
        assertThatThrownBy(() -> feed.activate(PHONE)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_device_without_an_entra_id_has_the_mdms_or_none() throws IOException {
        feed.enroll(Enrollment.ios().withMdm("mdm-17"));
        assertThat(lastEvent().at("/device/info/external_id").asText()).isEqualTo("mdm-17");
        String unmanaged = feed.enroll(Enrollment.ios());
        assertThat(lastEvent().at("/device/info").isEmpty()).isTrue();
        feed.tie(unmanaged, ENTRA);
        assertThat(lastEvent().at("/device/info/external_id").asText()).isEqualTo(ENTRA);
    }

    @Test
    void alerts_audits_and_raw_events_stand_in_the_feed() throws IOException {
        enrolled();
        feed.smishing(PHONE, "EMBEDDED_PHISHING_URL", "https://example.com/x");
        assertThat(lastEvent().at("/smishing_alert/detections/0/alert_type").asText())
                .isEqualTo("URL_DETECTION");
        feed.audit("CLASSIFICATION_POLICY", Json.array().add(Json.object().put("name", "agent_outdated")));
        assertThat(lastEvent().at("/audit/type").asText()).isEqualTo("CLASSIFICATION_POLICY");
        assertThat(lastEvent().at("/target/type").asText()).isEqualTo("ENTERPRISE");
        feed.publish(Json.object().put("type", "WEATHER").put("id", "seven"));
        assertThat(lastEvent().path("id").asText()).isEqualTo("seven");
        assertThat(lastEvent().path("enterprise_guid").asText()).isEqualTo(RiskService.CONTOSO);
    }

    @Test
    void ids_grow_and_are_the_same_for_the_same_deeds() {
        List<String> ids = ids(feed);
        assertThat(ids).isSorted().doesNotHaveDuplicates();
        assertThat(ids(new RiskFeed(RiskService.CONTOSO, clock, null, Set.of())))
                .isEqualTo(ids);
        assertThat(ids(new RiskFeed(RiskService.FABRIKAM, clock, null, Set.of())))
                .doesNotContainAnyElementsOf(ids);
        clock.advance(Duration.ofMillis(1));
        assertThat(RiskIds.floor(clock.instant())).isGreaterThan(ids.get(ids.size() - 1));
        assertThat(RiskIds.time(ids.get(0))).isEqualTo(SettableClock.MORNING);
        clock.advance(Duration.ofHours(-1));
        feed.enroll(Enrollment.ios());
        assertThat(feed.last()).isGreaterThan(ids.get(ids.size() - 1));
    }

    @Test
    void a_restart_remembers_devices_threats_events_and_where_ids_stood() {
        enrolled();
        String threat = feed.openThreat(PHONE, "TROJAN", Severity.HIGH, details());
        String gone = feed.enroll(Enrollment.ios());
        feed.delete(gone);

        RiskFeed again = new RiskFeed(RiskService.CONTOSO, clock, journal, Set.of());
        assertThat(again.devices()).isEqualTo(feed.devices()).hasSize(2);
        assertThat(again.threat(threat)).isEqualTo(feed.threat(threat)).isPresent();
        assertThat(again.eventCount()).isEqualTo(feed.eventCount());
        assertThat(again.last()).isEqualTo(feed.last());
        again.activate(PHONE);
        assertThat(again.last()).isGreaterThan(Objects.requireNonNull(feed.last()));
        assertThat(new RiskFeed(RiskService.FABRIKAM, clock, journal, Set.of()).eventCount())
                .isZero();
    }

    @Test
    void many_threads_lose_no_event() throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        for (int i = 0; i < 400; i++) {
            threads.execute(() -> {
                String device = feed.enroll(Enrollment.android());
                feed.activate(device);
                feed.resolve(feed.openThreat(device, "TROJAN", Severity.HIGH));
            });
        }
        threads.shutdown();
        assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        assertThat(feed.eventCount()).isEqualTo(400 * 6);
        assertThat(feed.devices()).allMatch(device -> device.securityStatus().equals("SECURE"));
    }

    private List<String> ids(RiskFeed of) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            of.enroll(Enrollment.android());
            ids.add(of.last());
        }
        return ids;
    }

    private void enrolled() {
        feed.enroll(Enrollment.android().withGuid(PHONE).withEntra(ENTRA));
        feed.activate(PHONE);
        feed.enroll(Enrollment.ios());
    }

    private static ObjectNode details() {
        return Json.object().put("package_name", "com.doa.start");
    }

    private JsonNode lastEvent() throws IOException {
        List<RiskEvent> all = feed.after(null, Set.of(), Integer.MAX_VALUE);
        return Json.parse(all.get(all.size() - 1).json());
    }

    private List<JsonNode> events(int from) throws IOException {
        List<JsonNode> events = new ArrayList<>();
        for (RiskEvent event : feed.after(null, Set.of(), Integer.MAX_VALUE)) {
            events.add(Json.parse(event.json()));
        }
        return events.subList(from, events.size());
    }

    private static String told(JsonNode event) {
        String what = event.has("threat")
                ? event.at("/threat/status").asText() + " "
                        + event.at("/threat/severity").asText()
                : event.at("/device/status/security_status").asText();
        return event.path("type").asText() + " " + event.path("change_type").asText() + " " + what + " by "
                + event.at("/actor/type").asText();
    }
}
