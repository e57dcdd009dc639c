package dev.mtdconnector.storage;

import dev.mtdconnector.signin.Key;
import dev.mtdconnector.storage.Change.Insert;
import dev.mtdconnector.tenant.Tenant;
import dev.mtdconnector.tenant.TenantStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tenants and their keys: one partition a tenant, so that they can change together. */
public final class TenantTable implements TenantStore {

    private static final String TENANT = "tenant";

    private final Table table;

    public TenantTable(Tables tables) {
        this.table = tables.table("tenants");
    }

    @Override
    public boolean create(Tenant tenant, List<StoredKey> keys) {
        List<Change> changes = new ArrayList<>();
        changes.add(new Insert(row(tenant)));
        keys.forEach(key -> changes.add(new Insert(row(tenant.tenantId(), key))));
        return Writes.tryTransact(table, changes).isPresent();
    }

    @Override
    public Optional<Tenant> find(String tenantId) {
        return table.get(Keys.join(tenantId), TENANT).map(TenantTable::tenant);
    }

    @Override
    public List<Tenant> list(@Nullable String after, int limit) {
        String from = after == null ? null : Keys.join(after) + "!";
        Table.Range range = new Table.Range(from, null, TENANT, TENANT + "!");
        List<Tenant> tenants = new ArrayList<>();
        @Nullable String continuation = null;
        do {
            Table.Page page = table.query(range, limit - tenants.size(), continuation);
            page.rows().forEach(row -> tenants.add(tenant(row)));
            continuation = page.continuation();
        } while (continuation != null && tenants.size() < limit);
        return tenants;
    }

    @Override
    public void addKey(String tenantId, StoredKey key) {
        Writes.put(table, row(tenantId, key));
    }

    @Override
    public Optional<StoredKey> key(String tenantId, Key.Kind kind, String keyId) {
        return table.get(Keys.join(tenantId), keyOf(kind, keyId))
                .map(row ->
                        new StoredKey(kind, keyId, row.requiredText("secretHash"), row.requiredInstant("createdAt")));
    }

    private static String keyOf(Key.Kind kind, String keyId) {
        return Keys.join("key", kind.name().toLowerCase(Locale.ROOT), keyId);
    }

    private static Row row(Tenant tenant) {
        return Row.of(
                Keys.join(tenant.tenantId()),
                TENANT,
                Columns.ofRow()
                        .text("tenantId", tenant.tenantId())
                        .text("name", tenant.name())
                        .text("fullAccessGroupId", tenant.fullAccessGroupId())
                        .text("restrictedAccessGroupId", tenant.restrictedAccessGroupId())
                        .text("readOnlyAccessGroupId", tenant.readOnlyAccessGroupId())
                        .text("primaryContact", tenant.primaryContact())
                        .text("language", tenant.language())
                        .text("status", tenant.status().name())
                        .text("enterpriseGuid", tenant.enterpriseGuid())
                        .instant("createdAt", tenant.createdAt())
                        .map());
    }

    private static Tenant tenant(Row row) {
        return new Tenant(
                row.requiredText("tenantId"),
                row.text("name"),
                row.requiredText("fullAccessGroupId"),
                row.text("restrictedAccessGroupId"),
                row.text("readOnlyAccessGroupId"),
                row.requiredText("primaryContact"),
                Objects.requireNonNullElse(row.text("language"), "en"),
                row.requiredText("enterpriseGuid"),
                Tenant.Status.valueOf(Objects.requireNonNullElse(row.text("status"), "ACTIVE")),
                row.requiredInstant("createdAt"));
    }

    private static Row row(String tenantId, StoredKey key) {
        return Row.of(
                Keys.join(tenantId),
                keyOf(key.kind(), key.keyId()),
                Columns.ofRow()
                        .text("secretHash", key.secretHash())
                        .instant("createdAt", key.createdAt())
                        .map());
    }
}
