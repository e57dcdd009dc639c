package dev.mtdconnector.storage;

import dev.mtdconnector.webhook.Webhook;
import dev.mtdconnector.webhook.WebhookStore;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Webhooks of tenants, a row each, by name. */
public final class WebhookTable implements WebhookStore {

    private static final int MOST = 1000;

    private final Table table;

    public WebhookTable(Tables tables) {
        this.table = tables.table("webhooks");
    }

    @Override
    public Optional<Webhook> find(String tenantId, String name) {
        return table.get(Keys.join(tenantId), Keys.join(name)).map(WebhookTable::webhook);
    }

    @Override
    public List<Webhook> list(String tenantId) {
        return Queries.rows(table, Table.Range.partition(Keys.join(tenantId)), MOST).stream()
                .map(WebhookTable::webhook)
                .toList();
    }

    @Override
    public void save(String tenantId, Webhook webhook) {
        String mapping = webhook.mapping();
        Columns columns = Columns.ofRow()
                .text("format", webhook.format())
                .text("sealedSecret", webhook.sealedSecret())
                .instant("changedAt", webhook.changedAt())
                .text("changedBy", webhook.changedBy());
        if (mapping != null) {
            // A text column has room for half as many characters.
            columns.binary("mapping", mapping.getBytes(StandardCharsets.UTF_8));
        }
        Writes.put(table, Row.of(Keys.join(tenantId), Keys.join(webhook.name()), columns.map()));
    }

    @Override
    public void delete(String tenantId, String name) {
        Writes.delete(table, Keys.join(tenantId), Keys.join(name), null);
    }

    private static Webhook webhook(Row row) {
        byte @Nullable [] mapping = (byte[]) row.properties().get("mapping");
        return new Webhook(
                Keys.split(row.key()).get(0),
                row.requiredText("format"),
                mapping == null ? null : new String(mapping, StandardCharsets.UTF_8),
                row.text("sealedSecret"),
                row.requiredInstant("changedAt"),
                row.requiredText("changedBy"));
    }
}
