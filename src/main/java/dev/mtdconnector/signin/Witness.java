package dev.mtdconnector.signin;

/** Is told that somebody proved who they are for a purpose other than getting in. */
@FunctionalInterface
public interface Witness {

    /**
     * A person signed in; whether they are in an access group is not known. Idempotent.
     *
     * @param purpose what the sign-in was started for: {@code consent-} and the name of a registration
     * @return whether this person is on record for it now
     */
    boolean signedIn(Identity who, String purpose);
}
