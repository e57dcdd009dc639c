package dev.mtdconnector.stub;

import dev.mtdconnector.common.Sleeper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Sleeps by moving the clock, and keeps how long. */
public final class RecordingSleeper implements Sleeper {

    private final TestClock clock;
    private final List<Duration> waits = new ArrayList<>();

    public RecordingSleeper(TestClock clock) {
        this.clock = clock;
    }

    @Override
    public synchronized void sleep(Duration duration) {
        waits.add(duration);
        clock.advance(duration);
    }

    public synchronized List<Duration> waits() {
        return List.copyOf(waits);
    }
}
