package dev.mtdconnector.storage;

import dev.mtdconnector.notify.ErrorRecords;
import dev.mtdconnector.notify.ErrorRecords.ErrorRecord;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Error records of a tenant's jobs, a row a cause: {@code <job>|<code>}. */
public final class ErrorTable implements ErrorRecords.Store {

    private static final int MOST_CODES = 1000;

    private final Table table;

    public ErrorTable(Tables tables) {
        this.table = tables.table("errors");
    }

    @Override
    public Optional<ErrorRecord> find(String tenantId, String job, String code) {
        return table.get(Keys.join(tenantId), Keys.join(job, code)).map(ErrorTable::errorRecord);
    }

    @Override
    public void save(String tenantId, ErrorRecord errorRecord) {
        Writes.put(
                table,
                Row.of(
                        Keys.join(tenantId),
                        Keys.join(errorRecord.job(), errorRecord.code()),
                        Columns.ofRow()
                                .instant("firstAt", errorRecord.firstAt())
                                .instant("lastAt", errorRecord.lastAt())
                                .number("count", errorRecord.count())
                                .instant("recoveredAt", errorRecord.recoveredAt())
                                .text("message", cut(errorRecord.message()))
                                .map()));
    }

    @Override
    public List<ErrorRecord> ofJob(String tenantId, String job) {
        return read(Table.Range.prefix(Keys.join(tenantId), Keys.prefix(job)), MOST_CODES);
    }

    @Override
    public List<ErrorRecord> list(String tenantId, int limit) {
        return read(Table.Range.partition(Keys.join(tenantId)), limit);
    }

    private List<ErrorRecord> read(Table.Range range, int limit) {
        return Queries.rows(table, range, limit).stream()
                .map(ErrorTable::errorRecord)
                .toList();
    }

    private static ErrorRecord errorRecord(Row row) {
        List<String> parts = Keys.split(row.key());
        return new ErrorRecord(
                parts.get(0),
                parts.get(1),
                row.requiredInstant("firstAt"),
                row.requiredInstant("lastAt"),
                row.number("count", 0),
                row.instant("recoveredAt"),
                row.requiredText("message"));
    }

    /** Half of a surrogate pair, cut here or sent to us, cannot be stored: it becomes a question mark. */
    private static String cut(String message) {
        String shown = message.length() > 1000 ? message.substring(0, 1000) : message;
        return new String(shown.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}
