package dev.mtdconnector.storage;

import dev.mtdconnector.signin.Key;
import dev.mtdconnector.signin.Role;
import dev.mtdconnector.tenant.TenantKey;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** Keys of tenants as rows {@code key|<kind>|<id>} of the tenant's partition. */
final class KeyRows {

    private static final String KEY = "key";

    private KeyRows() {}

    static Table.Range all(String tenantId) {
        return Table.Range.prefix(Keys.join(tenantId), Keys.prefix(KEY));
    }

    static String key(Key.Kind kind, String keyId) {
        return Keys.join(KEY, kind.label(), keyId);
    }

    static Row row(String tenantId, TenantKey key) {
        Role role = key.role();
        return Row.of(
                Keys.join(tenantId),
                key(key.kind(), key.keyId()),
                Columns.ofRow()
                        .text("secretHash", key.secretHash())
                        .text("role", role == null ? null : role.name())
                        .text("name", key.name())
                        .instant("createdAt", key.createdAt())
                        .text("createdBy", key.createdBy())
                        .instant("expiresAt", key.expiresAt())
                        .instant("lastUsedAt", key.lastUsedAt())
                        .map());
    }

    /** The part of a row that says when its key was used. */
    static Row used(String tenantId, Key.Kind kind, String keyId, Instant at) {
        return Row.of(
                Keys.join(tenantId),
                key(kind, keyId),
                Columns.some().instant("lastUsedAt", at).map());
    }

    /** The first keys were rows without role, name and expiry: made by the operator, good for everything, for ever. */
    static TenantKey of(Row row) {
        List<String> parts = Keys.split(row.key());
        Key.Kind kind = Key.Kind.valueOf(parts.get(1).toUpperCase(Locale.ROOT));
        String role = Objects.requireNonNullElse(row.text("role"), Role.FULL.name());
        return new TenantKey(
                kind,
                parts.get(2),
                row.requiredText("secretHash"),
                kind == Key.Kind.API ? Role.valueOf(role) : null,
                Objects.requireNonNullElse(row.text("name"), ""),
                row.requiredInstant("createdAt"),
                Objects.requireNonNullElse(row.text("createdBy"), TenantKey.OPERATOR),
                row.instant("expiresAt"),
                row.instant("lastUsedAt"));
    }
}
