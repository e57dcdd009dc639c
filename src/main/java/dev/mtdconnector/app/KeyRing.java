package dev.mtdconnector.app;

import dev.mtdconnector.device.CredentialStore;
import dev.mtdconnector.signin.Key;
import dev.mtdconnector.signin.Role;
import dev.mtdconnector.signin.StoredKeys;
import dev.mtdconnector.tenant.TenantStore;
import java.util.Optional;

/** All keys there are: those of tenants, and the credentials of devices. */
final class KeyRing implements StoredKeys {

    private final TenantStore tenants;
    private final CredentialStore credentials;

    KeyRing(TenantStore tenants, CredentialStore credentials) {
        this.tenants = tenants;
        this.credentials = credentials;
    }

    @Override
    public Optional<Valid> find(Key.Kind kind, String tenantId, String keyId) {
        Optional<String> hash = kind == Key.Kind.DEVICE
                ? credentials.hash(tenantId, keyId)
                : tenants.key(tenantId, kind, keyId).map(TenantStore.StoredKey::secretHash);
        return hash.map(secretHash -> new Valid(secretHash, Role.FULL));
    }

    @Override
    public void used(Key.Kind kind, String tenantId, String keyId) {}
}
