package dev.mtdconnector.storage;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.signin.Key;
import dev.mtdconnector.signin.Role;
import dev.mtdconnector.storage.Change.Insert;
import dev.mtdconnector.storage.Change.Mode;
import dev.mtdconnector.storage.Change.Update;
import dev.mtdconnector.tenant.Details;
import dev.mtdconnector.tenant.GroupCheck;
import dev.mtdconnector.tenant.KeyStore;
import dev.mtdconnector.tenant.Standing;
import dev.mtdconnector.tenant.Tenant;
import dev.mtdconnector.tenant.TenantKey;
import dev.mtdconnector.tenant.TenantStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Tenants and their keys: one partition a tenant, so that they can change together. */
public final class TenantTable implements TenantStore, KeyStore {

    static final String NAME = "tenants";

    /** The key of the tenant's own record. */
    static final String TENANT = "tenant";

    private static final int TRIES = 20;

    private final Table table;

    public TenantTable(Tables tables) {
        this.table = tables.table(NAME);
    }

    @Override
    public boolean create(Tenant tenant, List<TenantKey> keys) {
        List<Change> changes = new ArrayList<>();
        changes.add(new Insert(row(tenant)));
        keys.forEach(key -> changes.add(new Insert(KeyRows.row(tenant.tenantId(), key))));
        return Writes.tryTransact(table, changes).isPresent();
    }

    @Override
    public Optional<Tenant> find(String tenantId) {
        return table.get(Keys.join(tenantId), TENANT).map(TenantTable::tenant);
    }

    @Override
    public Optional<Tenant> change(String tenantId, UnaryOperator<Tenant> change) {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Optional<Row> row = table.get(Keys.join(tenantId), TENANT);
            if (row.isEmpty()) {
                return Optional.empty();
            }
            Tenant before = tenant(row.get());
            Tenant after = change.apply(before);
            if (after.equals(before)
                    || Writes.replace(table, row(after), row.get().etag()).isPresent()) {
                return Optional.of(after);
            }
        }
        throw new AppException(ErrorCode.STATE_CHANGED);
    }

    @Override
    public void remove(String tenantId) {
        table.get(Keys.join(tenantId), TENANT)
                .filter(row -> tenant(row).status() == Tenant.Status.DELETING)
                .ifPresent(row -> Writes.delete(table, row.partition(), row.key(), row.etag()));
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
    public void addKey(String tenantId, TenantKey key) {
        Writes.put(table, KeyRows.row(tenantId, key));
    }

    @Override
    public Optional<TenantKey> key(String tenantId, Key.Kind kind, String keyId) {
        return table.get(Keys.join(tenantId), KeyRows.key(kind, keyId)).map(KeyRows::of);
    }

    @Override
    public List<TenantKey> keys(String tenantId) {
        return Queries.rows(table, KeyRows.all(tenantId), Integer.MAX_VALUE).stream()
                .map(KeyRows::of)
                .toList();
    }

    @Override
    public void keyUsed(String tenantId, Key.Kind kind, String keyId, Instant at) {
        // An update and not an upsert: a key that was revoked meanwhile stays revoked.
        Writes.tryTransact(table, List.of(new Update(KeyRows.used(tenantId, kind, keyId, at), Mode.MERGE, null)));
    }

    @Override
    public boolean removeKey(String tenantId, Key.Kind kind, String keyId) {
        return Writes.delete(table, Keys.join(tenantId), KeyRows.key(kind, keyId), null);
    }

    private static Row row(Tenant tenant) {
        Standing standing = tenant.standing();
        Columns columns = Columns.ofRow()
                .text("tenantId", tenant.tenantId())
                .text("name", tenant.name())
                .text("fullAccessGroupId", tenant.fullAccessGroupId())
                .text("restrictedAccessGroupId", tenant.restrictedAccessGroupId())
                .text("readOnlyAccessGroupId", tenant.readOnlyAccessGroupId())
                .text("primaryContact", tenant.primaryContact())
                .text("language", tenant.language())
                .text("enterpriseGuid", tenant.enterpriseGuid())
                .text("status", standing.status().name())
                .text("suspendedReason", standing.suspendedReason())
                .instant("offboardedAt", standing.offboardedAt())
                .instant("deletionDueAt", standing.deletionDueAt())
                .text("deprovision", standing.deprovision())
                .text("withdrawal", standing.withdrawal())
                .instant("createdAt", tenant.createdAt());
        tenant.groupChecks()
                .forEach((role, check) -> columns.text(role + "_groupId", check.groupId())
                        .text(role + "_state", check.state().name())
                        .text(role + "_name", check.displayName()));
        return Row.of(Keys.join(tenant.tenantId()), TENANT, columns.map());
    }

    private static Tenant tenant(Row row) {
        return new Tenant(
                row.requiredText("tenantId"),
                new Details(
                        row.text("name"),
                        row.requiredText("fullAccessGroupId"),
                        row.text("restrictedAccessGroupId"),
                        row.text("readOnlyAccessGroupId"),
                        row.requiredText("primaryContact"),
                        Objects.requireNonNullElse(row.text("language"), Details.DEFAULT_LANGUAGE)),
                row.requiredText("enterpriseGuid"),
                new Standing(
                        Tenant.Status.valueOf(Objects.requireNonNullElse(row.text("status"), "ACTIVE")),
                        row.text("suspendedReason"),
                        row.instant("offboardedAt"),
                        row.instant("deletionDueAt"),
                        row.text("deprovision"),
                        row.text("withdrawal")),
                groupChecks(row),
                row.requiredInstant("createdAt"));
    }

    private static Map<Role, GroupCheck> groupChecks(Row row) {
        Map<Role, GroupCheck> checks = new EnumMap<>(Role.class);
        for (Role role : Role.values()) {
            String groupId = row.text(role + "_groupId");
            if (groupId != null) {
                GroupCheck.State state = GroupCheck.State.valueOf(row.requiredText(role + "_state"));
                checks.put(role, new GroupCheck(groupId, state, row.text(role + "_name")));
            }
        }
        return checks;
    }
}
