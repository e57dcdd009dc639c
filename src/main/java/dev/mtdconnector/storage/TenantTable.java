package dev.mtdconnector.storage;

import dev.mtdconnector.signin.Key;
import dev.mtdconnector.storage.Change.Delete;
import dev.mtdconnector.storage.Change.Insert;
import dev.mtdconnector.storage.Change.Mode;
import dev.mtdconnector.storage.Change.Update;
import dev.mtdconnector.storage.Change.Upsert;
import dev.mtdconnector.tenant.Consent;
import dev.mtdconnector.tenant.KeyStore;
import dev.mtdconnector.tenant.Registration;
import dev.mtdconnector.tenant.Tenant;
import dev.mtdconnector.tenant.TenantKey;
import dev.mtdconnector.tenant.TenantStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tenants, their keys, consents and consent attempts: one partition a tenant, so that they can change together. */
public final class TenantTable implements TenantStore, KeyStore {

    private static final String TENANT = "tenant";
    private static final String ATTEMPT = "attempt";

    /** Attempts that are looked at when one is added. */
    private static final int CLEARED = 20;

    private final Table table;

    public TenantTable(Tables tables) {
        this.table = tables.table("tenants");
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

    @Override
    public Consent consent(String tenantId, Registration registration) {
        return table.get(Keys.join(tenantId), Keys.join("consent", registration.label()))
                .map(TenantTable::consent)
                .orElse(Consent.NONE);
    }

    @Override
    public void saveConsent(String tenantId, Registration registration, Consent consent) {
        Writes.put(table, row(tenantId, registration, consent));
    }

    @Override
    public void saveAttempt(ConsentAttempt attempt, Instant now) {
        String partition = Keys.join(attempt.tenantId());
        String key = attemptKey(attempt.stateHash());
        Writes.put(
                table,
                Row.of(
                        partition,
                        key,
                        Columns.ofRow()
                                .text("browserHash", attempt.browserHash())
                                .text("registration", attempt.registration().name())
                                .instant("expiresAt", attempt.expiresAt())
                                .map()));
        clearExpired(partition, key, now);
    }

    /** The rows after a new key, which is a hash: a random place, so that in time every row is looked at. */
    private void clearExpired(String partition, String from, Instant now) {
        String end = Table.Range.prefix(partition, Keys.prefix(ATTEMPT)).toKey();
        List<Change> expired = new ArrayList<>();
        for (Row row : Queries.rows(table, new Table.Range(partition, partition + "\u0000", from, end), CLEARED)) {
            if (!row.requiredInstant("expiresAt").isAfter(now)) {
                expired.add(new Delete(row, row.etag()));
            }
        }
        if (!expired.isEmpty()) {
            // Where somebody else is clearing the same rows, it is being done.
            Writes.tryTransact(table, expired);
        }
    }

    @Override
    public Optional<ConsentAttempt> attempt(String tenantId, String stateHash) {
        return table.get(Keys.join(tenantId), attemptKey(stateHash))
                .map(row -> new ConsentAttempt(
                        tenantId,
                        stateHash,
                        row.requiredText("browserHash"),
                        Registration.valueOf(row.requiredText("registration")),
                        row.requiredInstant("expiresAt")));
    }

    @Override
    public boolean finishAttempt(ConsentAttempt attempt, Consent outcome) {
        Row used = Row.of(Keys.join(attempt.tenantId()), attemptKey(attempt.stateHash()), Map.of());
        Row result = row(attempt.tenantId(), attempt.registration(), outcome);
        return Writes.tryTransact(table, List.of(new Delete(used, null), new Upsert(result, Mode.REPLACE)))
                .isPresent();
    }

    private static String attemptKey(String stateHash) {
        return Keys.join(ATTEMPT, stateHash);
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

    private static Row row(String tenantId, Registration registration, Consent consent) {
        return Row.of(
                Keys.join(tenantId),
                Keys.join("consent", registration.label()),
                Columns.ofRow()
                        .text("state", consent.state().name())
                        .text("missing", String.join(" ", consent.missing()))
                        .instant("checkedAt", consent.checkedAt())
                        .map());
    }

    private static Consent consent(Row row) {
        String missing = row.requiredText("missing");
        return new Consent(
                Consent.State.valueOf(row.requiredText("state")),
                missing.isEmpty() ? List.of() : List.of(missing.split(" ", -1)),
                row.instant("checkedAt"));
    }
}
