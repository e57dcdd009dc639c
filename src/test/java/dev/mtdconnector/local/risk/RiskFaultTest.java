package dev.mtdconnector.local.risk;

import static dev.mtdconnector.local.risk.RiskAccess.CONTOSO_KEY;
import static dev.mtdconnector.local.risk.RiskAccess.FABRIKAM_KEY;
import static dev.mtdconnector.local.risk.RiskCaller.GRANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mtdconnector.local.http.Fault;
import dev.mtdconnector.local.risk.RiskCaller.Listener;
import dev.mtdconnector.local.risk.RiskCaller.Reply;
import dev.mtdconnector.testing.SettableClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What each fault of the polling form does, and that it ends. */
@Timeout(60)
class RiskFaultTest {

    private final SettableClock clock = new SettableClock(SettableClock.MORNING);
    private final RiskBench bench = RiskBench.start(clock);
    private final RiskCaller caller = new RiskCaller(bench);
    private String device = "";
    private List<String> ids = List.of();

    @BeforeEach
    void three_events() throws Exception {
        device = bench.feed().enroll(Enrollment.ios());
        bench.feed().activate(device);
        bench.feed().openThreat(device, "PORT_SCAN", Severity.ADVISORY);
        ids = caller.events("").each("events", "/id");
        assertThat(ids).hasSize(3);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void duplicates_come_once_more_each() throws Exception {
        bench.faults().set(RiskFault.DUPLICATES, 1);
        Reply page = caller.events("");
        assertThat(page.each("events", "/id")).hasSize(6).hasSameElementsAs(ids);
        assertThat(caller.events("").each("events", "/id")).isEqualTo(ids);
    }

    @Test
    void reordered_events_keep_the_cursor_of_the_newest() throws Exception {
        bench.faults().set(RiskFault.REORDERED, 1);
        Reply page = caller.events("");
        assertThat(page.each("events", "/id")).containsExactly(ids.get(2), ids.get(1), ids.get(0));
        assertThat(page.json().path("last_oid").asText()).isEqualTo(ids.get(2));
    }

    @Test
    void silence_lasts_until_it_is_cleared() throws Exception {
        bench.faults().set(RiskFault.SILENCE, RiskFaults.ALWAYS);
        for (int i = 0; i < 2; i++) {
            Reply page = caller.events("?oid=" + ids.get(0));
            assertThat(page.each("events", "/id")).isEmpty();
            assertThat(page.json().path("last_oid").asText()).isEqualTo(ids.get(0));
        }
        bench.faults().clear();
        assertThat(caller.events("?oid=" + ids.get(0)).each("events", "/id")).hasSize(2);
    }

    @Test
    void an_expired_cursor_is_refused_and_a_start_time_is_not() throws Exception {
        bench.faults().set(RiskFault.CURSOR_EXPIRED, 1);
        assertThat(caller.events("?start_time=" + clock.instant()).status()).isEqualTo(200);
        assertThat(caller.events("?oid=" + ids.get(0)).status()).isEqualTo(400);
        assertThat(caller.events("?oid=" + ids.get(0)).status()).isEqualTo(200);
    }

    @Test
    void a_stuck_cursor_leads_to_the_same_page() throws Exception {
        bench.faults().set(RiskFault.CURSOR_STUCK, RiskFaults.ALWAYS);
        String cursor = caller.events("").json().path("last_oid").asText();
        Reply again = caller.events("?oid=" + cursor);
        assertThat(again.each("events", "/id")).isEqualTo(ids);
        assertThat(again.json().path("last_oid").asText()).isEqualTo(cursor);
    }

    @Test
    void an_event_of_another_customer_stands_before_the_others() throws Exception {
        bench.faults().set(RiskFault.FOREIGN_ENTERPRISE, 1);
        Reply page = caller.events("");
        assertThat(page.each("events", "/enterprise_guid"))
                .containsExactly(RiskService.FOREIGN, RiskService.CONTOSO, RiskService.CONTOSO, RiskService.CONTOSO);
        assertThat(page.each("events", "/target/guid").get(0)).isEqualTo(device);
    }

    @Test
    void impossible_dates_stand_in_threats_that_the_cloud_does_not_hold() throws Exception {
        bench.faults().set(RiskFault.DATED_1970, 1).set(RiskFault.DATED_2099, 1);
        Reply page = caller.events("");
        assertThat(page.each("events", "/created_time").subList(0, 2))
                .containsExactly("2099-12-31T23:59:59.999+00:00", "1970-01-01T00:00:00.000+00:00");
        assertThat(bench.feed().threats()).hasSize(1);
        assertThat(page.each("events", "/id")).doesNotHaveDuplicates().allMatch(RiskIds::isId);
    }

    @Test
    void a_number_stands_among_the_events() throws Exception {
        bench.faults().set(RiskFault.NOT_AN_OBJECT, 1);
        assertThat(caller.events("").json().at("/events/0").isInt()).isTrue();
    }

    @Test
    void bytes_that_are_no_utf_8_make_the_page_unreadable_once() throws Exception {
        bench.faults().set(RiskFault.INVALID_UTF8, 1);
        byte[] body = caller.events("").body();
        assertThatThrownBy(() -> StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)))
                .isInstanceOf(CharacterCodingException.class);
        assertThat(caller.events("").each("events", "/id")).isEqualTo(ids);
    }

    @Test
    void an_endless_page_drips_until_the_client_goes() throws Exception {
        bench.faults().set(RiskFault.ENDLESS_PAGE, 1);
        try (Listener page = caller.read("/mra/api/v2/events")) {
            assertThat(page.until("     "))
                    .startsWith("{\"events\":[{")
                    .contains(ids.get(2))
                    .endsWith("}     ");
        }
        assertThat(caller.events("").each("events", "/id")).isEqualTo(ids);
    }

    @Test
    void a_huge_page_has_a_hundred_mebibytes() throws Exception {
        bench.faults().set(RiskFault.HUGE_PAGE, 1);
        try (Listener page = caller.read("/mra/api/v2/events")) {
            assertThat(page.count(Long.MAX_VALUE)).isBetween(100L << 20, 101L << 20);
        }
    }

    @Test
    void a_page_without_events_uses_no_fault_up() throws Exception {
        bench.faults().set(RiskFault.DUPLICATES, 1);
        caller.events("?oid=" + ids.get(2));
        assertThat(caller.events("?oid=" + ids.get(1)).each("events", "/id")).hasSize(2);
    }

    @Test
    void a_good_token_is_rejected_so_many_times() throws Exception {
        bench.faults().set(RiskFault.TOKEN_REJECTED, 2);
        assertThat(List.of(
                        caller.events("").status(),
                        caller.get("/mra/api/v2/devices").status(),
                        caller.events("").status()))
                .containsExactly(401, 401, 200);
    }

    @Test
    void a_revoked_key_takes_its_tokens_with_it_and_an_extended_one_is_good_again() throws Exception {
        bench.service().access().revoke(CONTOSO_KEY);
        assertThat(caller.token(CONTOSO_KEY, GRANT).status()).isEqualTo(401);
        assertThat(caller.events("").status()).isEqualTo(401);
        bench.service().access().extend(CONTOSO_KEY, clock.instant().plusSeconds(60));
        assertThat(caller.token(CONTOSO_KEY, GRANT).status()).isEqualTo(200);
        clock.advance(Duration.ofSeconds(60));
        assertThat(caller.token(CONTOSO_KEY, GRANT).status()).isEqualTo(401);
    }

    @Test
    void a_key_of_another_customer_reads_that_customers_events_alone() throws Exception {
        String other = bench.service().otherFeed().enroll(Enrollment.android());
        String token =
                caller.token(FABRIKAM_KEY, GRANT).json().path("access_token").asText();
        Reply page = caller.get("/mra/api/v2/events", token);
        assertThat(page.each("events", "/enterprise_guid")).containsExactly(RiskService.FABRIKAM);
        assertThat(page.each("events", "/device/guid")).containsExactly(other);
    }

    @Test
    void more_requests_than_the_limit_are_429_until_the_window_ends() throws Exception {
        caller.token();
        bench.faults().pace(2, 10, true);
        assertThat(statuses(4)).containsExactly(200, 200, 429, 429);
        assertThat(caller.events("").retryAfter()).contains("10");
        clock.advance(Duration.ofSeconds(10));
        assertThat(statuses(1)).containsExactly(200);
        bench.faults().pace(1, 10, false);
        assertThat(caller.events("").status()).isEqualTo(429);
        assertThat(caller.events("").retryAfter()).isEmpty();
    }

    @Test
    void faults_of_any_answer_come_in_the_vendors_form() throws Exception {
        bench.traffic().add(Fault.status("GET", "/mobile-risk/mra/*", 1, 503));
        Reply failed = caller.events("");
        assertThat(failed.status()).isEqualTo(503);
        assertThat(failed.json().path("request-id").asText()).isNotEmpty();
        bench.traffic().add(new Fault("GET", "/mobile-risk/mra/*", 1, null, null, 0, 40, false, false, false));
        assertThatThrownBy(() -> caller.events("")).isInstanceOf(IOException.class);
        assertThat(caller.events("").status()).isEqualTo(200);
    }

    private List<Integer> statuses(int count) throws Exception {
        List<Integer> statuses = new java.util.ArrayList<>();
        for (int i = 0; i < count; i++) {
            statuses.add(caller.events("").status());
        }
        return statuses;
    }
}
