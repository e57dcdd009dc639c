package dev.mtdconnector.signin;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One browser in which a person is signed in: a row, so that ending it ends it everywhere.
 *
 * @param secretHash hash of the secret in the browser's cookie
 * @param name as Entra gave it at sign-in: to be shown only
 * @param lastSeenAt of a request, exact to {@link Sessions#REFRESH}: a row is not written for each
 * @param membershipCheckedAt when the directory last answered that the person is in a group of this role
 * @param version of the row as it was read; null when it is not stored yet
 */
public record Session(
        String tenantId,
        String secretHash,
        String userId,
        String name,
        Role role,
        Instant createdAt,
        Instant lastSeenAt,
        Instant membershipCheckedAt,
        @Nullable String version) {

    /**
     * Without a request for so long it is over: OWASP ASVS 4.0.3 3.3.2 at level 2, and NIST SP 800-63B 4.2.3 (revision 3,
     * AAL2), both ask for 30 minutes.
     */
    public static final Duration IDLE = Duration.ofMinutes(30);

    /** After so long it is over whatever happens, by the same two: 12 hours. */
    public static final Duration ABSOLUTE = Duration.ofHours(12);

    /** When it ends at the latest. */
    public Instant expiresAt() {
        return createdAt.plus(ABSOLUTE);
    }

    boolean isOver(Instant now) {
        return !now.isBefore(expiresAt()) || !now.isBefore(lastSeenAt.plus(IDLE));
    }

    Session seen(Instant now) {
        return new Session(tenantId, secretHash, userId, name, role, createdAt, now, membershipCheckedAt, version);
    }

    Session member(Role of, Instant now) {
        return new Session(tenantId, secretHash, userId, name, of, createdAt, lastSeenAt, now, version);
    }

    Caller.Person person() {
        return new Caller.Person(tenantId, userId, name, role);
    }
}
