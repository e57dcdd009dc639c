package dev.mtdconnector.notify;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.common.UpstreamErrors;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.schedule.Outcome;
import dev.mtdconnector.signin.Caller;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records requests of a tenant that failed on our side or upstream, and events that were turned away.
 *
 * <p>However many fail, a process writes a record once in {@link #PACE}; it counts in memory between, so that a process
 * that ends takes at most that much of a count with it. What cannot be recorded, because storage is what fails, is in the
 * log only.
 */
public final class FailedRequests {

    /** Under which requests stand among the tenant's errors. */
    public static final String REQUESTS = "requests";

    /** Under which events stand that were turned away. */
    public static final String EVENTS = "events";

    static final Duration PACE = Duration.ofSeconds(10);

    private static final int MOST_COUNTS = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(FailedRequests.class);

    private final ErrorRecords errors;
    private final Clock clock;
    private final ConcurrentMap<Cause, Count> counts = new ConcurrentHashMap<>();

    public FailedRequests(ErrorRecords errors, Clock clock) {
        this.errors = errors;
        this.clock = clock;
    }

    private record Cause(String tenantId, ErrorCode code) {}

    /**
     * @param times failures that were not written yet
     */
    private record Count(Instant writtenAt, long times) {}

    /** The routes, what fails of them recorded. */
    public List<Route> on(List<Route> routes) {
        return routes.stream()
                .map(route -> route.with((request, caller) -> {
                    try {
                        return route.handler().handle(request, caller);
                    } catch (RuntimeException e) {
                        if (caller instanceof Caller.OfTenant ofTenant) {
                            note(ofTenant.tenantId(), route, e);
                        }
                        throw e;
                    }
                }))
                .toList();
    }

    private void note(String tenantId, Route route, RuntimeException e) {
        ErrorCode code = codeOf(e);
        if (code == null) {
            return;
        }
        String subject = code == ErrorCode.EVENTS_FULL ? EVENTS : REQUESTS;
        long times = due(new Cause(tenantId, code));
        if (times == 0) {
            return;
        }
        try {
            errors.happened(
                    tenantId, subject, new Outcome.Failed(code, route.method() + " " + route.template(), null), times);
        } catch (RuntimeException unwritten) {
            LOG.warn("{} failed requests of {} were not recorded", times, tenantId, unwritten);
        }
    }

    /** Null for what is the sender's to mend. */
    private static @Nullable ErrorCode codeOf(RuntimeException e) {
        if (e instanceof UpstreamException upstream) {
            ErrorCode code = UpstreamErrors.codeOf(upstream);
            return code.status() >= 500 ? code : null;
        }
        if (e instanceof AppException refused) {
            return refused.code().status() >= 500 || refused.code() == ErrorCode.EVENTS_FULL ? refused.code() : null;
        }
        return ErrorCode.INTERNAL;
    }

    /** How many failures to write now; 0 for none yet. */
    private long due(Cause cause) {
        Instant now = clock.instant();
        if (counts.size() >= MOST_COUNTS) {
            counts.values().removeIf(count -> count.times() == 0);
        }
        long[] due = new long[1];
        counts.compute(cause, (same, count) -> {
            long times = count == null ? 1 : count.times() + 1;
            if (count != null && count.writtenAt().plus(PACE).isAfter(now)) {
                return new Count(count.writtenAt(), times);
            }
            due[0] = times;
            return new Count(now, 0);
        });
        return due[0];
    }
}
