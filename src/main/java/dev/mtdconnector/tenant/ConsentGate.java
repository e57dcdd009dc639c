package dev.mtdconnector.tenant;

import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.schedule.JobGate;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.Outcome;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lets a job run while the roles that it needs are granted, and finds out when they no longer are. A failure that looks
 * like a missing consent is one when the directory says so; with the roles there it is a defect of ours.
 */
public final class ConsentGate implements JobGate {

    private final Consents consents;

    public ConsentGate(Consents consents) {
        this.consents = consents;
    }

    @Override
    public Optional<ErrorCode> closed(String tenantId, JobKind kind) {
        Optional<ErrorCode> missing =
                missing(needed(tenantId, kind), registration -> consents.of(tenantId, registration));
        if (missing.isPresent()) {
            // A release that needs more than was read so far may be the first to notice.
            consents.watch(tenantId);
        }
        return missing;
    }

    @Override
    public Outcome failed(String tenantId, JobKind kind, UpstreamException failure) {
        boolean isSuspicious = failure.kind() == UpstreamException.Kind.CONSENT_MISSING
                || failure.kind() == UpstreamException.Kind.FORBIDDEN;
        if (!isSuspicious || needed(tenantId, kind).isEmpty()) {
            return Outcome.failed(failure);
        }
        try {
            return missing(needed(tenantId, kind), registration -> consents.check(tenantId, registration))
                    .map(Outcome::waiting)
                    .orElseGet(() -> defect(failure));
        } catch (UpstreamException unread) {
            // Nobody knows yet what the failure means; the next run asks again.
            return Outcome.failed(unread);
        }
    }

    private Map<Registration, Set<String>> needed(String tenantId, JobKind kind) {
        return NeededRoles.of(kind, consents.publisher(tenantId));
    }

    /** Which consent is missing for what is needed; empty when none is. The base registration's is looked at first. */
    static Optional<ErrorCode> missing(
            Map<Registration, Set<String>> needed, Function<Registration, Consent> consents) {
        for (Registration registration : Registration.values()) {
            Set<String> roles = needed.get(registration);
            if (roles != null && !consents.apply(registration).allows(roles)) {
                return Optional.of(
                        registration == Registration.BASE
                                ? ErrorCode.DIRECTORY_CONSENT_MISSING
                                : ErrorCode.INTUNE_CONSENT_MISSING);
            }
        }
        return Optional.empty();
    }

    /** Whether a job that ended with this code waits for a consent. */
    static boolean isWaiting(@Nullable String errorCode) {
        return ErrorCode.DIRECTORY_CONSENT_MISSING.code().equals(errorCode)
                || ErrorCode.INTUNE_CONSENT_MISSING.code().equals(errorCode);
    }

    private static Outcome defect(UpstreamException failure) {
        // Whoever reads "consent missing" would ask for a consent that is there.
        ErrorCode code = failure.service() == UpstreamException.Service.INTUNE
                ? ErrorCode.INTUNE_REFUSED
                : ErrorCode.DIRECTORY_REFUSED;
        return new Outcome.Failed(code, String.valueOf(failure.getMessage()), failure.retryAfter());
    }
}
