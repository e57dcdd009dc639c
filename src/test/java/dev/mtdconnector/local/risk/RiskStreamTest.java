package dev.mtdconnector.local.risk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.local.http.Fault;
import dev.mtdconnector.local.http.Json;
import dev.mtdconnector.local.risk.RiskCaller.Listener;
import dev.mtdconnector.testing.SettableClock;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The event stream: framing, resuming, and what goes wrong with it. */
@Timeout(60)
class RiskStreamTest {

    private static final String BEAT = "event:heartbeat\ndata:{}";

    private final SettableClock clock = new SettableClock(SettableClock.MORNING);
    private final RiskBench bench = RiskBench.start(clock);
    private final RiskCaller caller = new RiskCaller(bench);
    private final RiskFeed feed = bench.feed();

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void events_come_as_they_happen_between_heartbeats() throws Exception {
        try (Listener listener = caller.listen("?types=DEVICE,THREAT")) {
            assertThat(listener.status()).isEqualTo(200);
            assertThat(listener.frame()).isEqualTo(BEAT);
            String device = feed.enroll(Enrollment.android());
            String frame = listener.news();
            assertThat(frame).startsWith("id:" + feed.last() + "\nevent:events\ndata:{\"events\":[{");
            assertThat(Json.parse(Listener.field(frame, "data"))
                            .at("/events/0/device/guid")
                            .asText())
                    .isEqualTo(device);
            assertThat(listener.frame()).isEqualTo(BEAT);
        }
    }

    @Test
    void a_stream_resumes_after_an_id_in_the_query_or_the_header_and_filters_types() throws Exception {
        String device = feed.enroll(Enrollment.android());
        String first = Objects.requireNonNull(feed.last());
        feed.activate(device);
        feed.openThreat(device, "TROJAN", Severity.HIGH);
        for (boolean header : new boolean[] {true, false}) {
            String query = "?type=THREAT" + (header ? "" : "&id=" + first);
            try (Listener listener = caller.listen(query, header ? first : null)) {
                var events = Json.parse(Listener.field(listener.news(), "data")).path("events");
                assertThat(events).hasSize(1);
                assertThat(events.at("/0/threat/classifications/0").asText()).isEqualTo("TROJAN");
            }
        }
    }

    @Test
    void a_stream_is_refused_without_a_token_for_an_id_out_of_history_and_for_a_wrong_type() throws Exception {
        feed.enroll(Enrollment.android());
        String old = Objects.requireNonNull(feed.last());
        clock.advance(RiskFeed.HISTORY.plus(Duration.ofSeconds(1)));
        assertThat(caller.get("/mra/stream/v2/events", null).status()).isEqualTo(401);
        String token = caller.token(RiskAccess.CONTOSO_KEY, RiskCaller.GRANT)
                .json()
                .path("access_token")
                .asText();
        assertThat(caller.get("/mra/stream/v2/events?id=" + old, token).status())
                .isEqualTo(400);
        assertThat(caller.get("/mra/stream/v2/events?types=WEATHER", token).status())
                .isEqualTo(400);
        assertThat(caller.get("/mra/stream/v2/events?id=seven", token).status()).isEqualTo(400);
    }

    @Test
    void data_may_be_a_bare_array_and_the_name_singular() throws Exception {
        bench.faults().set(RiskFault.BARE_ARRAY, 1).set(RiskFault.SINGULAR_NAME, 1);
        assertThat(firstNews()).contains("event:event\n", "data:[{");
    }

    @Test
    void lines_may_end_otherwise() throws Exception {
        bench.faults().set(RiskFault.LINES_CRLF, 1);
        try (Listener listener = caller.listen("")) {
            assertThat(listener.until("\r\n\r\n")).isEqualTo("event:heartbeat\r\ndata:{}\r\n\r\n");
            bench.faults().set(RiskFault.LINES_CR, RiskFaults.ALWAYS);
            feed.enroll(Enrollment.android());
            assertThat(listener.until("]}\r\r")).contains("\revent:events\rdata:{");
        }
    }

    @Test
    void comments_missing_ids_and_data_over_several_lines_are_sent_when_asked() throws Exception {
        bench.faults().set(RiskFault.COMMENTS, 1).set(RiskFault.NO_ID, 1).set(RiskFault.DATA_LINES, 1);
        String frame = firstNews();
        assertThat(frame).startsWith(": a comment\n:\nevent:events\ndata:{\"events\":[\ndata:{");
    }

    @Test
    void a_split_frame_is_whole_and_a_cut_one_ends_the_connection() throws Exception {
        bench.faults().set(RiskFault.FRAME_SPLIT, 3);
        assertThat(firstNews()).endsWith("]}");
        bench.faults().clear();
        bench.faults().set(RiskFault.FRAME_CUT, 1);
        try (Listener listener = caller.listen("?start_time=" + clock.instant())) {
            assertThat(listener.until("never")).contains("event:events").doesNotContain("]}");
        }
    }

    @Test
    void a_stream_is_cut_after_so_many_bytes_like_any_other_body() throws Exception {
        bench.traffic().add(new Fault("GET", "/mobile-risk/mra/stream/*", 1, null, null, 0, 30, false, false, false));
        try (Listener listener = caller.listen("")) {
            assertThat(listener.until("never")).hasSize(30).startsWith(BEAT);
        }
    }

    @Test
    void the_vendor_asks_to_come_again_or_ends_the_stream() throws Exception {
        try (Listener listener = caller.listen("")) {
            bench.faults().set(RiskFault.RECONNECT, 1);
            assertThat(listener.news()).isEqualTo("event:reconnect\nretry:1000");
            assertThat(listener.frame()).isNull();
        }
        try (Listener listener = caller.listen("")) {
            bench.faults().set(RiskFault.END, 1);
            assertThat(listener.news()).startsWith("event:end");
            assertThat(listener.frame()).isNull();
        }
    }

    @Test
    void in_silence_nothing_comes_and_afterwards_everything() throws Exception {
        try (Listener listener = caller.listen("")) {
            assertThat(listener.frame()).isEqualTo(BEAT);
            bench.faults().set(RiskFault.SILENCE, RiskFaults.ALWAYS);
            String device = feed.enroll(Enrollment.android());
            String late = feed.enroll(Enrollment.android());
            bench.faults().clear();
            assertThat(listener.news()).contains(device, late);
        }
    }

    @Test
    void more_than_one_batch_comes_in_order() throws Exception {
        for (int i = 0; i < 250; i++) {
            feed.enroll(Enrollment.android());
        }
        try (Listener listener = caller.listen("?start_time=" + clock.instant())) {
            String last = "";
            int seen = 0;
            while (seen < 250) {
                String frame = listener.news();
                assertThat(Listener.field(frame, "id")).isGreaterThan(last);
                last = Listener.field(frame, "id");
                seen += Json.parse(Listener.field(frame, "data")).path("events").size();
            }
            assertThat(last).isEqualTo(feed.last());
        }
    }

    private String firstNews() throws Exception {
        feed.enroll(Enrollment.android());
        feed.enroll(Enrollment.android());
        try (Listener listener = caller.listen("?start_time=" + clock.instant())) {
            return listener.news();
        }
    }
}
