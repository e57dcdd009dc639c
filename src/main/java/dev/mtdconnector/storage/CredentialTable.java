package dev.mtdconnector.storage;

import dev.mtdconnector.device.CredentialStore;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** The hash of each device's credential, by tenant and device: a look-up is one point read. */
public final class CredentialTable implements CredentialStore {

    private final Table table;

    public CredentialTable(Tables tables) {
        this.table = tables.table("credentials");
    }

    @Override
    public void save(String tenantId, String deviceId, String secretHash, Instant at) {
        Map<String, Object> columns = Columns.ofRow()
                .text("secretHash", secretHash)
                .instant("createdAt", at)
                .map();
        Writes.put(table, Row.of(Keys.join(tenantId), Keys.join(deviceId), columns));
    }

    @Override
    public boolean remove(String tenantId, String deviceId) {
        return Writes.delete(table, Keys.join(tenantId), Keys.join(deviceId), null);
    }

    @Override
    public Optional<String> hash(String tenantId, String deviceId) {
        return table.get(Keys.join(tenantId), Keys.join(deviceId)).map(row -> row.requiredText("secretHash"));
    }
}
