package dev.mtdconnector.tenant;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.signin.Identity;
import dev.mtdconnector.signin.Witness;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notes who signed in for a consent ({@code consent-base}, {@code consent-partner}); other purposes are not its own. */
public final class ConsentWitness implements Witness {

    private static final Logger LOG = LoggerFactory.getLogger(ConsentWitness.class);
    private static final String PURPOSE = "consent-";

    private final Consents consents;

    public ConsentWitness(Consents consents) {
        this.consents = consents;
    }

    /**
     * Reads the roles again unless they were read just now, and notes the person when they are granted and nobody was noted before. A directory that
     * does not answer does not lose the person: what was last read of it counts then.
     */
    @Override
    public boolean signedIn(Identity who, String purpose) {
        return purpose.startsWith(PURPOSE)
                && Registration.ofLabel(purpose.substring(PURPOSE.length()))
                        .filter(registration -> confirm(who, registration))
                        .isPresent();
    }

    private boolean confirm(Identity who, Registration registration) {
        try {
            consents.checkUnlessNew(who.tenantId(), registration);
        } catch (UpstreamException e) {
            LOG.warn("The granted roles could not be read at a sign-in: {}", e.getMessage());
        }
        Consent consent = consents.confirm(who, registration);
        return consent.isGranted()
                && consent.confirmation() != null
                && consent.confirmation().userId().equals(who.userId());
    }
}
