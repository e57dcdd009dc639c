package dev.mtdconnector.health;

import dev.mtdconnector.connector.ConnectionHealth;
import dev.mtdconnector.notify.Poisons;
import dev.mtdconnector.schedule.Driver;
import dev.mtdconnector.schedule.Drivers;
import dev.mtdconnector.schedule.Job;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.JobQueues;
import dev.mtdconnector.schedule.JobScan;
import dev.mtdconnector.schedule.JobStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How the whole deployment is, for its operator and for what watches it. Looks anew at most every {@link #FRESH}: a poll
 * costs some twenty storage transactions and one more for every thousand rows of jobs, whoever asks and how often.
 *
 * <p>Graph is not asked: what is shown is the last answer that this process got anyway.
 */
public final class DeploymentHealth {

    /** For so long an answer is good. */
    static final Duration FRESH = Duration.ofSeconds(15);

    /** Of so many dead letters the counts are true. */
    static final int MOST_POISONS = 1000;

    /** Entries of the index that are looked at for the oldest due job; stale ones are passed over. */
    private static final int MOST_HINTS = 100;

    private final Sources sources;
    private final String version;
    private final Clock clock;
    private @Nullable Report last; // guarded by this

    /** Where it looks. */
    public record Sources(
            Drivers drivers, JobStore jobs, JobScan scan, JobQueues queues, Poisons poisons, Probes probes) {}

    /**
     * @param version of this build
     */
    public DeploymentHealth(Sources sources, String version, Clock clock) {
        this.sources = sources;
        this.version = version;
        this.clock = clock;
    }

    /**
     * What was found.
     *
     * @param isStale whether a driver of the schedule, or beats, do not come
     */
    public record Report(Instant at, boolean isStale, Map<String, Object> body) {}

    /** Fails as storage does; then nothing is kept. */
    public synchronized Report look() {
        Instant now = clock.instant();
        Report known = last;
        if (known == null || !known.at().plus(FRESH).isAfter(now)) {
            known = lookAnew(now);
            last = known;
        }
        return known;
    }

    private Report lookAnew(Instant now) {
        Instant begun = clock.instant();
        Map<String, Object> drivers = drivers(now);
        Duration storage = Duration.between(begun, clock.instant()).dividedBy(Driver.values().length);
        JobsOverview overview = JobsOverview.of(sources.scan(), now);
        boolean isTimerStale = !sources.drivers().isAlive(Driver.TIMER, now)
                || !sources.drivers().isAlive(Driver.PULSE, now);
        List<String> stale = new ArrayList<>();
        if (isTimerStale) {
            stale.add("drivers");
        }
        if (overview.isStale()) {
            stale.add("beats");
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("status", stale.isEmpty() ? "up" : "stale");
        body.put("stale", stale);
        body.put("at", now);
        body.put("version", version);
        body.put("drivers", drivers);
        body.put("oldestDueJob", oldestDue(now).orElse(null));
        body.put("queues", queues());
        body.put("poison", poison());
        body.put("tenants", tenants(overview));
        body.put("beats", beats(overview));
        body.put("storage", Map.of("latencyMillis", storage.toMillis()));
        body.put("graph", graph());
        return new Report(now, !stale.isEmpty(), body);
    }

    private Map<String, Object> drivers(Instant now) {
        Map<String, Object> views = new LinkedHashMap<>();
        for (Driver driver : Driver.values()) {
            Instant drove = sources.drivers().last(driver).orElse(null);
            Map<String, Object> view = new LinkedHashMap<>();
            view.put("lastAt", drove);
            if (driver != Driver.HEALTH) {
                // Health only drives when the others do not.
                view.put(
                        "isStale",
                        drove == null || !drove.plus(Drivers.PATIENCE).isAfter(now));
                view.put("staleSince", staleSince(drove, now));
            }
            views.put(driver.label(), view);
        }
        return views;
    }

    private static @Nullable Instant staleSince(@Nullable Instant drove, Instant now) {
        return drove == null || drove.plus(Drivers.PATIENCE).isAfter(now) ? null : drove.plus(Drivers.PATIENCE);
    }

    /** The job that has been due longest and has not run since. */
    private Optional<Map<String, Object>> oldestDue(Instant now) {
        for (JobStore.Hint hint : sources.jobs().dueUntil(now, MOST_HINTS, null).hints()) {
            Optional<Job> job = sources.jobs().find(hint.tenantId(), hint.kind());
            if (job.filter(found -> found.dueAt().equals(hint.dueAt())).isPresent()
                    && !hint.dueAt().isAfter(now)) {
                Map<String, Object> view = new LinkedHashMap<>();
                view.put("job", hint.kind().queue());
                view.put("tenantId", hint.tenantId());
                view.put("dueAt", hint.dueAt());
                view.put("lateSeconds", Duration.between(hint.dueAt(), now).toSeconds());
                return Optional.of(view);
            }
        }
        return Optional.empty();
    }

    /** Null for a queue of which nobody can say. */
    private Map<String, Object> queues() {
        Map<String, Object> depths = new TreeMap<>();
        depths.put(Drivers.QUEUE, depth(Drivers.QUEUE));
        for (JobKind kind : JobKind.values()) {
            depths.put(kind.queue(), depth(kind.queue()));
        }
        return depths;
    }

    private @Nullable Long depth(String queue) {
        var depth = sources.queues().depth(queue);
        return depth.isPresent() ? Long.valueOf(depth.getAsLong()) : null;
    }

    private Map<String, Object> poison() {
        List<Poisons.Poison> found = sources.poisons().list(MOST_POISONS, null);
        Map<String, Integer> byQueue = new TreeMap<>();
        found.forEach(poison -> byQueue.merge(poison.queue(), 1, Integer::sum));
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("count", found.size());
        view.put("isWhole", found.size() < MOST_POISONS);
        view.put("byQueue", byQueue);
        return view;
    }

    private static Map<String, Object> tenants(JobsOverview overview) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("count", overview.tenants());
        view.put("isWhole", overview.isWhole());
        view.put("failing", overview.failingTenants());
        view.put("byCode", overview.failing());
        view.put("named", overview.failed());
        return view;
    }

    private static Map<String, Object> beats(JobsOverview overview) {
        Map<String, Object> view = new LinkedHashMap<>();
        for (ConnectionHealth.State state : ConnectionHealth.State.values()) {
            if (state != ConnectionHealth.State.SUSPENDED) {
                view.put(state.label(), overview.beats(state));
            }
        }
        view.put("alarms", overview.alarms(ConnectionHealth.Alarm.RAISED));
        view.put("escalated", overview.alarms(ConnectionHealth.Alarm.ESCALATED));
        return view;
    }

    /** Null before this process has asked Graph anything. */
    private @Nullable Map<String, Object> graph() {
        return sources.probes()
                .lastOfGraph()
                .map(answer -> {
                    Map<String, Object> view = new LinkedHashMap<>();
                    view.put("latencyMillis", answer.took().toMillis());
                    view.put("at", answer.at());
                    return view;
                })
                .orElse(null);
    }
}
