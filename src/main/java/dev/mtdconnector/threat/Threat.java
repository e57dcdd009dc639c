package dev.mtdconnector.threat;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One threat on one device, as the latest event on it says.
 *
 * @param classifications names as the feed gives them, known to us or not
 * @param severity the feed's own rating
 * @param openedAt time of the earliest event that we know of it
 * @param eventAt time of the latest event
 * @param eventId id of the latest event, which decides between two of the same time
 * @param vendorGuid what the feed calls the device that it is on; null when the feed did not say it
 */
public record Threat(
        String guid,
        Status status,
        List<String> classifications,
        RiskLevel severity,
        String type,
        Instant openedAt,
        Instant eventAt,
        String eventId,
        @Nullable String vendorGuid) {

    /** Where a threat stands; only an open one counts. */
    public enum Status {
        OPEN,
        RESOLVED,
        IGNORED
    }

    public Threat {
        classifications = List.copyOf(classifications);
    }

    /** A threat that the feed did not name. */
    public Threat(
            String guid,
            Status status,
            List<String> classifications,
            RiskLevel severity,
            String type,
            Instant openedAt,
            Instant eventAt,
            String eventId) {
        this(guid, status, classifications, severity, type, openedAt, eventAt, eventId, null);
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
                later.eventId,
                later.vendorGuid);
    }
}
