package dev.mtdconnector.device;

import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One line of what happened to a device and why: enough to answer, newest first, why it is non-compliant.
 *
 * @param at when it happened here; an event's own time is among the details
 * @param details by name, in words of the API; never secrets, at most a few hundred characters each
 */
public record TraceEntry(Instant at, Kind kind, Map<String, String> details) {

    /** What happened. */
    public enum Kind {
        /** The directory said something: enrolled, left, owner changed, deleted, superseded. */
        DIRECTORY,
        /** The agent said something: activated, first protected, a threat. */
        AGENT,
        /** An event of the feed was taken. */
        EVENT,
        /** An administrator or operator acted. */
        ADMINISTRATOR,
        /** A sweep or a policy decided. */
        SYSTEM,
        /** A state was put into a message, with the reason for it. */
        PUBLISHED,
        /** Intune completed the message. */
        CONFIRMED,
        /** Intune, or whoever was written to, refused. */
        REFUSED,
        /** A worsened state waits: for its grace period, or for an approval. */
        HELD,
        /** What Intune shows was compared with what it was told. */
        READ_BACK;

        /** The word of the API. */
        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    public TraceEntry {
        details = Map.copyOf(details);
    }

    /**
     * @param namesAndValues in turns; what has no value is left out
     */
    public static TraceEntry of(Instant at, Kind kind, @Nullable String... namesAndValues) {
        Map<String, String> details = new TreeMap<>();
        for (int i = 0; i + 1 < namesAndValues.length; i += 2) {
            String name = namesAndValues[i];
            String value = namesAndValues[i + 1];
            if (name != null && value != null) {
                details.put(name, value);
            }
        }
        return new TraceEntry(at, kind, details);
    }
}
