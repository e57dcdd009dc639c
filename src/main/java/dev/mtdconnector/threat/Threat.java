package dev.mtdconnector.threat;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One threat on one device, as the latest event on it says.
 *
 * @param finding what was found, as the latest event has it
 * @param openedAt time of the earliest event that we know of it
 * @param eventAt time of the latest event
 * @param eventId id of the latest event, which decides between two of the same time
 * @param vendorGuid what the feed calls the device that it is on; null when the feed did not say it
 * @param ignored that an administrator has it ignored; null while nobody has, and once an event closed the threat since
 */
public record Threat(
        String guid,
        Status status,
        Finding finding,
        Instant openedAt,
        Instant eventAt,
        String eventId,
        @Nullable String vendorGuid,
        @Nullable Ignored ignored) {

    /**
     * What was found.
     *
     * @param classifications names as the feed gives them, known to us or not
     * @param severity the feed's own rating, as one of our levels
     * @param feedLevel the feed's own word for it, such as ADVISORY; null where no feed rated it
     * @param type of what: an app, a file, the network, as the feed has it
     */
    public record Finding(
            List<String> classifications,
            RiskLevel severity,
            @Nullable String feedLevel,
            String type,
            Subject subject) {
        public Finding {
            classifications = List.copyOf(classifications);
        }

        /** What no feed rated, and of which no more is known. */
        public Finding(List<String> classifications, RiskLevel severity, String type) {
            this(classifications, severity, null, type, Subject.UNKNOWN);
        }
    }

    /** The app in which a threat was found, as far as that is said. */
    public record Subject(
            @Nullable String applicationName, @Nullable String packageName) {
        public static final Subject UNKNOWN = new Subject(null, null);
    }

    /**
     * That an administrator has the threat ignored.
     *
     * @param by who, as {@code Caller.Administrator.actor()} has it
     * @param eventAt time of the latest event that was known then: a later one that closes the threat ends the ignoring, so
     *     that it counts when it is opened again
     */
    public record Ignored(String by, String reason, Instant at, Instant eventAt) {}

    /** Where a threat stands by its events; only an open one counts, unless it is ignored. */
    public enum Status {
        OPEN,
        RESOLVED,
        IGNORED
    }

    public List<String> classifications() {
        return finding.classifications();
    }

    public RiskLevel severity() {
        return finding.severity();
    }

    public String type() {
        return finding.type();
    }

    /** Whether a feed rated it, rightly or not. */
    public boolean isRated() {
        return finding.feedLevel() != null;
    }

    /** Whether it counts. */
    public boolean isOpen() {
        return status == Status.OPEN && ignored == null;
    }

    /** Ignored from now on. */
    public Threat ignoredBy(String by, String reason, Instant at) {
        return with(new Ignored(by, reason, at, eventAt));
    }

    /** Counts again if it is open. */
    public Threat noLongerIgnored() {
        return with(null);
    }

    private Threat with(@Nullable Ignored mark) {
        return new Threat(guid, status, finding, openedAt, eventAt, eventId, vendorGuid, mark);
    }

    private boolean ends(Ignored mark) {
        return status != Status.OPEN && eventAt.isAfter(mark.eventAt());
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
        Ignored mark = ignored == null ? other.ignored : ignored;
        boolean isEnded = mark != null && (ends(mark) || other.ends(mark));
        return new Threat(
                guid,
                later.status,
                later.finding,
                first,
                later.eventAt,
                later.eventId,
                later.vendorGuid,
                isEnded ? null : mark);
    }
}
