package dev.mtdconnector.health;

import dev.mtdconnector.connector.ConnectionHealth;
import dev.mtdconnector.schedule.Job;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.JobScan;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the jobs of all tenants tell of them: which fail and by which code, and whether beats come. One pass over the rows
 * of jobs, a storage transaction for a thousand rows; a connector has some ten.
 *
 * <p>Beats are judged as the connection itself is, but for Intune's threshold, which is taken for its default of seven
 * days, and for a beat of a tenant whose connector is younger than its job.
 *
 * @param isWhole false when there were more rows than {@link #MOST_ROWS}: the counts are of those before
 * @param failing tenants with a job that fails, by the code of its last failure
 * @param beats connectors by the state of their beat
 * @param alarms connectors by how loud their silence is
 * @param failed the first tenants that fail, in no order
 */
record JobsOverview(
        boolean isWhole,
        int tenants,
        Map<String, Integer> failing,
        int failingTenants,
        Map<ConnectionHealth.State, Integer> beats,
        Map<ConnectionHealth.Alarm, Integer> alarms,
        List<Failed> failed) {

    static final int MOST_ROWS = 50_000;

    /** So many tenants are named. */
    static final int MOST_NAMED = 50;

    private static final int PAGE = 1000;

    /** A tenant's job that fails. */
    record Failed(String tenantId, String job, String code, Instant since) {}

    static JobsOverview of(JobScan scan, Instant now) {
        return of(scan, now, MOST_ROWS);
    }

    static JobsOverview of(JobScan scan, Instant now, int mostRows) {
        Count count = new Count(now);
        int rows = 0;
        @Nullable String continuation = null;
        do {
            JobScan.Part part = scan.jobs(Math.min(PAGE, mostRows - rows), continuation);
            part.jobs().forEach(count::add);
            rows += part.jobs().size();
            continuation = part.continuation();
        } while (continuation != null && rows < mostRows);
        return count.result(continuation == null);
    }

    int beats(ConnectionHealth.State state) {
        return beats.getOrDefault(state, 0);
    }

    int alarms(ConnectionHealth.Alarm alarm) {
        return alarms.getOrDefault(alarm, 0);
    }

    /** Whether beats do not even run, of whichever connector: what a tenant's own trouble never does. */
    boolean isStale() {
        return beats(ConnectionHealth.State.LATE) > 0;
    }

    private static final class Count {

        private final Instant now;
        private final Set<String> tenants = new LinkedHashSet<>();
        private final Set<String> failingTenants = new LinkedHashSet<>();
        private final Map<String, Set<String>> byCode = new TreeMap<>();
        private final Map<ConnectionHealth.State, Integer> beats = new LinkedHashMap<>();
        private final Map<ConnectionHealth.Alarm, Integer> alarms = new LinkedHashMap<>();
        private final List<Failed> failed = new ArrayList<>();

        Count(Instant now) {
            this.now = now;
        }

        void add(Job job) {
            tenants.add(job.tenantId());
            Instant since = job.failingSince();
            String code = job.lastErrorCode();
            if (since != null && code != null) {
                failingTenants.add(job.tenantId());
                byCode.computeIfAbsent(code, fresh -> new LinkedHashSet<>()).add(job.tenantId());
                if (failed.size() < MOST_NAMED) {
                    failed.add(new Failed(job.tenantId(), job.kind().queue(), code, since));
                }
            }
            if (job.kind() == JobKind.HEARTBEAT && job.everySeconds() > 0) {
                ConnectionHealth health = beat(job);
                beats.merge(health.state(), 1, Integer::sum);
                alarms.merge(health.alarm(), 1, Integer::sum);
            }
        }

        private ConnectionHealth beat(Job job) {
            Instant last = job.lastSuccessAt();
            Instant expected = job.expectedSince();
            Instant from = expected != null ? expected : last != null ? last : now;
            return ConnectionHealth.of(
                    new ConnectionHealth.Signs(
                            Duration.ofSeconds(job.everySeconds()),
                            ConnectionHealth.DEFAULT_THRESHOLD_DAYS,
                            false,
                            job.isWaiting(),
                            from,
                            last,
                            job.failingSince(),
                            null,
                            null),
                    now);
        }

        JobsOverview result(boolean isWhole) {
            Map<String, Integer> failing = new TreeMap<>();
            byCode.forEach((code, of) -> failing.put(code, of.size()));
            return new JobsOverview(
                    isWhole, tenants.size(), failing, failingTenants.size(), beats, alarms, List.copyOf(failed));
        }
    }
}
