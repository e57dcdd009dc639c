package dev.mtdconnector.health;

import dev.mtdconnector.health.AnswerTimes.Answered;
import dev.mtdconnector.tenant.Registration;
import java.util.Optional;

/**
 * What can be tried of the services around a deployment without changing anything there. Each may throw
 * {@link dev.mtdconnector.common.UpstreamException}.
 */
public interface Probes {

    /** Microsoft Graph's last answer to this process; asks nobody. */
    Optional<Answered> lastOfGraph();

    /** Asks Graph for its public service document, for which nobody signs in. */
    Answered graph();

    /** Asks the sign-in service for its public keys. */
    Answered login();

    /**
     * Asks the sign-in service for a new token for Graph, in this directory, with the registration's own credential.
     *
     * @throws dev.mtdconnector.common.UpstreamException CONSENT_MISSING when the directory does not know the registration,
     *     FORBIDDEN when the credential is refused, NOT_CONFIGURED when there is none
     */
    void token(String tenantId, Registration registration);

    /**
     * Connects and signs in to the mail server, and sends nothing.
     *
     * @return false when this way of sending mail has nothing to try
     */
    boolean mail();
}
