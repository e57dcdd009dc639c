package dev.mtdconnector.local.risk;

import static dev.mtdconnector.local.risk.RiskAccess.CONTOSO_KEY;
import static dev.mtdconnector.local.risk.RiskCaller.GRANT;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.local.http.Json;
import dev.mtdconnector.testing.SettableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each rule is kept, and is missed when it is switched off: a rule without effect, or without a test, fails here. */
@Timeout(60)
class RiskRuleTest {

    private final SettableClock clock = new SettableClock(SettableClock.MORNING);

    @ParameterizedTest
    @EnumSource
    void is_kept(RiskRule rule) throws Exception {
        assertThat(kept(rule, Set.of())).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void would_be_missed(RiskRule rule) throws Exception {
        assertThat(kept(rule, Set.of(rule)))
                .as("kept although it is switched off")
                .isFalse();
    }

    @Test
    void every_rule_and_every_fault_stands_in_the_page_about_the_local_world() throws IOException {
        String page = Files.readString(Path.of("docs", "local-world.md"));
        for (RiskRule rule : RiskRule.values()) {
            assertThat(page).contains("| `" + rule + "` | ");
        }
        for (RiskFault fault : RiskFault.values()) {
            assertThat(page).contains("| `" + fault + "` | ");
        }
    }

    private boolean kept(RiskRule rule, Set<RiskRule> off) throws Exception {
        try (RiskBench bench = RiskBench.start(clock, null, off)) {
            return kept(rule, bench.feed(), new RiskCaller(bench));
        }
    }

    private boolean kept(RiskRule rule, RiskFeed feed, RiskCaller caller) throws Exception {
        switch (rule) {
            case KEY_IS_KNOWN -> {
                return caller.token("another-key", GRANT).status() == 401
                        && caller.token(null, GRANT).status() == 401;
            }
            case KEY_LASTS_A_YEAR -> {
                clock.advance(Duration.ofDays(365).minusSeconds(1));
                boolean before = caller.token(CONTOSO_KEY, GRANT).status() == 200;
                clock.advance(Duration.ofSeconds(1));
                return before && caller.token(CONTOSO_KEY, GRANT).status() == 401;
            }
            case GRANT_IS_CLIENT_CREDENTIALS -> {
                return caller.token(CONTOSO_KEY, "grant_type=password").status() == 400
                        && caller.token(CONTOSO_KEY, "").status() == 400;
            }
            case TOKEN_REQUIRED -> {
                return caller.get("/mra/api/v2/events", null).status() == 401
                        && caller.get("/mra/api/v2/events", CONTOSO_KEY).status() == 401;
            }
            case TOKEN_LASTS_TWO_HOURS -> {
                boolean before = caller.events("").status() == 200;
                clock.advance(Duration.ofHours(2).minusSeconds(1));
                before &= caller.events("").status() == 200;
                clock.advance(Duration.ofSeconds(1));
                return before && caller.events("").status() == 401;
            }
            case ERRORS_CARRY_A_REQUEST_ID -> {
                JsonNode error = caller.get("/mra/api/v2/events", null).json();
                return error.path("error").isTextual()
                        && error.path("request-id").isTextual();
            }
            case PARAMETERS_ARE_KNOWN -> {
                return caller.events("?since=2026").status() == 400
                        && caller.get("/mra/api/v2/devices?colour=red").status() == 400;
            }
            case VALUES_ARE_KNOWN -> {
                return caller.events("?types=THREAT,WEATHER").status() == 400
                        && caller.get("/mra/api/v2/devices?security_status=FINE")
                                        .status()
                                == 400;
            }
            case EVENTS_LIMIT -> {
                return List.of("0", "1001", "-1", "many").stream()
                        .allMatch(limit -> status(caller, "/mra/api/v2/events?limit=" + limit) == 400);
            }
            case LIST_LIMIT -> {
                return List.of("1001", "-1", "many").stream()
                                .allMatch(limit -> status(caller, "/mra/api/v2/devices?limit=" + limit) == 400)
                        && status(caller, "/mra/api/v2/devices?limit=0") == 200;
            }
            case LIST_DEFAULT -> {
                enroll(feed, 101);
                return caller.get("/mra/api/v2/devices").json().path("count").asInt() == 100;
            }
            case EVENTS_LOOK_BACK -> {
                return caller.events("?start_time=" + clock.instant().minus(RiskFeed.HISTORY))
                                        .status()
                                == 200
                        && caller.events("?start_time="
                                                + clock.instant()
                                                        .minus(RiskFeed.HISTORY)
                                                        .minusMillis(1))
                                        .status()
                                == 400;
            }
            case CURSOR_IN_HISTORY -> {
                enroll(feed, 1);
                String cursor = "?oid=" + feed.last();
                clock.advance(RiskFeed.HISTORY.minusHours(1));
                boolean before = caller.events(cursor).status() == 200;
                clock.advance(Duration.ofHours(1).plusSeconds(1));
                return before
                        && caller.get("/mra/api/v2/events" + cursor, fresh(caller))
                                        .status()
                                == 400;
            }
            case CURSOR_IS_EXCLUSIVE -> {
                enroll(feed, 2);
                List<String> ids = caller.events("").each("events", "/id");
                return caller.events("?oid=" + ids.get(0)).each("events", "/id").equals(ids.subList(1, 3));
            }
            case EVENTS_OLDEST_FIRST -> {
                enroll(feed, 3);
                List<String> ids = caller.events("").each("events", "/id");
                return ids.equals(ids.stream().sorted().toList())
                        && caller.events("").json().path("last_oid").asText().equals(feed.last());
            }
            case TYPES_FILTER -> {
                feed.openThreat(enroll(feed, 1), "ADWARE", Severity.NONE);
                return caller.events("?types=THREAT").each("events", "/type").equals(List.of("THREAT"));
            }
            case LISTS_NEWEST_FIRST -> {
                enroll(feed, 3);
                List<String> newest = caller.get("/mra/api/v2/devices").each("devices", "/oid");
                return newest.size() == 3
                        && newest.get(0).compareTo(newest.get(1)) > 0
                        && caller.get("/mra/api/v2/devices?oid=" + newest.get(0))
                                .each("devices", "/oid")
                                .equals(newest.subList(1, 3));
            }
            case NOT_PREFIX -> {
                String ill = enroll(feed, 2);
                feed.openThreat(ill, "TROJAN", Severity.HIGH);
                return caller.get("/mra/api/v2/devices?security_status=!SECURE")
                                .each("devices", "/guid")
                                .equals(List.of(ill))
                        && caller.get("/mra/api/v2/devices?platform=!IOS")
                                        .json()
                                        .path("count")
                                        .asInt()
                                == 2;
            }
            case HISTORY_ENDS -> {
                enroll(feed, 1);
                clock.advance(RiskFeed.HISTORY.plusSeconds(1));
                return caller.events("").json().path("count").asInt() == 0;
            }
            case STREAM_HEARTBEAT -> {
                enroll(feed, 1);
                String id = feed.last();
                try (RiskCaller.Listener listener = caller.listen("?id=" + id)) {
                    return beats(listener, feed);
                }
            }
            case STREAM_RESUMES_AFTER_ID -> {
                enroll(feed, 2);
                String first = caller.events("").each("events", "/id").get(0);
                String missed = Objects.requireNonNull(feed.last());
                try (RiskCaller.Listener listener = caller.listen("", first)) {
                    listener.frame();
                    enroll(feed, 1);
                    String news = listener.news();
                    return news.contains(missed) && !news.contains(first);
                }
            }
            case STREAM_ID_IS_THE_LAST -> {
                enroll(feed, 2);
                try (RiskCaller.Listener listener = caller.listen("?start_time=" + clock.instant())) {
                    return RiskCaller.Listener.field(listener.news(), "id").equals(feed.last());
                }
            }
            case STREAM_WITHOUT_ID_IS_NEW_ONLY -> {
                String old = enroll(feed, 1);
                try (RiskCaller.Listener listener = caller.listen("")) {
                    listener.frame();
                    String fresh = enroll(feed, 1);
                    String news = listener.news();
                    return news.contains(fresh) && !news.contains(old);
                }
            }
            case EVENTS_NAME_THE_DEVICE -> {
                String device = enroll(feed, 1);
                feed.openThreat(device, "ADWARE", Severity.LOW);
                JsonNode event = caller.events("?types=THREAT").json().at("/events/0");
                return event.at("/target/guid").asText().equals(device)
                        && event.at("/target/type").asText().equals("THREAT")
                        && event.at("/actor/guid").asText().equals(device);
            }
            case WEB_CONTENT_IS_RESOLVED -> {
                feed.openThreat(enroll(feed, 1), "PHISHING_CONTENT", Severity.HIGH);
                JsonNode event = caller.events("?types=THREAT").json().at("/events/0");
                return event.path("change_type").asText().equals("CREATED")
                        && event.at("/threat/status").asText().equals("RESOLVED");
            }
            case RESOLVED_REPEATS_ASSESSMENTS -> {
                feed.resolve(feed.openThreat(enroll(feed, 1), "ADWARE", Severity.LOW));
                JsonNode events = caller.events("?types=THREAT").json().path("events");
                return events.at("/0/threat/assessments").isMissingNode()
                        && events.at("/1/threat/assessments")
                                .equals(Json.parse("[{\"classification\":\"ADWARE\",\"risk\":\"LOW\"}]"));
            }
            case STATUS_ONLY_WHEN_ACTIVE -> {
                feed.enroll(Enrollment.ios());
                JsonNode status = caller.events("").json().at("/events/0/device/status");
                return status.equals(Json.parse("{\"activation_status\":\"PENDING\"}"));
            }
            case SYSTEM_RERATES -> {
                feed.rerate(feed.openThreat(enroll(feed, 1), "PCP_PAUSED", Severity.ADVISORY), Severity.MEDIUM);
                JsonNode event = caller.events("?types=THREAT").json().at("/events/1");
                return event.path("actor").equals(Json.parse("{\"type\":\"SYSTEM\"}"))
                        && event.at("/threat/severity").asText().equals("MEDIUM")
                        && event.at("/threat/status").asText().equals("OPEN");
            }
        }
        throw new AssertionError(rule);
    }

    /** Two heartbeats before the first event, which is published ten times as late as they are due. */
    private static boolean beats(RiskCaller.Listener listener, RiskFeed feed) throws Exception {
        long later = RiskBench.HEARTBEAT.multipliedBy(10).toMillis();
        CompletableFuture.delayedExecutor(later, TimeUnit.MILLISECONDS).execute(() -> enroll(feed, 1));
        boolean kept = true;
        for (int i = 0; i < 2 && kept; i++) {
            kept = "event:heartbeat\ndata:{}".equals(listener.frame());
        }
        return kept;
    }

    private static String fresh(RiskCaller caller) throws IOException, InterruptedException {
        return caller.token(CONTOSO_KEY, GRANT).json().path("access_token").asText();
    }

    private static int status(RiskCaller caller, String path) {
        try {
            return caller.get(path).status();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    /** Active Android devices; gives the last one's GUID. */
    private static String enroll(RiskFeed feed, int count) {
        String guid = "";
        for (int i = 0; i < count; i++) {
            guid = feed.enroll(Enrollment.android());
        }
        feed.activate(guid);
        return guid;
    }
}
