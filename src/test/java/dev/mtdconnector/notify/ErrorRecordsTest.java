package dev.mtdconnector.notify;

import static dev.mtdconnector.testing.TestApp.START;
import static dev.mtdconnector.testing.TestApp.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.http.HttpRequest;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.notify.ErrorRecords.ErrorRecord;
import dev.mtdconnector.schedule.Outcome;
import dev.mtdconnector.signin.Access;
import dev.mtdconnector.signin.Caller;
import dev.mtdconnector.storage.ErrorTable;
import dev.mtdconnector.testing.CountingTables;
import dev.mtdconnector.testing.MemoryTables;
import dev.mtdconnector.testing.SettableClock;
import dev.mtdconnector.testing.TestApp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ErrorRecordsTest {

    private static final Outcome.Failed FAILURE = new Outcome.Failed(ErrorCode.INTUNE_UNAVAILABLE, "503", null);

    private final SettableClock clock = new SettableClock(START);
    private final ErrorTable table = new ErrorTable(new MemoryTables());
    private final List<String> told = new ArrayList<>();
    private final ErrorRecords.Reports reports = new ErrorRecords.Reports() {
        @Override
        public void expect(String tenantId) {
            told.add("expect");
        }

        @Override
        public void changed(String tenantId) {
            told.add("changed");
        }
    };
    private final ErrorRecords errors = new ErrorRecords(table, reports, clock);

    private ErrorRecord only() {
        assertThat(table.list(TENANT, 10)).hasSize(1);
        return table.list(TENANT, 10).get(0);
    }

    @Test
    void peopleAreToldOfBeginningsAndEndsAndOfNothingBetween() {
        errors.failed(TENANT, "publish", FAILURE);
        errors.failed(TENANT, "publish", FAILURE);
        assertThat(told).containsExactly("expect", "changed");
        errors.recovered(TENANT, "publish");
        errors.recovered(TENANT, "publish");
        assertThat(told).containsExactly("expect", "changed", "expect", "changed");
        assertThat(only().count()).isEqualTo(2);
    }

    @Test
    void theLastEpisodesAreKept() {
        for (int i = 1; i <= 9; i++) {
            for (int j = 0; j < i; j++) {
                errors.failed(TENANT, "publish", FAILURE);
            }
            clock.advance(Duration.ofMinutes(1));
            errors.recovered(TENANT, "publish");
        }
        assertThat(only().count()).isEqualTo(9);
        assertThat(only().before()).extracting(ErrorRecords.Episode::count).containsExactly(8L, 7L, 6L, 5L, 4L);
    }

    @Test
    void writersThatMeetAreAllCounted() {
        boolean[] isMeeting = {true};
        ErrorRecords.Store meeting = new ErrorRecords.Store() {
            @Override
            public Optional<ErrorRecord> find(String tenantId, String job, String code) {
                Optional<ErrorRecord> found = table.find(tenantId, job, code);
                if (isMeeting[0]) {
                    isMeeting[0] = false;
                    errors.failed(tenantId, job, FAILURE);
                }
                return found;
            }

            @Override
            public boolean replace(String tenantId, ErrorRecord errorRecord) {
                return table.replace(tenantId, errorRecord);
            }

            @Override
            public List<ErrorRecord> ofJob(String tenantId, String job) {
                return table.ofJob(tenantId, job);
            }

            @Override
            public List<ErrorRecord> list(String tenantId, int limit) {
                return table.list(tenantId, limit);
            }
        };
        new ErrorRecords(meeting, clock).failed(TENANT, "publish", FAILURE);
        assertThat(only().count()).isEqualTo(2);
        isMeeting[0] = true;
        new ErrorRecords(meeting, clock).failed(TENANT, "publish", FAILURE);
        assertThat(only().count()).isEqualTo(4);
    }

    private static Route failing(RuntimeException failure) {
        return new Route("POST", "/events", Access.FEED, null, (request, caller) -> {
            throw failure;
        });
    }

    private static void ask(Route route, Caller caller) {
        HttpRequest request = new HttpRequest("POST", "/events", Map.of(), Map.of(), "", Map.of());
        assertThatThrownBy(() -> route.handler().handle(request, caller)).isInstanceOf(RuntimeException.class);
    }

    @Test
    void requestsThatFailOnOurSideAreCountedAndSeldomWrittenAndOverWhenItIsQuiet() {
        FailedRequests requests = new FailedRequests(errors, clock);
        Route route = requests.on(List.of(failing(new UpstreamException(
                        UpstreamException.Service.GRAPH, UpstreamException.Kind.UNAVAILABLE, "internal words"))))
                .get(0);
        Caller feed = new Caller.FeedKey(TENANT, "k");
        for (int i = 0; i < 100; i++) {
            ask(route, feed);
        }
        assertThat(only().count()).isEqualTo(1);
        clock.advance(FailedRequests.PACE);
        ask(route, feed);
        assertThat(only().count()).isEqualTo(101);
        assertThat(only().job()).isEqualTo(FailedRequests.REQUESTS);
        assertThat(only().message()).isEqualTo("POST /events");

        assertThat(errors.closeQuiet(TENANT)).isEqualTo(clock.instant().plus(ErrorRecords.QUIET));
        assertThat(only().isOpen()).isTrue();
        clock.advance(ErrorRecords.QUIET);
        assertThat(errors.closeQuiet(TENANT)).isNull();
        assertThat(only().isOpen()).isFalse();
    }

    @Test
    void whatIsTheSendersToMendOrNobodysTenantIsNotRecorded() {
        FailedRequests requests = new FailedRequests(errors, clock);
        Caller feed = new Caller.FeedKey(TENANT, "k");
        ask(
                requests.on(List.of(failing(new AppException(ErrorCode.REQUEST_INVALID))))
                        .get(0),
                feed);
        ask(requests.on(List.of(failing(new IllegalStateException("x")))).get(0), new Caller.Anonymous());
        ask(requests.on(List.of(failing(new IllegalStateException("x")))).get(0), new Caller.Operator("key"));
        assertThat(table.list(TENANT, 10)).isEmpty();

        ask(
                requests.on(List.of(failing(new AppException(ErrorCode.EVENTS_FULL))))
                        .get(0),
                feed);
        assertThat(only().job()).isEqualTo(FailedRequests.EVENTS);
        ask(requests.on(List.of(failing(new IllegalStateException("secret")))).get(0), feed);
        assertThat(table.find(TENANT, FailedRequests.REQUESTS, "internal"))
                .hasValueSatisfying(record -> assertThat(record.message()).doesNotContain("secret"));
    }

    @Test
    void theListIsFilteredCountedAndPaged() {
        TestApp app = new TestApp().ready();
        ErrorRecords stored = new ErrorRecords(new ErrorTable(app.tables), app.clock);
        for (String subject : List.of("a", "b", "c")) {
            app.clock.advance(Duration.ofSeconds(1));
            stored.failed(TENANT, subject, FAILURE);
        }
        stored.recovered(TENANT, "c");
        TestApp.Answer first = app.get("/api/v1/errors?limit=2").expect(200);
        assertThat(first.json().at("/errors").findValuesAsText("job")).containsExactly("b", "a");
        assertThat(first.json().at("/counts/open").asInt()).isEqualTo(2);
        assertThat(first.json().at("/counts/recovered").asInt()).isEqualTo(1);
        TestApp.Answer second = app.get("/api/v1/errors?limit=2&cursor=" + first.text("/next"));
        assertThat(second.json().at("/errors").findValuesAsText("job")).containsExactly("c");
        assertThat(second.json().at("/next").isNull()).isTrue();
        assertThat(app.get("/api/v1/errors?state=recovered").text("/errors/0/job"))
                .isEqualTo("c");
        for (String bad : List.of("state=x", "limit=0", "limit=1001", "cursor=x~y")) {
            app.get("/api/v1/errors?" + bad).expect(400);
        }
    }

    @Test
    void aFailureThatIsKnownCostsOneReadAndOneWrite() {
        CountingTables counting = new CountingTables(new MemoryTables());
        ErrorRecords counted = new ErrorRecords(new ErrorTable(counting), clock);
        counted.failed(TENANT, "publish", FAILURE);
        counting.requests();
        counted.failed(TENANT, "publish", FAILURE);
        assertThat(counting.requests()).isEqualTo(2);
    }
}
