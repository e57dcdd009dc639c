package dev.mtdconnector.schedule;

import dev.mtdconnector.schedule.DriverStore.Chain;
import dev.mtdconnector.schedule.DriverStore.Drive;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the schedule looked at every minute, by three drivers that do not depend on each other: timers of the platform may
 * stop silently while everything else goes on (Azure Functions host, issues 11828 and 11812).
 *
 * <p>The pulse is one message that sends its successor. Its number is the generation that a row knows, so that a message
 * that comes twice, or from a chain that was given up, ends without a successor; the chain neither multiplies nor, short of
 * a lost message, ends. A chain that ended is begun anew by the other two. What cannot be started from here, the timer, is
 * reported.
 */
public final class Drivers {

    /** The queue of the pulse; it carries no jobs. */
    public static final String QUEUE = "pulse";

    static final Duration INTERVAL = Duration.ofMinutes(1);

    /** A driver that did not drive for this long is taken for dead. */
    public static final Duration PATIENCE = Duration.ofMinutes(3);

    private static final Logger LOG = LoggerFactory.getLogger(Drivers.class);

    private final DriverStore store;
    private final Tick tick;
    private final JobQueues queues;
    private final Clock clock;

    public Drivers(DriverStore store, Tick tick, JobQueues queues, Clock clock) {
        this.store = store;
        this.tick = tick;
        this.queues = queues;
        this.clock = clock;
    }

    /** The platform's timer fired. */
    public void timer() {
        tick.run();
        store.drove(Driver.TIMER, clock.instant());
        mendChain();
    }

    /** A pulse arrived. Idempotent: of a generation that is over nothing is left to do. */
    public void pulse(String message) {
        if (!message.matches("[0-9]{1,18}") || !advance(Long.parseLong(message))) {
            return;
        }
        tick.run();
        store.drove(Driver.PULSE, clock.instant());
        reportDeadTimer();
    }

    /**
     * Somebody asked whether we are up. When neither timer nor pulse drove lately it drives, at most once a minute whoever
     * asks.
     */
    public void health() {
        Instant now = clock.instant();
        if (isAlive(Driver.TIMER, now) || isAlive(Driver.PULSE, now)) {
            return;
        }
        Optional<Drive> before = store.last(Driver.HEALTH);
        boolean isRecent =
                before.filter(drive -> drive.at().plus(INTERVAL).isAfter(now)).isPresent();
        if (isRecent || !store.claim(Driver.HEALTH, now, before.orElse(null))) {
            return;
        }
        if (last(Driver.TIMER).isPresent() || last(Driver.PULSE).isPresent()) {
            // Before their first time, just after a deployment, there is nothing to be said of them.
            LOG.warn("Neither timer nor pulse drove for {} minutes; a health request does", PATIENCE.toMinutes());
        }
        tick.run();
        mendChain();
    }

    /** When the driver last drove; empty before the first time. */
    public Optional<Instant> last(Driver driver) {
        return store.last(driver).map(Drive::at);
    }

    /** Whether the driver drove lately. */
    public boolean isAlive(Driver driver, Instant now) {
        return last(driver).filter(at -> at.plus(PATIENCE).isAfter(now)).isPresent();
    }

    /** True when this message is the chain's, and its successor is on its way. */
    private boolean advance(long generation) {
        Optional<Chain> found = store.chain();
        if (found.isEmpty()) {
            return false;
        }
        Chain chain = found.get();
        if (chain.generation() == generation) {
            return begin(chain, generation + 1, INTERVAL);
        }
        if (chain.generation() == generation + 1 && !chain.isSent()) {
            // The process ended between the row and the message: the same message came again for that.
            send(chain, INTERVAL);
            return true;
        }
        return false;
    }

    private void mendChain() {
        Optional<Chain> chain = store.chain();
        if (chain.isPresent() && chain.get().expectedAt().plus(PATIENCE).isAfter(clock.instant())) {
            return;
        }
        chain.ifPresent(dead -> LOG.warn("The pulse was due at {} and did not come; begun anew", dead.expectedAt()));
        begin(chain.orElse(null), chain.map(Chain::generation).orElse(0L) + 1, Duration.ZERO);
    }

    /** False when somebody else has moved the chain. */
    private boolean begin(@Nullable Chain before, long generation, Duration delay) {
        Chain next = new Chain(generation, false, clock.instant().plus(delay), null);
        Optional<Chain> stored = store.replace(before, next);
        stored.ifPresent(chain -> send(chain, delay));
        return stored.isPresent();
    }

    private void send(Chain chain, Duration delay) {
        queues.send(QUEUE, Long.toString(chain.generation()), delay);
        store.replace(chain, new Chain(chain.generation(), true, chain.expectedAt(), null));
    }

    private void reportDeadTimer() {
        Instant now = clock.instant();
        Optional<Instant> last = last(Driver.TIMER);
        if (last.isPresent() && !isAlive(Driver.TIMER, now)) {
            LOG.error(
                    "The timer has not fired since {}; the pulse drives alone. Restart the function app.", last.get());
        }
    }
}
