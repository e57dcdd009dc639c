package dev.mtdconnector.signin;

/** Is told of each person who got in. */
@FunctionalInterface
public interface Arrivals {

    /** A person whom the directory has in an access group signed in. Idempotent. */
    void signedIn(Identity who);
}
