package dev.mtdconnector.threat;

import java.time.Instant;
import java.util.List;

/**
 * One threat on one device, as the latest event on it says.
 *
 * @param classifications names as the feed gives them, known to us or not
 * @param severity the feed's own rating
 * @param openedAt time of the earliest event that we know of it
 * @param eventAt time of the latest event
 * @param eventId id of the latest event, which decides between two of the same time
 */
public record Threat(
        String guid,
        Status status,
        List<String> classifications,
        RiskLevel severity,
        String type,
        Instant openedAt,
        Instant eventAt,
        String eventId) {

    /** Where a threat stands; only an open one counts. */
    public enum Status {
        OPEN,
        RESOLVED,
        IGNORED
    }

    public Threat {
        classifications = List.copyOf(classifications);
    }

    public boolean isOpen() {
        return status == Status.OPEN;
    }

    /** True when this says something later than the other: by time, then by event id, whatever arrived first. */
    boolean isLaterThan(Threat other) {
        int byTime = eventAt.compareTo(other.eventAt);
        return byTime > 0 || (byTime == 0 && eventId.compareTo(other.eventId) > 0);
    }

    /** What both say together: the later of the two, open since the earlier. The same whichever is asked. */
    public Threat and(Threat other) {
        Threat later = other.isLaterThan(this) ? other : this;
        Instant first = openedAt.isBefore(other.openedAt) ? openedAt : other.openedAt;
        return new Threat(
                guid,
                later.status,
                later.classifications,
                later.severity,
                later.type,
                first,
                later.eventAt,
                later.eventId);
    }
}
