package dev.mtdconnector.device;

import dev.mtdconnector.device.CredentialStore.Credential;
import dev.mtdconnector.signin.Key;
import dev.mtdconnector.signin.Secrets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Gives devices their credentials: 256 random bits, of which a hash is stored. A credential that grew old is replaced at a
 * check-in; it stays valid until the new one is first used, so that a lost answer locks nobody out.
 */
public final class Credentials {

    /** How old a credential grows before a check-in answers another. */
    static final Duration ROTATION = Duration.ofDays(30);

    /** What was offered may still be on its way to the agent: until then nothing else is. */
    static final Duration OFFER = Duration.ofHours(1);

    private final CredentialStore store;
    private final Secrets secrets;
    private final Clock clock;

    public Credentials(CredentialStore store, Secrets secrets, Clock clock) {
        this.store = store;
        this.secrets = secrets;
        this.clock = clock;
    }

    /** A credential of this user in place of all that the device had. It is shown now and never again. */
    Key create(String tenantId, String deviceId, String userId) {
        Key credential = newKey(tenantId, deviceId);
        store.save(tenantId, deviceId, userId, Secrets.hash(credential.secret()), clock.instant());
        return credential;
    }

    /** Another credential for a device that has presented its own just now; empty when that is young enough. */
    Optional<Key> rotate(String tenantId, String deviceId) {
        Instant now = clock.instant();
        Optional<Credential> current = store.find(tenantId, deviceId).filter(credential -> isDue(credential, now));
        if (current.isEmpty()) {
            return Optional.empty();
        }
        Key next = newKey(tenantId, deviceId);
        boolean isOffered = store.offer(tenantId, deviceId, current.get(), Secrets.hash(next.secret()), now);
        return isOffered ? Optional.of(next) : Optional.empty();
    }

    private static boolean isDue(Credential credential, Instant now) {
        Instant offered = credential.nextAt();
        return !now.isBefore(credential.createdAt().plus(ROTATION))
                && (offered == null || !now.isBefore(offered.plus(OFFER)));
    }

    /**
     * @return false when there was none
     */
    boolean revoke(String tenantId, String deviceId) {
        return store.remove(tenantId, deviceId);
    }

    private Key newKey(String tenantId, String deviceId) {
        return new Key(Key.Kind.DEVICE, tenantId, deviceId, secrets.create());
    }
}
