package dev.mtdconnector.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.connector.ConnectionHealth.State;
import dev.mtdconnector.schedule.Job;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.JobScan;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What one pass over the jobs tells of all tenants. */
class JobsOverviewTest {

    private static final Instant NOW = Instant.parse("2026-11-21T09:00:00Z");

    private int pages;

    private static Job beat(int tenant, Duration sinceSuccess, @Nullable String code, boolean isFailing) {
        Instant last = NOW.minus(sinceSuccess);
        return new Job(
                "tenant-" + tenant,
                JobKind.HEARTBEAT,
                NOW,
                600,
                0,
                null,
                null,
                null,
                null,
                null,
                isFailing ? 1 : 0,
                code,
                last,
                isFailing ? last.plusSeconds(600) : null,
                last,
                null,
                "v");
    }

    /** Pages of {@code limit}, with an empty one before the last. */
    private JobScan scan(List<Job> jobs) {
        return (limit, continuation) -> {
            pages++;
            int from = continuation == null ? 0 : Integer.parseInt(continuation);
            int to = Math.min(from + limit, jobs.size());
            return new JobScan.Part(
                    jobs.subList(Math.min(from, to), to), from < jobs.size() ? Integer.toString(from + limit) : null);
        };
    }

    @Test
    void beatsAreCountedByTheirStateAndFailuresByTheirCode() {
        JobsOverview overview = JobsOverview.of(
                scan(List.of(
                        beat(1, Duration.ofMinutes(10), null, false),
                        beat(2, Duration.ofMinutes(19), null, false),
                        beat(3, Duration.ofMinutes(20), null, false),
                        beat(4, Duration.ofMinutes(40), "intune.unavailable", true),
                        beat(5, Duration.ofMinutes(40), "consent.required", false))),
                NOW);

        assertThat(overview.beats(State.HEALTHY)).isEqualTo(2);
        assertThat(overview.beats(State.LATE)).isEqualTo(1);
        assertThat(overview.beats(State.FAILING)).isEqualTo(1);
        assertThat(overview.beats(State.WAITING_FOR_CONSENT)).isEqualTo(1);
        assertThat(overview.failing()).containsOnlyKeys("intune.unavailable");
        assertThat(overview.failingTenants()).isEqualTo(1);
        assertThat(overview.isStale()).isTrue();
        assertThat(overview.isWhole()).isTrue();
    }

    @Test
    void aFailureIsNoStaleness() {
        JobsOverview overview =
                JobsOverview.of(scan(List.of(beat(4, Duration.ofDays(4), "intune.unavailable", true))), NOW);

        assertThat(overview.isStale()).isFalse();
        assertThat(overview.failed()).hasSize(1);
    }

    @Test
    void oneLookEndsSomewhereAndSaysSo() {
        List<Job> jobs = IntStream.range(0, 2500)
                .mapToObj(i -> beat(i, Duration.ofHours(1), "intune.unavailable", true))
                .toList();

        JobsOverview whole = JobsOverview.of(scan(jobs), NOW);
        assertThat(whole.tenants()).isEqualTo(2500);
        assertThat(whole.failed()).hasSize(JobsOverview.MOST_NAMED);
        assertThat(whole.isWhole()).isTrue();
        assertThat(pages).isEqualTo(4);

        JobsOverview cut = JobsOverview.of(scan(jobs), NOW, 1500);
        assertThat(cut.tenants()).isEqualTo(1500);
        assertThat(cut.isWhole()).isFalse();
    }
}
