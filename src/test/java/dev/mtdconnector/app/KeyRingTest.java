package dev.mtdconnector.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.signin.Key;
import dev.mtdconnector.signin.Role;
import dev.mtdconnector.signin.Secrets;
import dev.mtdconnector.signin.StoredKeys;
import dev.mtdconnector.storage.CredentialTable;
import dev.mtdconnector.storage.DeviceTable;
import dev.mtdconnector.storage.StorageException;
import dev.mtdconnector.storage.TenantTable;
import dev.mtdconnector.tenant.KeyStore;
import dev.mtdconnector.tenant.TenantKey;
import dev.mtdconnector.testing.Faults;
import dev.mtdconnector.testing.MemoryTables;
import dev.mtdconnector.testing.SettableClock;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KeyRingTest {

    private static final String TENANT = "9b5dbe3f-0c99-4f71-ae4a-ab3e23a9a412";

    private final SettableClock clock = new SettableClock(SettableClock.MORNING);
    private final MemoryTables memory = new MemoryTables();
    private final Faults faults = new Faults();
    private final Secrets secrets = new Secrets(new SecureRandom());
    private final TenantTable table = new TenantTable(faults.around(memory));
    private final CredentialTable credentials = new CredentialTable(faults.around(memory));
    private final DeviceTable devices = new DeviceTable(faults.around(memory), clock);
    private final KeyRing ring = new KeyRing(table, credentials, devices, clock);

    private Key stored(Role role) {
        Key key = new Key(Key.Kind.API, TENANT, secrets.createId(), secrets.create());
        Instant now = clock.instant();
        table.addKey(
                TENANT,
                new TenantKey(
                        Key.Kind.API,
                        key.id(),
                        Secrets.hash(key.secret()),
                        role,
                        "A key",
                        now,
                        "operator",
                        now.plus(Duration.ofDays(1)),
                        null));
        return key;
    }

    private Optional<StoredKeys.Valid> find(Key key) {
        return ring.find(key.kind(), key.tenantId(), key.id());
    }

    private int callsOfARequest(Key key) {
        faults.dieAt(Integer.MAX_VALUE, false);
        ring.used(key, find(key).orElseThrow());
        return faults.calls();
    }

    @Test
    void aRequestCostsOneReadAndOnceAnHourAWrite() {
        Key key = stored(Role.FULL);
        assertThat(callsOfARequest(key)).isEqualTo(2);
        for (int minute = 0; minute < 59; minute++) {
            clock.advance(Duration.ofMinutes(1));
            assertThat(callsOfARequest(key)).isEqualTo(1);
        }
        clock.advance(Duration.ofMinutes(1));
        assertThat(callsOfARequest(key)).isEqualTo(2);
        assertThat(callsOfARequest(key)).isEqualTo(1);
    }

    @Test
    void aDeviceCostsTwoReadsAndNoWrite() {
        String phone = "082fb7b9-70be-41a9-8d0b-d84fe7f17291";
        credentials.save(TENANT, phone, null, "hash", clock.instant());
        assertThat(callsOfARequest(new Key(Key.Kind.DEVICE, TENANT, phone, secrets.create())))
                .as("the credential, and the device for whose it is")
                .isEqualTo(2);
    }

    @Test
    void theRoleComesWithTheKeyUntilItExpires() {
        Key key = stored(Role.RESTRICTED);
        assertThat(find(key).orElseThrow().role()).isEqualTo(Role.RESTRICTED);
        clock.advance(Duration.ofDays(1));
        assertThat(find(key)).isEmpty();
    }

    @Test
    void aUseOfAKeyThatIsRevokedMeanwhileDoesNotBringItBack() {
        Key key = stored(Role.FULL);
        StoredKeys.Valid found = find(key).orElseThrow();
        table.removeKey(TENANT, Key.Kind.API, key.id());
        ring.used(key, found);
        assertThat(find(key)).isEmpty();
    }

    @Test
    void aUseThatCannotBeNotedFailsNothing() {
        Key key = stored(Role.FULL);
        KeyRing failing = new KeyRing(new FailingWrites(table), credentials, devices, clock);
        failing.used(key, failing.find(key.kind(), TENANT, key.id()).orElseThrow());
        assertThat(find(key).orElseThrow().lastUsedAt()).isNull();
    }

    private record FailingWrites(KeyStore inner) implements KeyStore {

        @Override
        public void addKey(String tenantId, TenantKey key) {
            throw new StorageException("down", new IOException());
        }

        @Override
        public Optional<TenantKey> key(String tenantId, Key.Kind kind, String keyId) {
            return inner.key(tenantId, kind, keyId);
        }

        @Override
        public List<TenantKey> keys(String tenantId) {
            return inner.keys(tenantId);
        }

        @Override
        public void keyUsed(String tenantId, Key.Kind kind, String keyId, Instant at) {
            throw new StorageException("down", new IOException());
        }

        @Override
        public boolean removeKey(String tenantId, Key.Kind kind, String keyId) {
            throw new StorageException("down", new IOException());
        }
    }
}
