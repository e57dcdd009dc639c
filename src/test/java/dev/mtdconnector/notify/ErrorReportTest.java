package dev.mtdconnector.notify;

import static dev.mtdconnector.testing.TestApp.START;
import static dev.mtdconnector.testing.TestApp.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.notify.ErrorReport.Decision;
import dev.mtdconnector.notify.ErrorReport.Item;
import dev.mtdconnector.notify.ErrorReport.Memory;
import dev.mtdconnector.notify.ErrorReport.Report;
import dev.mtdconnector.schedule.Outcome;
import dev.mtdconnector.storage.ErrorTable;
import dev.mtdconnector.testing.MemoryTables;
import dev.mtdconnector.testing.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorReportTest {

    private static final String TO = "errors@contoso.example";

    private final SettableClock clock = new SettableClock(START);
    private final ErrorTable table = new ErrorTable(new MemoryTables());
    private final ErrorRecords errors = new ErrorRecords(table, clock);
    private final List<Sent> sent = new ArrayList<>();
    private Memory memory = Memory.NONE;
    private @Nullable Instant nextAt;
    private int cap = 4;

    /** A report that went out. */
    private record Sent(Instant at, Report report) {}

    private void fails(String subject, ErrorCode code) {
        errors.failed(TENANT, subject, new Outcome.Failed(code, "it failed", null));
    }

    /** What the job does, but for the mail, which takes no time. */
    private @Nullable Report look() {
        Decision decision = ErrorReport.decide(
                table.list(TENANT, 1000),
                memory,
                TO,
                code -> code.equals(ErrorCode.ENROLLMENT_REMOVALS_HELD.code()),
                cap,
                clock.instant());
        nextAt = decision.nextAt();
        Report report = decision.report();
        if (report != null) {
            memory = report.after().sentAt(clock.instant(), cap);
            sent.add(new Sent(clock.instant(), report));
        }
        return report;
    }

    /** Looks whenever it said that it wants to, until then. */
    private void pass(Duration time) {
        Instant end = clock.instant().plus(time);
        look();
        look();
        while (nextAt != null && !nextAt.isAfter(end)) {
            assertThat(nextAt).as("the next look is in the future").isAfter(clock.instant());
            clock.advance(Duration.between(clock.instant(), nextAt));
            look();
            look();
        }
        clock.advance(Duration.between(clock.instant(), end));
    }

    private static List<String> causes(List<Item> items) {
        return items.stream().map(item -> item.trouble().cause()).toList();
    }

    private List<Duration> times() {
        return sent.stream().map(one -> Duration.between(START, one.at())).toList();
    }

    @Test
    void aCauseIsToldAtOnceThenLessAndLessOftenAndOnceWhenItIsOver() {
        fails("publish", ErrorCode.INTUNE_UNAVAILABLE);
        pass(Duration.ofHours(54));
        errors.recovered(TENANT, "publish");
        pass(Duration.ofDays(3));

        assertThat(times())
                .containsExactly(
                        Duration.ZERO,
                        Duration.ofHours(1),
                        Duration.ofHours(5),
                        Duration.ofHours(29),
                        Duration.ofHours(53),
                        Duration.ofHours(54).plus(ErrorReport.HOLD));
        assertThat(causes(sent.get(0).report().fresh())).containsExactly("intune.unavailable");
        assertThat(causes(sent.get(1).report().lasting())).containsExactly("intune.unavailable");
        assertThat(causes(sent.get(5).report().over())).containsExactly("intune.unavailable");
        assertThat(nextAt).isNull();
    }

    @Test
    void oneOutageOfMicrosoftIsOneCauseHoweverManyJobsMeetIt() {
        fails("publish", ErrorCode.INTUNE_UNAVAILABLE);
        pass(Duration.ofMinutes(3));
        fails("heartbeat", ErrorCode.INTUNE_UNAVAILABLE);
        pass(Duration.ofMinutes(3));
        errors.recovered(TENANT, "publish");
        pass(Duration.ofMinutes(30));
        assertThat(sent).hasSize(1);

        errors.recovered(TENANT, "heartbeat");
        pass(Duration.ofMinutes(30));
        assertThat(sent).hasSize(2);
        assertThat(sent.get(1).report().over())
                .singleElement()
                .satisfies(item ->
                        assertThat(item.trouble().subjects(item.since())).containsExactly("heartbeat", "publish"));
    }

    @Test
    void theSameCodeOfAnotherJobIsAnotherCauseWhereItSaysNothingOfTheCause() {
        fails("publish", ErrorCode.JOB_POISONED);
        look();
        fails("heartbeat", ErrorCode.JOB_POISONED);
        look();
        assertThat(sent).hasSize(2);
    }

    @Test
    void whatDoesNotFitUnderTheCapIsInTheNextReport() {
        List<String> jobs = List.of("a", "b", "c", "d", "e", "f", "g");
        for (String job : jobs) {
            fails(job, ErrorCode.JOB_POISONED);
            look();
            clock.advance(Duration.ofMinutes(1));
        }
        errors.recovered(TENANT, "e");
        pass(Duration.ofHours(2));

        assertThat(sent.get(4).at()).isEqualTo(START.plus(Duration.ofHours(1)));
        assertThat(causes(sent.get(4).report().fresh())).containsExactly("job.poisoned/f", "job.poisoned/g");
        assertThat(causes(sent.get(4).report().lasting())).hasSize(4);
        assertThat(causes(sent.get(4).report().over())).containsExactly("job.poisoned/e");
    }

    @Test
    void aCauseThatComesAndGoesQuicklyIsOneThatLasts() {
        for (int i = 0; i < 48; i++) {
            fails("publish", ErrorCode.INTUNE_UNAVAILABLE);
            pass(Duration.ofMinutes(1));
            errors.recovered(TENANT, "publish");
            pass(Duration.ofMinutes(4));
        }
        assertThat(sent).as("first, one digest").hasSize(2);
        assertThat(sent.get(1).report().lasting().get(0).trouble().countSince(START))
                .as("as far as episodes are kept")
                .isEqualTo(ErrorRecords.MOST_EPISODES + 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {12, 25, 45, 90})
    void aCauseThatComesAndGoesMakesNoStorm(int minutes) {
        for (int i = 0; i < Duration.ofDays(2).toMinutes() / minutes; i++) {
            fails("publish", ErrorCode.INTUNE_UNAVAILABLE);
            pass(Duration.ofMinutes(1));
            errors.recovered(TENANT, "publish");
            pass(Duration.ofMinutes(minutes - 1));
        }
        assertThat(sent).as("%s", times()).hasSizeLessThanOrEqualTo(16);
    }

    @Test
    void whatHasAMailOfItsOwnIsInDigestsOnly() {
        fails("held-removals", ErrorCode.ENROLLMENT_REMOVALS_HELD);
        pass(Duration.ofHours(2));
        assertThat(times()).containsExactly(Duration.ofHours(1));
        assertThat(causes(sent.get(0).report().lasting())).hasSize(1);
    }

    @Test
    void whatWasOverLongAgoIsNoNews() {
        fails("publish", ErrorCode.INTUNE_UNAVAILABLE);
        errors.recovered(TENANT, "publish");
        clock.advance(Duration.ofDays(2));
        pass(Duration.ofDays(1));
        assertThat(sent).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void neverMoreThanTheCapWhateverBreaksAndEverythingIsToldOnceAndClosedOnce(long seed) {
        Random random = new Random(seed);
        cap = 1 + random.nextInt(5);
        List<String> subjects = List.of("publish", "heartbeat", "enrollment-sync", "mail", "sweep");
        ErrorCode[] codes = {
            ErrorCode.INTUNE_UNAVAILABLE, ErrorCode.JOB_POISONED, ErrorCode.DIRECTORY_REFUSED, ErrorCode.INTERNAL
        };
        for (int i = 0; i < 200; i++) {
            String subject = subjects.get(random.nextInt(subjects.size()));
            if (random.nextInt(3) > 0) {
                fails(subject, codes[random.nextInt(codes.length)]);
            } else {
                errors.recovered(TENANT, subject);
            }
            int scale = random.nextInt(4);
            pass(Duration.ofSeconds(1 + random.nextInt(scale == 0 ? 20_000 : scale == 1 ? 3000 : 200)));
        }
        subjects.forEach(subject -> errors.recovered(TENANT, subject));
        pass(Duration.ofDays(3));

        for (int i = cap; i < sent.size(); i++) {
            assertThat(sent.get(i).at())
                    .as("report %d and the one %d before, seed %d", i, cap, seed)
                    .isAfterOrEqualTo(sent.get(i - cap).at().plus(ErrorReport.HOUR));
        }
        Map<String, Boolean> open = new HashMap<>();
        for (Sent one : sent) {
            check(open, one.report(), seed);
        }
        assertThat(open.values()).as("all closed in the end, seed %d", seed).doesNotContain(true);
        assertThat(memory.told()).allMatch(told -> told.closedAt() != null);
        assertThat(sent).as("seed %d", seed).hasSizeGreaterThan(10);
    }

    /** People are told of a beginning only of what they take to be well, and of an end once. */
    private static void check(Map<String, Boolean> open, Report report, long seed) {
        Function<List<Item>, List<String>> named = ErrorReportTest::causes;
        for (String cause : named.apply(report.fresh())) {
            assertThat(open.put(cause, true))
                    .as("%s was open, seed %d", cause, seed)
                    .isNotEqualTo(true);
        }
        for (String cause : named.apply(report.lasting())) {
            assertThat(open.get(cause))
                    .as("%s lasts unknown, seed %d", cause, seed)
                    .isEqualTo(true);
        }
        named.apply(report.over()).forEach(cause -> open.put(cause, false));
        assertThat(report.fresh().size()
                        + report.lasting().size()
                        + report.over().size())
                .isPositive();
    }
}
