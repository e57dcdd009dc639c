package dev.mtdconnector.storage;

import dev.mtdconnector.notify.ErrorRecords;
import dev.mtdconnector.notify.ErrorRecords.Episode;
import dev.mtdconnector.notify.ErrorRecords.ErrorRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Error records of a tenant, a row a cause: {@code <job>|<code>}. */
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
    public boolean replace(String tenantId, ErrorRecord errorRecord) {
        Columns columns = Columns.ofRow()
                .instant("firstAt", errorRecord.firstAt())
                .instant("lastAt", errorRecord.lastAt())
                .number("count", errorRecord.count())
                .instant("recoveredAt", errorRecord.recoveredAt())
                .text("message", cut(errorRecord.message()))
                .text("correlationId", errorRecord.correlationId())
                .text("before", errorRecord.before().isEmpty() ? null : text(errorRecord.before()));
        if (errorRecord.isMoment()) {
            columns.flag("isMoment", true);
        }
        Row row = Row.of(Keys.join(tenantId), Keys.join(errorRecord.job(), errorRecord.code()), columns.map());
        return Writes.replace(table, row, errorRecord.version()).isPresent();
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
        String correlationId = row.text("correlationId");
        return new ErrorRecord(
                parts.get(0),
                parts.get(1),
                row.requiredInstant("firstAt"),
                row.requiredInstant("lastAt"),
                row.number("count", 0),
                row.instant("recoveredAt"),
                row.requiredText("message"),
                correlationId == null ? "" : correlationId,
                row.flag("isMoment"),
                episodes(row.text("before")),
                row.etag());
    }

    private static String text(List<Episode> episodes) {
        return episodes.stream()
                .map(one -> one.firstAt() + " " + one.lastAt() + " " + one.count() + " " + one.recoveredAt())
                .collect(Collectors.joining("\n"));
    }

    private static List<Episode> episodes(@Nullable String text) {
        if (text == null) {
            return List.of();
        }
        return Arrays.stream(text.split("\n", -1))
                .map(line -> line.split(" ", -1))
                .map(parts -> new Episode(
                        Instant.parse(parts[0]),
                        Instant.parse(parts[1]),
                        Long.parseLong(parts[2]),
                        Instant.parse(parts[3])))
                .toList();
    }

    /** Half of a surrogate pair, cut here or sent to us, cannot be stored: it becomes a question mark. */
    private static String cut(String message) {
        String shown = message.length() > 1000 ? message.substring(0, 1000) : message;
        return new String(shown.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}
