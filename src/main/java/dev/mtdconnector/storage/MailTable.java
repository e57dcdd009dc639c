package dev.mtdconnector.storage;

import dev.mtdconnector.notify.MailOutbox;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Mails of a tenant: {@code w|<id>} waits to be sent, {@code s|<id>} was sent or given up. The second row is what makes
 * a repeated order of the same mail send nothing.
 */
public final class MailTable implements MailOutbox.Store {

    private final Table table;

    public MailTable(Tables tables) {
        this.table = tables.table("mails");
    }

    @Override
    public void insert(String tenantId, MailOutbox.Draft draft, Instant recordedAt) {
        if (table.get(Keys.join(tenantId), Keys.join("s", draft.id())).isPresent()) {
            return;
        }
        Writes.insert(
                table,
                Row.of(
                        Keys.join(tenantId),
                        Keys.join("w", draft.id()),
                        Columns.ofRow()
                                .text("to", draft.to())
                                .text("subject", draft.subject())
                                .text("text", draft.text())
                                .text("language", draft.language())
                                .text("unsubscribe", draft.unsubscribe())
                                .instant("recordedAt", recordedAt)
                                .map()));
    }

    @Override
    public List<MailOutbox.Pending> pending(String tenantId, int limit) {
        return Queries.rows(table, Table.Range.prefix(Keys.join(tenantId), Keys.prefix("w")), limit).stream()
                .map(row -> new MailOutbox.Pending(
                        new MailOutbox.Draft(
                                Keys.split(row.key()).get(1),
                                row.requiredText("to"),
                                row.requiredText("subject"),
                                row.requiredText("text"),
                                row.text("language"),
                                row.text("unsubscribe")),
                        row.requiredInstant("recordedAt")))
                .toList();
    }

    @Override
    public void finish(String tenantId, String id, Instant at, @Nullable String givenUpBecause) {
        String partition = Keys.join(tenantId);
        Row finished = Row.of(
                partition,
                Keys.join("s", id),
                Columns.ofRow()
                        .instant("finishedAt", at)
                        .text("givenUpBecause", givenUpBecause)
                        .map());
        Writes.tryTransact(
                table,
                List.of(
                        new Change.Upsert(finished, Change.Mode.REPLACE),
                        new Change.Delete(Row.of(partition, Keys.join("w", id), Map.of()), null)));
    }
}
