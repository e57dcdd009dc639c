package dev.mtdconnector.storage;

import dev.mtdconnector.notify.ErrorReport.Memory;
import dev.mtdconnector.notify.ErrorReport.Told;
import dev.mtdconnector.notify.ErrorReportStore;
import dev.mtdconnector.notify.MailOutbox;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What was reported of a tenant's errors: one row a tenant, lists in it a line an entry. */
public final class ErrorReportTable implements ErrorReportStore {

    private static final String KEY = "report";
    private static final String NONE = "-";

    private final Table table;

    public ErrorReportTable(Tables tables) {
        this.table = tables.table("reports");
    }

    @Override
    public Optional<Reported> find(String tenantId) {
        return table.get(Keys.join(tenantId), KEY).map(ErrorReportTable::reported);
    }

    @Override
    public Optional<Reported> replace(String tenantId, Reported reported) {
        Columns columns = Columns.ofRow()
                .number("number", reported.number())
                .text("refused", lines(reported.refused()))
                .text("sent", instants(reported.memory().sent()))
                .text("told", told(reported.memory().told()))
                .number("digests", reported.memory().digests());
        OnItsWay onItsWay = reported.onItsWay();
        if (onItsWay != null) {
            columns.text("mailId", onItsWay.draft().id())
                    .text("mailTo", onItsWay.draft().to())
                    .text("mailSubject", onItsWay.draft().subject())
                    .text("mailText", onItsWay.draft().text())
                    .instant("mailAt", onItsWay.at())
                    .text("mailTold", told(onItsWay.after().told()))
                    .number("mailDigests", onItsWay.after().digests());
        }
        return Writes.replace(table, Row.of(Keys.join(tenantId), KEY, columns.map()), reported.version())
                .map(version ->
                        new Reported(reported.number(), reported.memory(), onItsWay, reported.refused(), version));
    }

    private static Reported reported(Row row) {
        Memory memory = new Memory(told(row.text("told")), instants(row.text("sent")), (int) row.number("digests", 0));
        return new Reported(
                row.number("number", 0), memory, onItsWay(row, memory), refused(row.text("refused")), row.etag());
    }

    private static @Nullable OnItsWay onItsWay(Row row, Memory memory) {
        String id = row.text("mailId");
        if (id == null) {
            return null;
        }
        return new OnItsWay(
                new MailOutbox.Draft(
                        id, row.requiredText("mailTo"), row.requiredText("mailSubject"), row.requiredText("mailText")),
                row.requiredInstant("mailAt"),
                new Memory(told(row.text("mailTold")), memory.sent(), (int) row.number("mailDigests", 0)));
    }

    private static @Nullable String lines(Map<String, Instant> refused) {
        return orNull(refused.entrySet().stream()
                .map(entry -> entry.getKey() + "\t" + entry.getValue())
                .collect(Collectors.joining("\n")));
    }

    private static Map<String, Instant> refused(@Nullable String text) {
        Map<String, Instant> refused = new TreeMap<>();
        parts(text).forEach(parts -> refused.put(parts[0], Instant.parse(parts[1])));
        return refused;
    }

    private static @Nullable String instants(List<Instant> instants) {
        return orNull(instants.stream().map(Instant::toString).collect(Collectors.joining("\n")));
    }

    private static List<Instant> instants(@Nullable String text) {
        return parts(text).stream().map(parts -> Instant.parse(parts[0])).toList();
    }

    private static @Nullable String told(List<Told> told) {
        return orNull(told.stream()
                .map(one -> String.join(
                        "\t",
                        one.cause(),
                        one.since().toString(),
                        one.at().toString(),
                        one.to(),
                        Integer.toString(one.flaps()),
                        one.closedAt() == null ? NONE : one.closedAt().toString()))
                .collect(Collectors.joining("\n")));
    }

    private static List<Told> told(@Nullable String text) {
        return parts(text).stream()
                .map(parts -> new Told(
                        parts[0],
                        Instant.parse(parts[1]),
                        Instant.parse(parts[2]),
                        parts[3],
                        Integer.parseInt(parts[4]),
                        parts[5].equals(NONE) ? null : Instant.parse(parts[5])))
                .toList();
    }

    private static List<String[]> parts(@Nullable String text) {
        return text == null
                ? List.of()
                : Arrays.stream(text.split("\n", -1))
                        .map(line -> line.split("\t", -1))
                        .toList();
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
