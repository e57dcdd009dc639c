package dev.mtdconnector.local.host;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Bounded waiting while the host stops. */
final class Waiting {

    /** How long what is running may go on when the host stops. */
    static final Duration GRACE = Duration.ofSeconds(30);

    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private Waiting() {}

    /** False when the condition did not hold in time, or the thread was interrupted. */
    static boolean until(BooleanSupplier condition, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline || Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        return true;
    }

    /** Lets running tasks end for {@link #GRACE}, then interrupts them. */
    static void end(ExecutorService threads) {
        threads.shutdown();
        if (!until(threads::isTerminated, GRACE)) {
            threads.shutdownNow();
        }
    }
}
