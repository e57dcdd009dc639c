package dev.mtdconnector.app;

import dev.mtdconnector.device.CredentialStore;
import dev.mtdconnector.device.CredentialStore.Credential;
import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.DeviceStore;
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
    private final DeviceStore devices;
    private final Clock clock;

    KeyRing(KeyStore keys, CredentialStore credentials, DeviceStore devices, Clock clock) {
        this.keys = keys;
        this.credentials = credentials;
        this.devices = devices;
        this.clock = clock;
    }

    @Override
    public Optional<Valid> find(Key.Kind kind, String tenantId, String keyId) {
        if (kind == Key.Kind.DEVICE) {
            return credentials
                    .find(tenantId, keyId)
                    .filter(credential -> isOfItsUser(tenantId, keyId, credential))
                    .map(credential -> new Valid(credential.secretHash(), credential.nextHash(), NONE, null));
        }
        return keys.key(tenantId, kind, keyId)
                .filter(key -> key.isValid(clock.instant()))
                .map(key ->
                        new Valid(key.secretHash(), Objects.requireNonNullElse(key.role(), NONE), key.lastUsedAt()));
    }

    /**
     * A credential is its user's: when the device is handed over to another it is worth nothing any more, without anybody
     * having to revoke it. One of a device that is gone is left to the route, which says so.
     */
    private boolean isOfItsUser(String tenantId, String deviceId, Credential credential) {
        Optional<Device> device = devices.find(tenantId, deviceId);
        if (device.isEmpty()) {
            return true;
        }
        String userId = credential.userId();
        return device.get().activation() != Device.Activation.PENDING
                && (userId == null || userId.equals(device.get().facts().userId()));
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
