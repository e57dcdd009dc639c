package dev.mtdconnector.health;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the last answer of a service that is asked anyway, so that whoever wants to know how fast it is need not ask
 * again. Of this process alone; safe for many threads.
 */
public final class AnswerTimes {

    private volatile @Nullable Answered last;

    /**
     * One answer.
     *
     * @param at when it came
     * @param took until its headers were there
     * @param theirs the time that the service put on it ({@code Date}, whole seconds); null when it put none
     */
    public record Answered(
            Instant at, Duration took, @Nullable Instant theirs) {

        /** How far the service's clock is before ours; within a second and the time of the answer it means nothing. */
        public Optional<Duration> skew() {
            return Optional.ofNullable(theirs).map(date -> Duration.between(at, date));
        }
    }

    public void answered(Answered answer) {
        last = answer;
    }

    /** Empty before the first. */
    public Optional<Answered> last() {
        return Optional.ofNullable(last);
    }
}
