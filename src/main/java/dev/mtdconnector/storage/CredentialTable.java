package dev.mtdconnector.storage;

import dev.mtdconnector.device.CredentialStore;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Credentials of devices, by tenant and device: a look-up is one point read. */
public final class CredentialTable implements CredentialStore {

    private final Table table;

    public CredentialTable(Tables tables) {
        this.table = tables.table("credentials");
    }

    @Override
    public void save(String tenantId, String deviceId, Credential credential, Instant at) {
        Map<String, Object> columns = Columns.ofRow()
                .text("secretHash", credential.secretHash())
                .text("userId", credential.userId())
                .instant("createdAt", at)
                .map();
        Writes.put(table, Row.of(Keys.join(tenantId), Keys.join(deviceId), columns));
    }

    @Override
    public boolean remove(String tenantId, String deviceId) {
        return Writes.delete(table, Keys.join(tenantId), Keys.join(deviceId), null);
    }

    @Override
    public Optional<Credential> find(String tenantId, String deviceId) {
        return table.get(Keys.join(tenantId), Keys.join(deviceId))
                .map(row -> new Credential(row.requiredText("secretHash"), row.text("userId")));
    }
}
