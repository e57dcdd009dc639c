package dev.mtdconnector.testing;

import dev.mtdconnector.common.Sleeper;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Many tasks at once by a clock of their own: one runs at a time, in the order of the times that they sleep until, so that
 * what took hours there takes seconds here and comes out the same every time. Whatever takes time has to say so by
 * {@link #sleep}.
 */
public final class VirtualTime implements Sleeper {

    private final SettableClock clock;
    private final PriorityQueue<Step> steps =
            new PriorityQueue<>(Comparator.comparing(Step::at).thenComparing(Step::number));
    private final ThreadLocal<Semaphore> own = ThreadLocal.withInitial(() -> new Semaphore(0));
    private final Semaphore director = new Semaphore(0);
    private long numbers;
    private @Nullable Throwable failure;

    public VirtualTime(SettableClock clock) {
        this.clock = clock;
    }

    private record Step(Instant at, long number, Semaphore turn) {}

    /** Begins a task at this time. */
    public synchronized void at(Instant time, Runnable task) {
        Semaphore turn = new Semaphore(0);
        Thread thread = new Thread(() -> {
            turn.acquireUninterruptibly();
            own.set(turn);
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                failure = e;
            } finally {
                director.release();
            }
        });
        thread.setDaemon(true);
        thread.start();
        steps.add(new Step(time, numbers++, turn));
    }

    /** The task that calls goes on so much later; others have their turn meanwhile. */
    @Override
    public void sleep(Duration time) {
        synchronized (this) {
            steps.add(new Step(clock.instant().plus(time), numbers++, own.get()));
        }
        director.release();
        own.get().acquireUninterruptibly();
    }

    /** Has everything happen up to this time. Tasks that sleep longer stay asleep. */
    public void runUntil(Instant end) {
        while (true) {
            Step next;
            synchronized (this) {
                next = steps.peek();
                if (next == null || next.at().isAfter(end)) {
                    clock.set(end);
                    return;
                }
                steps.remove();
            }
            if (next.at().isAfter(clock.instant())) {
                clock.set(next.at());
            }
            next.turn().release();
            director.acquireUninterruptibly();
            if (failure != null) {
                throw new AssertionError("A task failed", failure);
            }
        }
    }
}
