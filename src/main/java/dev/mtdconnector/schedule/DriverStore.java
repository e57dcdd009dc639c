package dev.mtdconnector.schedule;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keeps when each driver last drove, and where the chain of pulses stands. */
public interface DriverStore {

    Optional<Drive> last(Driver driver);

    /** Notes that the driver drove. */
    void drove(Driver driver, Instant at);

    /**
     * Notes it only if nobody else did since {@code before} was read, or ever when that is null.
     *
     * @return false, and nothing written, when somebody did
     */
    boolean claim(Driver driver, Instant at, @Nullable Drive before);

    Optional<Chain> chain();

    /**
     * Stores {@code after} if the chain is still as {@code before} was read, or still missing when that is null.
     *
     * @return the chain with its new version, or empty when somebody else moved it
     */
    Optional<Chain> replace(@Nullable Chain before, Chain after);

    /** One driver's last time, as it was read. */
    record Drive(Instant at, String version) {}

    /**
     * The chain of pulses: there is one message, and its number is the generation.
     *
     * @param isSent whether the message of this generation was sent for certain
     * @param expectedAt when it is to arrive
     * @param version null for a chain that is not stored yet
     */
    record Chain(
            long generation,
            boolean isSent,
            Instant expectedAt,
            @Nullable String version) {}
}
