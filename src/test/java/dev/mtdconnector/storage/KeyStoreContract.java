package dev.mtdconnector.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.signin.Key;
import dev.mtdconnector.signin.Role;
import dev.mtdconnector.tenant.KeyStore;
import dev.mtdconnector.tenant.TenantKey;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What keys rely on of their store, whatever tables stand behind it. Every test has a tenant of its own. */
abstract class KeyStoreContract {

    private static final Instant AT = Instant.parse("2026-11-21T09:00:00.1234567Z");
    private static final String ID = "0123456789abcdef";

    private final String tenant = UUID.randomUUID().toString();

    abstract Tables tables();

    static TenantKey key(Key.Kind kind, String keyId) {
        return new TenantKey(
                kind,
                keyId,
                "hash",
                kind == Key.Kind.API ? Role.READ_ONLY : null,
                "배포 “Zoë” | <&>",
                AT,
                "user:8c6e9c1f-08ff-4b1e-8e6b-d300466cfd6a",
                AT.plusSeconds(86_400),
                null);
    }

    private static TenantKey used(TenantKey key, Instant at) {
        return new TenantKey(
                key.kind(),
                key.keyId(),
                key.secretHash(),
                key.role(),
                key.name(),
                key.createdAt(),
                key.createdBy(),
                key.expiresAt(),
                at);
    }

    @Test
    void keysAreFoundByKindAndIdAndListedForTheirTenantOnly() {
        KeyStore store = new TenantTable(tables());
        TenantKey api = key(Key.Kind.API, ID);
        TenantKey feed = key(Key.Kind.FEED, "fedcba9876543210");
        store.addKey(tenant, api);
        store.addKey(tenant, feed);
        store.addKey(UUID.randomUUID().toString(), api);

        assertThat(store.key(tenant, Key.Kind.API, ID)).contains(api);
        assertThat(store.key(tenant, Key.Kind.FEED, ID)).isEmpty();
        assertThat(store.keys(tenant)).containsExactlyInAnyOrder(api, feed);
        assertThat(store.keys(UUID.randomUUID().toString())).isEmpty();
    }

    @Test
    void aKeyThatIsRemovedIsGoneAndStaysGone() {
        KeyStore store = new TenantTable(tables());
        store.addKey(tenant, key(Key.Kind.API, ID));

        assertThat(store.removeKey(tenant, Key.Kind.FEED, ID)).isFalse();
        assertThat(store.removeKey(tenant, Key.Kind.API, ID)).isTrue();
        assertThat(store.removeKey(tenant, Key.Kind.API, ID)).isFalse();
        store.keyUsed(tenant, Key.Kind.API, ID, AT);
        assertThat(store.key(tenant, Key.Kind.API, ID)).isEmpty();
        assertThat(store.keys(tenant)).isEmpty();
    }

    @Test
    void theUseOfAKeyChangesNothingElseOfIt() {
        KeyStore store = new TenantTable(tables());
        TenantKey key = key(Key.Kind.API, ID);
        store.addKey(tenant, key);
        store.keyUsed(tenant, Key.Kind.API, ID, AT.plusSeconds(1));
        store.keyUsed(tenant, Key.Kind.API, ID, AT.plusSeconds(2));
        assertThat(store.key(tenant, Key.Kind.API, ID)).contains(used(key, AT.plusSeconds(2)));
    }

    @Test
    void rowsFromBeforeKeysHadRolesAreFullKeysOfTheOperatorWithoutExpiry() {
        Table table = tables().table("tenants");
        for (String kind : List.of("api", "feed")) {
            Row row = Row.of(
                    Keys.join(tenant),
                    Keys.join("key", kind, ID),
                    Columns.ofRow()
                            .text("secretHash", "hash")
                            .instant("createdAt", AT)
                            .map());
            Writes.put(table, row);
        }
        KeyStore store = new TenantTable(tables());
        assertThat(store.keys(tenant))
                .containsExactlyInAnyOrder(
                        new TenantKey(Key.Kind.API, ID, "hash", Role.FULL, "", AT, "operator", null, null),
                        new TenantKey(Key.Kind.FEED, ID, "hash", null, "", AT, "operator", null, null));
    }
}
