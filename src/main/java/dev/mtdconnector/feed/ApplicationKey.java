package dev.mtdconnector.feed;

import dev.mtdconnector.signin.Secrets;

/** The secret that opens an enterprise's Mobile Risk API. Not a record, whose text would show it. */
public final class ApplicationKey {

    /** Real ones are a JWE of one to two thousand characters. */
    public static final int LONGEST = 8_000;

    private final String secret;

    public ApplicationKey(String secret) {
        this.secret = secret;
    }

    /** For the request to the token endpoint, and for sealing; for nothing else. */
    public String secret() {
        return secret;
    }

    /** The first half of the key's SHA-256: tells keys apart and opens nothing. */
    public String fingerprint() {
        return Secrets.hash(secret).substring(0, 32);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ApplicationKey key && key.secret.equals(secret);
    }

    @Override
    public int hashCode() {
        return secret.hashCode();
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "ApplicationKey[…]";
    }
}
