package dev.mtdconnector.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.health.Doctor.Check;
import dev.mtdconnector.health.Finding.State;
import dev.mtdconnector.testing.SettableClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Checks are isolated from each other, and nobody is examined too often. */
class DoctorTest {

    private final SettableClock clock = new SettableClock(SettableClock.MORNING);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Doctor doctor = new Doctor(threads, Duration.ofMillis(300), clock);

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    private static Check green(String id) {
        return new Check(id, () -> Finding.green(id, "Good."));
    }

    @Test
    void oneThatHangsIsUnknownAndTheOthersAnswer() {
        CountDownLatch never = new CountDownLatch(1);
        Check hangs = new Check("hangs", () -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return Finding.green("hangs", "Too late.");
        });

        Doctor.Diagnosis diagnosis = doctor.examine("a", () -> List.of(green("one"), hangs, green("two")));

        assertThat(diagnosis.findings())
                .extracting(Finding::id, Finding::state)
                .containsExactly(tuple("one", State.GREEN), tuple("hangs", State.UNKNOWN), tuple("two", State.GREEN));
        assertThat(diagnosis.worst()).isEqualTo(State.UNKNOWN);
    }

    @Test
    void oneThatFailsIsUnknownWithTheRemedyOfItsCode() {
        Check fails = new Check("fails", () -> {
            throw new UpstreamException(
                    UpstreamException.Service.GRAPH, UpstreamException.Kind.UNAVAILABLE, "a secret of Graph");
        });
        Check breaks = new Check("breaks", () -> {
            throw new IllegalStateException("a secret of ours");
        });

        Doctor.Diagnosis diagnosis = doctor.examine("a", () -> List.of(fails, breaks));

        assertThat(diagnosis.findings()).extracting(Finding::state).containsOnly(State.UNKNOWN);
        assertThat(diagnosis.findings()).extracting(Finding::code).containsExactly("directory.unavailable", "internal");
        assertThat(diagnosis.findings()).extracting(Finding::remedy).doesNotContainNull();
        assertThat(diagnosis.view().toString()).doesNotContain("secret");
    }

    @Test
    void theSamePatientIsExaminedOnceInAWhile() {
        AtomicInteger looks = new AtomicInteger();
        Check counts = new Check("counts", () -> Finding.green("counts", "Look " + looks.incrementAndGet()));

        doctor.examine("a", () -> List.of(counts));
        doctor.examine("a", () -> List.of(counts));
        assertThat(looks).hasValue(1);
        doctor.examine("b", () -> List.of(counts));
        assertThat(looks).hasValue(2);
        clock.advance(Doctor.FRESH);
        doctor.examine("a", () -> List.of(counts));
        assertThat(looks).hasValue(3);
    }

    @Test
    void whoAsksWhileThePatientIsExaminedIsTurnedAway() {
        Doctor.Diagnosis diagnosis = doctor.examine("a", () -> {
            assertThatThrownBy(() -> doctor.examine("a", List::of))
                    .isInstanceOfSatisfying(
                            AppException.class, e -> assertThat(e.code().code()).isEqualTo("request.too-many"));
            return List.of(green("one"));
        });

        assertThat(diagnosis.worst()).isEqualTo(State.GREEN);
    }

    @Test
    void aClockThatIsOffIsSaid() {
        assertThat(state(null)).isEqualTo(State.UNKNOWN);
        assertThat(state(Duration.ofSeconds(30))).isEqualTo(State.GREEN);
        assertThat(state(Duration.ofSeconds(-31))).isEqualTo(State.YELLOW);
        assertThat(state(TenantChecks.MOST_SKEW)).isEqualTo(State.RED);
    }

    private static State state(@Nullable Duration skew) {
        var at = SettableClock.MORNING;
        return TenantChecks.ofClock(
                        Optional.of(new AnswerTimes.Answered(at, Duration.ZERO, skew == null ? null : at.plus(skew))))
                .state();
    }
}
