package dev.mtdconnector.schedule;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends one message for every job that is due, and does no work itself. Idempotent: what is due is computed from stored
 * state, so it does not matter how often, how late or by how many instances at once it is called.
 */
public final class Tick {

    /** A message that nobody took within this time is taken for lost. */
    static final Duration MESSAGE_PATIENCE = Duration.ofMinutes(2);

    /**
     * An index entry that is not its job's is left alone for this long: it is written before the job is, so its writer
     * may be between the two.
     */
    static final Duration HINT_PATIENCE = Duration.ofMinutes(10);

    /**
     * Jobs that are due within this time get their message now, which is hidden until then: a job begins when it is due and
     * not at the tick after that, and sending to a thousand, some 30 ms each, is over before they are due. More than the
     * minute between two ticks.
     */
    static final Duration LOOK_AHEAD = Duration.ofSeconds(100);

    private static final int PAGE = 500;

    private static final int MOST_FAILURES = 10;

    private static final Logger LOG = LoggerFactory.getLogger(Tick.class);

    private final JobStore store;
    private final JobQueues queues;
    private final Clock clock;

    public Tick(JobStore store, JobQueues queues, Clock clock) {
        this.store = store;
        this.queues = queues;
        this.clock = clock;
    }

    /**
     * A job that cannot be looked at, or whose message cannot be sent, holds up no other; several of them are taken for an
     * outage.
     *
     * @return how many messages were sent
     * @throws RuntimeException the last failure, once the others have their messages
     */
    public int run() {
        Instant now = clock.instant();
        int sent = 0;
        int failures = 0;
        @Nullable RuntimeException failure = null;
        @Nullable String continuation = null;
        do {
            JobStore.Page page = store.dueUntil(now.plus(LOOK_AHEAD), PAGE, continuation);
            for (JobStore.Hint hint : page.hints()) {
                try {
                    sent += enqueue(hint, now) ? 1 : 0;
                } catch (RuntimeException e) {
                    LOG.warn("{} of {} could not be looked at", hint.kind().queue(), hint.tenantId(), e);
                    failure = e;
                    if (++failures == MOST_FAILURES) {
                        throw e;
                    }
                }
            }
            continuation = page.continuation();
        } while (continuation != null);
        if (failure != null) {
            throw failure;
        }
        return sent;
    }

    private boolean enqueue(JobStore.Hint hint, Instant now) {
        Optional<Job> found = store.find(hint.tenantId(), hint.kind());
        if (found.isEmpty() || !hint.equals(JobStore.Hint.of(found.get()))) {
            if (hint.dueAt().plus(HINT_PATIENCE).isBefore(now)) {
                store.forget(hint);
            }
            return false;
        }
        Job job = found.get();
        if (!job.isDue(now.plus(LOOK_AHEAD)) || job.hasMessage(now) || job.isLeased(now)) {
            return false;
        }
        Instant at = job.isDue(now) ? now : job.dueAt();
        if (store.replace(job, job.enqueued(at)).isEmpty()) {
            return false;
        }
        // The tick itself may have taken a while by now.
        Duration delay = Duration.between(clock.instant(), at);
        queues.send(job.kind().queue(), job.tenantId(), delay.isNegative() ? Duration.ZERO : delay);
        return true;
    }
}
