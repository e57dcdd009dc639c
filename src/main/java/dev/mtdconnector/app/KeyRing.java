package dev.mtdconnector.app;

import dev.mtdconnector.device.CredentialStore;
import dev.mtdconnector.signin.Key;
import dev.mtdconnector.signin.Role;
import dev.mtdconnector.signin.Secrets;
import dev.mtdconnector.signin.StoredKeys;
import dev.mtdconnector.tenant.KeyStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All keys there are: those of tenants, and the credentials of devices. */
final class KeyRing implements StoredKeys {

    private static final Logger LOG = LoggerFactory.getLogger(KeyRing.class);

    /** How exact the time of a key's last use is; a key that is used all the time costs one write in this time. */
    private static final Duration EXACTNESS = Duration.ofHours(1);

    /** For kinds that have no role: the one that would open the least. */
    private static final Role NONE = Role.READ_ONLY;

    private final KeyStore keys;
    private final CredentialStore credentials;
    private final Clock clock;

    KeyRing(KeyStore keys, CredentialStore credentials, Clock clock) {
        this.keys = keys;
        this.credentials = credentials;
        this.clock = clock;
    }

    @Override
    public Optional<Valid> find(Key.Kind kind, String tenantId, String keyId) {
        if (kind == Key.Kind.DEVICE) {
            return credentials
                    .find(tenantId, keyId)
                    .map(found -> new Valid(found.secretHash(), found.nextHash(), NONE, null));
        }
        return keys.key(tenantId, kind, keyId)
                .filter(key -> key.isValid(clock.instant()))
                .map(key ->
                        new Valid(key.secretHash(), Objects.requireNonNullElse(key.role(), NONE), key.lastUsedAt()));
    }

    @Override
    public void used(Key key, Valid found) {
        Instant now = clock.instant();
        Instant last = found.lastUsedAt();
        // A device's last check-in is noted with the device.
        boolean isDevice = key.kind() == Key.Kind.DEVICE;
        if ((isDevice && !found.isNext(key.secret())) || (last != null && now.isBefore(last.plus(EXACTNESS)))) {
            return;
        }
        try {
            if (isDevice) {
                credentials.promote(key.tenantId(), key.id(), Secrets.hash(key.secret()), now);
            } else {
                keys.keyUsed(key.tenantId(), key.kind(), key.id(), now);
            }
        } catch (RuntimeException e) {
            // Whatever storage has, the request does not depend on this.
            LOG.warn("The use of key {} was not noted", key, e);
        }
    }
}
