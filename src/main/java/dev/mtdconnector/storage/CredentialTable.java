package dev.mtdconnector.storage;

import dev.mtdconnector.device.CredentialStore;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Credentials of devices, by tenant and device: a look-up is one point read. */
public final class CredentialTable implements CredentialStore {

    private final Table table;

    public CredentialTable(Tables tables) {
        this.table = tables.table("credentials");
    }

    @Override
    public void save(String tenantId, String deviceId, @Nullable String userId, String secretHash, Instant at) {
        Writes.put(table, row(tenantId, deviceId, userId, secretHash, at, null, null));
    }

    @Override
    public boolean remove(String tenantId, String deviceId) {
        return Writes.delete(table, Keys.join(tenantId), Keys.join(deviceId), null);
    }

    @Override
    public Optional<Credential> find(String tenantId, String deviceId) {
        return table.get(Keys.join(tenantId), Keys.join(deviceId))
                .map(row -> new Credential(
                        row.requiredText("secretHash"),
                        row.text("userId"),
                        row.requiredInstant("createdAt"),
                        row.text("nextHash"),
                        row.instant("nextAt"),
                        String.valueOf(row.etag())));
    }

    @Override
    public boolean offer(String tenantId, String deviceId, Credential current, String nextHash, Instant at) {
        Row row = row(tenantId, deviceId, current.userId(), current.secretHash(), current.createdAt(), nextHash, at);
        return Writes.replace(table, row, current.version()).isPresent();
    }

    @Override
    public void promote(String tenantId, String deviceId, String nextHash, Instant at) {
        find(tenantId, deviceId)
                .filter(credential -> nextHash.equals(credential.nextHash()))
                .ifPresent(credential -> Writes.replace(
                        table,
                        row(tenantId, deviceId, credential.userId(), nextHash, at, null, null),
                        credential.version()));
    }

    private static Row row(
            String tenantId,
            String deviceId,
            @Nullable String userId,
            String secretHash,
            Instant createdAt,
            @Nullable String nextHash,
            @Nullable Instant nextAt) {
        return Row.of(
                Keys.join(tenantId),
                Keys.join(deviceId),
                Columns.ofRow()
                        .text("secretHash", secretHash)
                        .text("userId", userId)
                        .instant("createdAt", createdAt)
                        .text("nextHash", nextHash)
                        .instant("nextAt", nextAt)
                        .map());
    }
}
