package dev.mtdconnector.tenant;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.tenant.Tenant.Status;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where a tenant stands, and how it came there. Every step is idempotent; one that is not open any more is refused.
 *
 * @param suspendedReason what the operator gave as the reason; null unless suspended
 * @param offboardedAt when the tenant left; null while it has not
 * @param deletionDueAt when what is kept of it will be deleted; null while it has not left
 * @param deprovision how leaving Intune ended: {@link #DEPROVISIONED}, {@link #NOT_SET_UP}, or the code of the error
 *     that Intune or the consent answered; null before
 * @param withdrawal how taking back what was published ended: {@link #WITHDRAWN}, {@link #INCOMPLETE}, or the code of
 *     the error that stopped it; {@link #WITHDRAWING} while it goes on, null before
 */
public record Standing(
        Status status,
        @Nullable String suspendedReason,
        @Nullable Instant offboardedAt,
        @Nullable Instant deletionDueAt,
        @Nullable String deprovision,
        @Nullable String withdrawal) {

    public static final Standing ACTIVE = new Standing(Status.ACTIVE, null, null, null, null, null);

    /** Intune took it. */
    public static final String DEPROVISIONED = "done";

    /** There was no connector to Intune. */
    public static final String NOT_SET_UP = "not-set-up";

    /** Nothing of ours stands where it was published. */
    public static final String WITHDRAWN = "done";

    /** It has begun. */
    public static final String WITHDRAWING = "under-way";

    /** Something stands there still, and nobody tries any more. */
    public static final String INCOMPLETE = "incomplete";

    /** True when the tenant has left, whether or not its data is still there. */
    public boolean hasLeft() {
        return status == Status.OFFBOARDED || status == Status.DELETING;
    }

    /**
     * @throws AppException TENANT_OFFBOARDED
     */
    public Standing suspended(String reason) {
        checkHasNotLeft();
        return new Standing(Status.SUSPENDED, reason, null, null, null, null);
    }

    /**
     * @throws AppException TENANT_OFFBOARDED
     */
    public Standing resumed() {
        checkHasNotLeft();
        return ACTIVE;
    }

    /** A tenant that has left already keeps its day. */
    public Standing offboarded(Instant at, Instant deletionDue) {
        return hasLeft() ? this : new Standing(Status.OFFBOARDED, null, at, deletionDue, null, null);
    }

    /** Notes how far it is with taking back what was published. */
    public Standing withdrawn(String how) {
        return status == Status.OFFBOARDED
                ? new Standing(status, null, offboardedAt, deletionDueAt, deprovision, how)
                : this;
    }

    /** Notes how leaving Intune ended. */
    public Standing deprovisioned(String how) {
        return status == Status.OFFBOARDED
                ? new Standing(status, null, offboardedAt, deletionDueAt, how, withdrawal)
                : this;
    }

    /**
     * Back from offboarding, suspended, so that somebody looks before it is served again.
     *
     * @throws AppException TENANT_OFFBOARDED when its data is being deleted; STATE_CHANGED while it is being
     *     deprovisioned
     */
    public Standing restored() {
        if (status == Status.DELETING) {
            throw new AppException(ErrorCode.TENANT_OFFBOARDED, "The organization's data is being deleted.");
        }
        if (status != Status.OFFBOARDED) {
            return this;
        }
        if (deprovision == null) {
            throw new AppException(
                    ErrorCode.STATE_CHANGED,
                    "The organization is being deprovisioned at Intune; restore it after that.");
        }
        return new Standing(Status.SUSPENDED, "Restored after offboarding", null, null, null, null);
    }

    /** From now on the data goes; only what has left and is due gets here. */
    public Standing deleting(Instant now) {
        boolean isDue = deletionDueAt != null && !deletionDueAt.isAfter(now);
        return status == Status.OFFBOARDED && isDue
                ? new Standing(Status.DELETING, null, offboardedAt, deletionDueAt, deprovision, withdrawal)
                : this;
    }

    /**
     * @throws AppException TENANT_OFFBOARDED, saying until when the data is kept
     */
    public void checkHasNotLeft() {
        if (hasLeft()) {
            throw new AppException(
                    ErrorCode.TENANT_OFFBOARDED,
                    "This organization has been offboarded. Its data is deleted from " + deletionDueAt + " on.");
        }
    }
}
