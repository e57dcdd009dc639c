package dev.mtdconnector.connector;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tenant's connector to Intune. One a tenant.
 *
 * @param heartbeatMinutes how often Intune hears of us, in minutes, {@link #LEAST_HEARTBEAT} to
 *     {@link #MOST_HEARTBEAT}
 * @param enrollment which devices are enrolled
 * @param stateSync what Intune is told of them
 * @param publishing by which way it is told, and how carefully
 * @param errorEmail who gets error reports; null when nobody does yet
 * @param version the row's version, for optimistic writes; null for a new connector
 */
public record Connector(
        String tenantId,
        int heartbeatMinutes,
        Enrollment enrollment,
        StateSync stateSync,
        Publishing publishing,
        @Nullable String errorEmail,
        Instant createdAt,
        @Nullable String version) {

    public static final int LEAST_HEARTBEAT = 1;
    public static final int MOST_HEARTBEAT = 60;

    /** The example of the vendor's console. */
    public static final int DEFAULT_HEARTBEAT = 10;

    public static final int LEAST_POLL = 1;
    public static final int MOST_POLL = 1440;

    /** The vendor's integration guide advises to leave the poll interval at five minutes. */
    public static final int DEFAULT_POLL = 5;

    /** Share of the devices, in percent, that may leave within 24 hours unasked. */
    public static final int DEFAULT_SAFETY_CAP = 20;

    /** A group as it was when it was saved. */
    public record EnrollmentGroup(String id, String displayName) {}

    /**
     * Which devices are enrolled, and how.
     *
     * @param groups the enrollment groups, pinned by id when they were saved; empty before enrollment is set up
     * @param pollMinutes how often the groups are read, in minutes, {@link #LEAST_POLL} to {@link #MOST_POLL}
     * @param isNested whether members of groups within the groups count too
     * @param isDeletedOnUnenrollment whether a device that leaves is deleted, not kept as out of scope
     * @param safetyCapPercent share of the devices that may leave within 24 hours without anybody being asked, 0 to 100
     */
    public record Enrollment(
            List<EnrollmentGroup> groups,
            int pollMinutes,
            boolean isNested,
            boolean isDeletedOnUnenrollment,
            int safetyCapPercent) {

        /** Before an administrator chose anything. */
        static final Enrollment DEFAULT = new Enrollment(List.of(), DEFAULT_POLL, true, false, DEFAULT_SAFETY_CAP);

        public Enrollment {
            groups = List.copyOf(groups);
        }
    }

    /**
     * The two switches of the vendor's console, both on unless an administrator chose otherwise.
     *
     * @param deviceStatus whether Intune is told activated, deactivated and unresponsive
     * @param threatStatus whether Intune is told secured, low, medium and high
     */
    public record StateSync(boolean deviceStatus, boolean threatStatus) {}

    public static Connector create(String tenantId, int heartbeatMinutes, Instant now) {
        return new Connector(
                tenantId,
                heartbeatMinutes,
                Enrollment.DEFAULT,
                new StateSync(true, true),
                Publishing.DEFAULT,
                null,
                now,
                null);
    }

    public List<EnrollmentGroup> groups() {
        return enrollment.groups();
    }

    public int pollMinutes() {
        return enrollment.pollMinutes();
    }

    public boolean isNested() {
        return enrollment.isNested();
    }

    public boolean isDeletedOnUnenrollment() {
        return enrollment.isDeletedOnUnenrollment();
    }

    public int safetyCapPercent() {
        return enrollment.safetyCapPercent();
    }

    public boolean deviceStatus() {
        return stateSync.deviceStatus();
    }

    public boolean threatStatus() {
        return stateSync.threatStatus();
    }

    /**
     * Whether states may be written to the target: Intune's partner service takes none before it acknowledged a beat,
     * the directory takes them at once.
     */
    public boolean mayPublish(ConnectorStore.Beats beats) {
        return publishing.target().way() != PublishTarget.Way.PARTNER
                || (beats.provisionedAt() != null && beats.lastBeatAt() != null);
    }

    public Connector withHeartbeat(int minutes) {
        return new Connector(tenantId, minutes, enrollment, stateSync, publishing, errorEmail, createdAt, version);
    }

    public Connector with(Enrollment other) {
        return new Connector(tenantId, heartbeatMinutes, other, stateSync, publishing, errorEmail, createdAt, version);
    }

    public Connector with(StateSync other) {
        return new Connector(tenantId, heartbeatMinutes, enrollment, other, publishing, errorEmail, createdAt, version);
    }

    public Connector with(Publishing other) {
        return new Connector(tenantId, heartbeatMinutes, enrollment, stateSync, other, errorEmail, createdAt, version);
    }

    public Connector withErrorEmail(String email) {
        return new Connector(tenantId, heartbeatMinutes, enrollment, stateSync, publishing, email, createdAt, version);
    }
}
