package dev.mtdconnector.local.contoso;

import dev.mtdconnector.local.http.Json;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The one clock of the local world: the base clock plus an offset that only grows. The offset outlives a restart.
 */
public final class ContosoClock extends Clock {

    private static final String KIND = "clock";

    private final Clock base;
    private final ZoneId zone;
    private final Journal journal;
    private final List<Consumer<Instant>> listeners = new CopyOnWriteArrayList<>();
    private volatile Duration offset = Duration.ZERO;

    public ContosoClock(Clock base, Journal journal) {
        this.base = base;
        this.zone = ZoneOffset.UTC;
        this.journal = journal;
        journal.replay(KIND, data -> offset = Duration.parse(data.get("offset").asText()));
    }

    @Override
    public Instant instant() {
        return base.instant().plus(offset);
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    @Override
    public Clock withZone(ZoneId other) {
        return other.equals(zone) ? this : Clock.offset(base.withZone(other), offset);
    }

    /**
     * Moves the clock and tells the listeners, in the caller's thread.
     *
     * @throws IllegalArgumentException when that would be backwards
     */
    public synchronized Instant advance(Duration by) {
        if (by.isNegative()) {
            throw new IllegalArgumentException("The clock moves forward only");
        }
        offset = offset.plus(by);
        journal.append(KIND, Json.object().put("offset", offset.toString()));
        Instant now = instant();
        listeners.forEach(listener -> listener.accept(now));
        return now;
    }

    /** As {@link #advance(Duration)}, to a point in time. */
    public synchronized Instant moveTo(Instant target) {
        return advance(Duration.between(instant(), target));
    }

    /** Called with the new time whenever the clock was moved; not when it merely ticks. */
    public void onMove(Consumer<Instant> listener) {
        listeners.add(listener);
    }
}
