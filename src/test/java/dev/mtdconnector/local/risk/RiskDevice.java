package dev.mtdconnector.local.risk;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A device as the vendor's cloud holds it.
 *
 * @param guid the vendor's own id
 * @param oid its place in lists, given when it enrolled
 * @param externalId the device's id at whoever manages it: the Entra device id, or the MDM's id where that alone is known;
 *     null when nobody does
 * @param mdmId the MDM's id of the device; null when it is not managed
 * @param platform ANDROID or IOS
 * @param activation PENDING, ACTIVATED or DEACTIVATED
 * @param connected false while the vendor has not heard of it for too long
 * @param securityStatus SECURE or THREATS_LOW to THREATS_HIGH, by its open threats
 */
public record RiskDevice(
        String guid,
        String oid,
        @Nullable String externalId,
        @Nullable String mdmId,
        String platform,
        @Nullable String email,
        String osVersion,
        String activation,
        boolean connected,
        String securityStatus,
        @Nullable Instant activatedAt,
        @Nullable Instant deactivatedAt,
        @Nullable Instant disconnectedAt,
        Instant updatedAt) {

    static final String PENDING = "PENDING";
    static final String ACTIVATED = "ACTIVATED";
    static final String DEACTIVATED = "DEACTIVATED";

    /** Activated and heard of. */
    public boolean isProtected() {
        return activation.equals(ACTIVATED) && connected;
    }

    RiskDevice activated(Instant now) {
        return new RiskDevice(
                guid,
                oid,
                externalId,
                mdmId,
                platform,
                email,
                osVersion,
                ACTIVATED,
                true,
                securityStatus,
                now,
                null,
                null,
                now);
    }

    RiskDevice deactivated(Instant now) {
        return new RiskDevice(
                guid,
                oid,
                externalId,
                mdmId,
                platform,
                email,
                osVersion,
                DEACTIVATED,
                connected,
                securityStatus,
                activatedAt,
                now,
                disconnectedAt,
                now);
    }

    RiskDevice connected(boolean now, Instant at) {
        return new RiskDevice(
                guid,
                oid,
                externalId,
                mdmId,
                platform,
                email,
                osVersion,
                activation,
                now,
                securityStatus,
                activatedAt,
                deactivatedAt,
                now ? null : at,
                at);
    }

    RiskDevice secured(String status, Instant at) {
        return new RiskDevice(
                guid,
                oid,
                externalId,
                mdmId,
                platform,
                email,
                osVersion,
                activation,
                connected,
                status,
                activatedAt,
                deactivatedAt,
                disconnectedAt,
                at);
    }

    RiskDevice tied(@Nullable String external, Instant at) {
        return new RiskDevice(
                guid,
                oid,
                external,
                mdmId,
                platform,
                email,
                osVersion,
                activation,
                connected,
                securityStatus,
                activatedAt,
                deactivatedAt,
                disconnectedAt,
                at);
    }
}
