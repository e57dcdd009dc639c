package dev.mtdconnector.app;

import dev.mtdconnector.common.Sleeper;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits by parking the thread. */
enum ThreadSleeper implements Sleeper {
    INSTANCE;

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        long until = System.nanoTime() + duration.toNanos();
        for (long left = duration.toNanos(); left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }
}
