package dev.mtdconnector.connector;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tenant's connector to Intune. One a tenant.
 *
 * @param heartbeatMinutes how often Intune hears of us, in minutes, {@link #LEAST_HEARTBEAT} to
 *     {@link #MOST_HEARTBEAT}
 * @param groups the enrollment groups, pinned by id when they were saved; empty before enrollment is set up
 * @param pollMinutes how often the groups are read, in minutes, {@link #LEAST_POLL} to {@link #MOST_POLL}
 * @param isNested whether members of groups within the groups count too
 * @param isDeletedOnUnenrollment whether a device that leaves is deleted, not kept as out of scope
 * @param safetyCapPercent share of the devices that may leave within 24 hours without anybody being asked, 0 to 100
 * @param deviceStatus whether Intune is told activated, deactivated and unresponsive
 * @param threatStatus whether Intune is told secured, low, medium and high
 * @param errorEmail who gets error reports; null when nobody does yet
 * @param version the row's version, for optimistic writes; null for a new connector
 */
public record Connector(
        String tenantId,
        int heartbeatMinutes,
        List<EnrollmentGroup> groups,
        int pollMinutes,
        boolean isNested,
        boolean isDeletedOnUnenrollment,
        int safetyCapPercent,
        boolean deviceStatus,
        boolean threatStatus,
        @Nullable String errorEmail,
        Instant createdAt,
        @Nullable String version) {

    public static final int LEAST_HEARTBEAT = 1;
    public static final int MOST_HEARTBEAT = 60;
    public static final int LEAST_POLL = 1;
    public static final int MOST_POLL = 1440;

    /** The vendor's integration guide advises to leave the poll interval at five minutes. */
    public static final int DEFAULT_POLL = 5;

    /** Share of the devices, in percent, that may leave within 24 hours unasked. */
    public static final int DEFAULT_SAFETY_CAP = 20;

    /** The name of the only publisher there is so far. */
    public static final String PUBLISHER = "partner";

    public Connector {
        groups = List.copyOf(groups);
    }

    /** A group as it was when it was saved. */
    public record EnrollmentGroup(String id, String displayName) {}

    public static Connector create(String tenantId, int heartbeatMinutes, Instant now) {
        return new Connector(
                tenantId,
                heartbeatMinutes,
                List.of(),
                DEFAULT_POLL,
                true,
                false,
                DEFAULT_SAFETY_CAP,
                true,
                true,
                null,
                now,
                null);
    }

    public Connector withHeartbeat(int minutes) {
        return new Connector(
                tenantId,
                minutes,
                groups,
                pollMinutes,
                isNested,
                isDeletedOnUnenrollment,
                safetyCapPercent,
                deviceStatus,
                threatStatus,
                errorEmail,
                createdAt,
                version);
    }

    /** Which devices are enrolled, and how; see the parameters of {@link Connector}. */
    public record Enrollment(
            List<EnrollmentGroup> groups,
            int pollMinutes,
            boolean isNested,
            boolean isDeletedOnUnenrollment,
            int safetyCapPercent) {
        public Enrollment {
            groups = List.copyOf(groups);
        }
    }

    public Connector with(Enrollment enrollment) {
        return new Connector(
                tenantId,
                heartbeatMinutes,
                enrollment.groups(),
                enrollment.pollMinutes(),
                enrollment.isNested(),
                enrollment.isDeletedOnUnenrollment(),
                enrollment.safetyCapPercent(),
                deviceStatus,
                threatStatus,
                errorEmail,
                createdAt,
                version);
    }

    public Connector withStateSync(boolean device, boolean threat) {
        return new Connector(
                tenantId,
                heartbeatMinutes,
                groups,
                pollMinutes,
                isNested,
                isDeletedOnUnenrollment,
                safetyCapPercent,
                device,
                threat,
                errorEmail,
                createdAt,
                version);
    }

    public Connector withErrorEmail(String email) {
        return new Connector(
                tenantId,
                heartbeatMinutes,
                groups,
                pollMinutes,
                isNested,
                isDeletedOnUnenrollment,
                safetyCapPercent,
                deviceStatus,
                threatStatus,
                email,
                createdAt,
                version);
    }
}
