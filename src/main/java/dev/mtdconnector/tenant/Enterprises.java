package dev.mtdconnector.tenant;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.AppException.FieldError;
import dev.mtdconnector.common.ErrorCode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Ties each enterprise of the threat feed to one tenant at most. A claim comes before its tenant, so of two creations at
 * once one is refused; a claim whose creation came to nothing counts no longer after {@link #PATIENCE}.
 */
public final class Enterprises {

    /** Far longer than a request may take: a creation that claimed earlier than this has ended one way or another. */
    static final Duration PATIENCE = Duration.ofMinutes(15);

    private static final int TRIES = 10;

    private final Store claims;
    private final TenantStore tenants;
    private final Clock clock;

    public Enterprises(Store claims, TenantStore tenants, Clock clock) {
        this.claims = claims;
        this.tenants = tenants;
        this.clock = clock;
    }

    /**
     * @param version the row's version, for optimistic writes; null for a new claim
     */
    public record Claim(
            String enterpriseGuid,
            String tenantId,
            Instant claimedAt,
            @Nullable String version) {}

    /** Keeps the claims. */
    public interface Store {

        Optional<Claim> find(String enterpriseGuid);

        /**
         * Stores the claim if the row is still of its version, or still missing when that is null.
         *
         * @return false, and nothing written, when somebody else was faster
         */
        boolean save(Claim claim);

        /** Removes the claim if it is still of its version. */
        void remove(Claim claim);

        /** All claims of a tenant. Reads the whole table, which has a row a tenant: for rare occasions. */
        List<Claim> of(String tenantId);
    }

    /**
     * Ties the enterprise to the tenant, which need not be there yet. Idempotent.
     *
     * @throws AppException ENTERPRISE_TAKEN when it is another tenant's
     */
    public void claim(String enterpriseGuid, String tenantId) {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Optional<Claim> found = claims.find(enterpriseGuid);
            found.filter(claim -> !claim.tenantId().equals(tenantId)).ifPresent(this::checkIsStale);
            String version = found.map(Claim::version).orElse(null);
            if (claims.save(new Claim(enterpriseGuid, tenantId, clock.instant(), version))) {
                return;
            }
        }
        throw new AppException(ErrorCode.STATE_CHANGED);
    }

    /** Gives back what this creation claimed, when it turned out that the tenant was there with another enterprise. */
    public void giveBack(String enterpriseGuid, String tenantId) {
        claims.find(enterpriseGuid)
                .filter(claim -> claim.tenantId().equals(tenantId))
                .ifPresent(claims::remove);
    }

    /** Unties whatever is tied to the tenant. Idempotent. */
    public void release(String tenantId) {
        claims.of(tenantId).forEach(claims::remove);
    }

    private void checkIsStale(Claim claim) {
        Optional<Tenant> holder = tenants.find(claim.tenantId())
                .filter(tenant -> tenant.enterpriseGuid().equals(claim.enterpriseGuid()));
        if (holder.isPresent()) {
            Standing standing = holder.get().standing();
            throw taken("is tied to the organization " + claim.tenantId()
                    + (standing.hasLeft()
                            ? ", which has been offboarded and is deleted from " + standing.deletionDueAt() + " on"
                            : ""));
        }
        if (claim.claimedAt().plus(PATIENCE).isAfter(clock.instant())) {
            throw taken("is being tied to another organization at this moment");
        }
    }

    private static AppException taken(String message) {
        return new AppException(
                ErrorCode.ENTERPRISE_TAKEN,
                ErrorCode.ENTERPRISE_TAKEN.title() + ".",
                List.of(new FieldError("enterpriseGuid", message)));
    }
}
