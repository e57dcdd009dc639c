package dev.mtdconnector.threat;

import java.time.Instant;
import java.util.List;

/**
 * One threat on one device, as the latest event on it says.
 *
 * @param classifications names as the feed gives them, known to us or not
 * @param severity the feed's own rating
 * @param openedAt time of the first event that we saw of it
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
    public boolean isLaterThan(Threat other) {
        int byTime = eventAt.compareTo(other.eventAt);
        return byTime > 0 || (byTime == 0 && eventId.compareTo(other.eventId) > 0);
    }

    Threat openedAt(Instant first) {
        return new Threat(guid, status, classifications, severity, type, first, eventAt, eventId);
    }

    /** What is known of the threat after this event, given what was known before. */
    public Threat after(Threat before) {
        return openedAt(before.openedAt.isBefore(openedAt) ? before.openedAt : openedAt);
    }
}
