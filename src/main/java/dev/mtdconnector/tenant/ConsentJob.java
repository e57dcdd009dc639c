package dev.mtdconnector.tenant;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.schedule.JobContext;
import dev.mtdconnector.schedule.Outcome;
import dev.mtdconnector.schedule.TenantJob;
import dev.mtdconnector.tenant.Registration.Roles;
import java.util.Set;

/**
 * Reads again the roles of every registration that the tenant uses: daily while all is granted, every quarter of an hour
 * while something is missing. Idempotent; also does what a crash kept from following an earlier change.
 */
public final class ConsentJob implements TenantJob {

    private final Consents consents;

    public ConsentJob(Consents consents) {
        this.consents = consents;
    }

    @Override
    public Outcome run(String tenantId, JobContext context) {
        boolean isInUse = false;
        UpstreamException failure = null;
        for (Registration registration : Registration.values()) {
            if (!consents.of(tenantId, registration).isInUse()) {
                continue;
            }
            isInUse = true;
            if (registration != Registration.BASE
                    && !consents.of(tenantId, Registration.BASE).allows(Set.of(Roles.APPLICATIONS))) {
                // The base registration reads for all: nothing can be known until it may.
                continue;
            }
            try {
                consents.check(tenantId, registration);
            } catch (UpstreamException e) {
                failure = e;
            }
            context.checkpoint();
        }
        if (!isInUse) {
            return Outcome.obsolete();
        }
        consents.settle(tenantId);
        return failure == null ? Outcome.finished() : Outcome.failed(failure);
    }
}
