package dev.mtdconnector.local.risk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.local.contoso.Journal;
import dev.mtdconnector.local.http.Json;
import dev.mtdconnector.local.risk.RiskCaller.Reply;
import dev.mtdconnector.testing.SettableClock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The vendor's part of the control API, and what the lists and tokens of the Mobile Risk API show after it. */
@Timeout(60)
class RiskControlTest {

    private final SettableClock clock = new SettableClock(SettableClock.MORNING);
    private final Journal journal = Journal.inMemory();
    private final RiskBench bench = RiskBench.start(clock, journal, Set.of());
    private final RiskCaller caller = new RiskCaller(bench);

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void a_token_has_the_documented_fields() throws Exception {
        JsonNode token = caller.token(RiskAccess.CONTOSO_KEY, RiskCaller.GRANT).json();
        assertThat(token.path("access_token").asText()).isNotEmpty();
        assertThat(token.path("token_type").asText()).isEqualTo("Bearer");
        assertThat(token.path("expires_in").asInt()).isEqualTo(7200);
        assertThat(token.path("expires_at").asLong())
                .isEqualTo(clock.instant().plusSeconds(7200).toEpochMilli());
        assertThat(token.path("scope").isTextual()).isTrue();
    }

    @Test
    void devices_and_threats_are_driven_by_requests_and_seen_in_lists() throws Exception {
        String device = done(caller.control(
                        "/device",
                        "{\"action\":\"enroll\",\"platform\":\"IOS\",\"email\":\"Lena@contoso.com\",\"mdmId\":\"m1\","
                                + "\"entraDeviceId\":\"082fb7b9-70be-41a9-8d0b-d84fe7f17291\"}"))
                .path("device")
                .asText();
        done(caller.control("/device", "{\"action\":\"activate\",\"device\":\"" + device + "\"}"));
        String threat = done(caller.control(
                        "/threat",
                        "{\"action\":\"open\",\"device\":\"" + device
                                + "\",\"classification\":\"TROJAN\",\"severity\":\"HIGH\","
                                + "\"details\":{\"package_name\":\"com.example\"}}"))
                .path("threat")
                .asText();

        JsonNode listed = caller.get("/mra/api/v2/device?mdm_device_id=m1").json();
        assertThat(listed.path("guid").asText()).isEqualTo(device);
        assertThat(listed.path("security_status").asText()).isEqualTo("THREATS_HIGH");
        assertThat(listed.at("/details/external_id").asText()).isEqualTo("082fb7b9-70be-41a9-8d0b-d84fe7f17291");
        assertThat(listed.path("activated_at").asText()).isEqualTo("2026-11-21T09:00:00.000+00:00");
        JsonNode one = caller.get("/mra/api/v2/threat?guid=" + threat).json();
        assertThat(one.path("risk").asText()).isEqualTo("HIGH");
        assertThat(one.at("/device/guid").asText()).isEqualTo(device);
        assertThat(one.at("/device/details/external_id").asText()).isEqualTo("082fb7b9-70be-41a9-8d0b-d84fe7f17291");

        done(caller.control("/threat", "{\"action\":\"resolve\",\"threat\":\"" + threat + "\"}"));
        assertThat(caller.get("/mra/api/v2/threats?status=OPEN")
                        .json()
                        .path("count")
                        .asInt())
                .isZero();
        assertThat(caller.get("/mra/api/v2/threats?status=RESOLVED").each("threats", "/guid"))
                .containsExactly(threat);
        done(caller.control("/device", "{\"action\":\"purge\",\"device\":\"" + device + "\"}"));
        assertThat(caller.get("/mra/api/v2/device?guid=" + device).status()).isEqualTo(404);
    }

    @Test
    void the_state_tells_devices_open_threats_requests_and_the_key() throws Exception {
        String device = bench.feed().enroll(Enrollment.android());
        bench.feed().activate(device);
        bench.feed().openThreat(device, "ADWARE", Severity.LOW);
        caller.events("");
        caller.events("");
        done(caller.control("/faults", "{\"fault\":\"SILENCE\",\"times\":-1}"));

        JsonNode state = caller.state();
        assertThat(state.path("deviceCount").asInt()).isEqualTo(1);
        assertThat(state.at("/devices/0/securityStatus").asText()).isEqualTo("THREATS_LOW");
        assertThat(state.at("/openThreats/0/classification").asText()).isEqualTo("ADWARE");
        assertThat(state.path("events").asInt()).isEqualTo(4);
        assertThat(state.path("tokensIssued").asInt()).isEqualTo(1);
        assertThat(state.at("/key/expires").asText()).isEqualTo("2027-11-21T09:00:00Z");
        assertThat(state.path("faults")).isEqualTo(Json.parse("{\"SILENCE\":-1}"));
        assertThat(RiskCaller.items(state.path("requests"))
                        .filter(count -> count.path("template").asText().endsWith("/mra/api/v2/events"))
                        .map(count -> count.path("count").asInt()))
                .containsExactly(2);
        caller.delete("/faults");
        assertThat(caller.state().path("faults").isEmpty()).isTrue();
    }

    @Test
    void the_key_is_revoked_expired_and_extended_and_a_restart_remembers() throws Exception {
        done(caller.control("/key", "{\"action\":\"revoke\"}"));
        assertThat(status()).isEqualTo(401);
        try (RiskBench again = RiskBench.start(clock, journal, Set.of())) {
            assertThat(new RiskCaller(again)
                            .token(RiskAccess.CONTOSO_KEY, RiskCaller.GRANT)
                            .status())
                    .isEqualTo(401);
        }
        done(caller.control("/key", "{\"action\":\"extend\"}"));
        assertThat(status()).isEqualTo(200);
        done(caller.control("/key", "{\"action\":\"expire\"}"));
        assertThat(status()).isEqualTo(401);
        done(caller.control("/key", "{\"action\":\"create\",\"key\":\"the-next-key\"}"));
        assertThat(caller.token("the-next-key", RiskCaller.GRANT).status()).isEqualTo(200);
    }

    @Test
    void a_pace_is_set_and_an_odd_event_published() throws Exception {
        String id = done(caller.control("/event", "{\"type\":\"THREAT\",\"threat\":{}}"))
                .path("id")
                .asText();
        assertThat(caller.events("").each("events", "/id")).containsExactly(id);
        done(caller.control("/pace", "{\"requests\":1,\"seconds\":60}"));
        assertThat(caller.events("").status()).isEqualTo(200);
        assertThat(caller.events("").retryAfter()).contains("60");
    }

    @Test
    void what_cannot_be_done_is_a_400_that_says_why_and_changes_nothing() throws Exception {
        for (List<String> wrong : List.of(
                List.of("/device", "{\"action\":\"enroll\",\"platform\":\"PALM\"}", "platform"),
                List.of("/device", "{\"action\":\"fly\",\"device\":\"x\"}", "action"),
                List.of("/device", "{\"action\":\"activate\"}", "device"),
                List.of("/device", "{\"action\":\"activate\",\"device\":\"x\"}", "no device x"),
                List.of("/device", "{\"action\":\"activate\",\"device\":\"x\",\"colour\":1}", "colour"),
                List.of(
                        "/threat",
                        "{\"action\":\"open\",\"device\":\"x\",\"classification\":\"A\",\"severity\":\"BAD\"}",
                        "severity"),
                List.of("/threat", "{\"action\":\"sing\",\"threat\":\"x\"}", "action"),
                List.of("/faults", "{\"fault\":\"RAIN\"}", "fault"),
                List.of("/key", "{\"action\":\"lose\"}", "action"),
                List.of("/key", "{\"action\":\"revoke\",\"key\":\"none\"}", "no such application key"),
                List.of("/event", "7", "object"),
                List.of("/event", "{", "JSON"))) {
            Reply refused = caller.control(wrong.get(0), wrong.get(1));
            assertThat(refused.status()).as(wrong.toString()).isEqualTo(400);
            assertThat(refused.json().path("error").asText()).contains(wrong.get(2));
        }
        assertThat(bench.feed().eventCount()).isZero();
    }

    @Test
    void lists_filter_and_page_until_they_are_empty() throws Exception {
        for (int i = 0; i < 7; i++) {
            String guid = bench.feed()
                    .enroll((i % 2 == 0
                                    ? Enrollment.ios()
                                    : Enrollment.android().withMdm("m" + i))
                            .withEmail("user" + i + "@contoso.com"));
            if (i > 2) {
                bench.feed().activate(guid);
            }
        }
        clock.advance(Duration.ofMinutes(1));
        String late = bench.feed().enroll(Enrollment.ios());
        bench.feed().activate(late);
        bench.feed().smishing(late, "MALICIOUS_CONTENT", "https://example.com");

        assertThat(count("state=ACTIVATED")).isEqualTo(5);
        assertThat(count("state=!ACTIVATED")).isEqualTo(3);
        assertThat(count("protection_status=PROTECTED")).isEqualTo(5);
        assertThat(count("platform=ANDROID&is_mdm=true")).isEqualTo(3);
        assertThat(count("email=USER3")).isEqualTo(1);
        assertThat(count("updated_since=2026-11-21T09:01:00Z")).isEqualTo(1);
        assertThat(count("limit=0")).isZero();
        assertThat(caller.get("/mra/api/v2/devices?updated_since=2026-11-21T09:01:00+00:00")
                        .status())
                .as("an unescaped plus sign")
                .isEqualTo(400);
        int seen = 0;
        String cursor = "";
        while (true) {
            List<String> page =
                    caller.get("/mra/api/v2/devices?limit=3" + cursor).each("devices", "/oid");
            if (page.isEmpty()) {
                break;
            }
            seen += page.size();
            cursor = "&oid=" + page.get(page.size() - 1);
        }
        assertThat(seen).isEqualTo(8);
        assertThat(caller.get("/mra/api/v2/smishing-alerts").each("smishing_alerts", "/detections/0/category"))
                .containsExactly("MALICIOUS_CONTENT");
    }

    @Test
    void events_are_read_page_by_page_and_by_time() throws Exception {
        for (int i = 0; i < 25; i++) {
            bench.feed().enroll(Enrollment.android());
            clock.advance(Duration.ofMinutes(1));
        }
        assertThat(caller.eventIds(10)).hasSize(25).isSorted();
        assertThat(caller.events("?start_time=2026-11-21T09:20:00Z").each("events", "/created_time"))
                .hasSize(5)
                .startsWith("2026-11-21T09:20:00.000+00:00");
        assertThat(caller.events("?start_time=yesterday").status()).isEqualTo(400);
        assertThat(caller.events("?oid=seven").status()).isEqualTo(400);
    }

    @Test
    void what_is_not_there_is_refused_in_the_vendors_form() throws Exception {
        assertThat(caller.get("/mra/api/v2/weather").json().path("request-id").isTextual())
                .isTrue();
        assertThat(caller.get("/mra/api/v2/threat?guid=082fb7b9-70be-41a9-8d0b-d84fe7f17291")
                        .status())
                .isEqualTo(404);
        assertThat(caller.get("/mra/api/v2/threats?timeframe=TODAY").status()).isEqualTo(400);
        assertThat(caller.get("/mra/api/v2/device").status()).isEqualTo(400);
    }

    private int count(String query) throws Exception {
        return caller.get("/mra/api/v2/devices?" + query).json().path("count").asInt();
    }

    private int status() throws Exception {
        return caller.token(RiskAccess.CONTOSO_KEY, RiskCaller.GRANT).status();
    }

    private static JsonNode done(Reply reply) throws Exception {
        assertThat(reply.status()).isBetween(200, 299);
        return reply.status() == 204 ? Json.object() : reply.json();
    }
}
