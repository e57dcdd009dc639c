package dev.mtdconnector.testing;

import dev.mtdconnector.common.Sleeper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Does not wait: it notes each wait and moves the clock on by it. */
public final class RecordingSleeper implements Sleeper {

    private final SettableClock clock;
    private final List<Duration> sleeps = new ArrayList<>();

    public RecordingSleeper(SettableClock clock) {
        this.clock = clock;
    }

    @Override
    public synchronized void sleep(Duration duration) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        sleeps.add(duration);
        if (!duration.isNegative()) {
            clock.advance(duration);
        }
    }

    /** Every wait so far, in order, zero and negative ones included. */
    public synchronized List<Duration> sleeps() {
        return List.copyOf(sleeps);
    }

    public synchronized Duration total() {
        return sleeps.stream().filter(sleep -> !sleep.isNegative()).reduce(Duration.ZERO, Duration::plus);
    }
}
