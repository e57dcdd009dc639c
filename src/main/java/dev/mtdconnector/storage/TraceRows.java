package dev.mtdconnector.storage;

import dev.mtdconnector.device.TraceEntry;
import dev.mtdconnector.threat.Classification;
import dev.mtdconnector.threat.Exposure;
import dev.mtdconnector.threat.RiskLevel;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Rows beside a device's own, in the same partition: {@code e|<device id>} for what its open threats amount to, there only
 * while there are any, and {@code y|<device id>|<newest first>|<hash>} for each line of its trace. The hash is that of the
 * line, so that writing a line again is writing it once.
 */
final class TraceRows {

    /** What is a detail of the line has this before its name, so that it cannot be taken for a column of ours. */
    private static final String DETAIL = "d_";

    private static final String EXPOSURE = "e";

    private TraceRows() {}

    static String prefix(String deviceId) {
        return Keys.prefix("y", deviceId);
    }

    static Row row(String partition, String deviceId, TraceEntry entry) {
        Columns columns = Columns.ofRow().text("kind", entry.kind().name());
        entry.details().forEach((name, value) -> columns.text(DETAIL + name, value));
        // Not the text of the whole entry: a map's order is another in each process.
        String text = entry.at() + " " + entry.kind()
                + entry.details().entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .toList();
        String hash =
                UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8)).toString();
        return Row.of(
                partition, Keys.join("y", deviceId, Keys.newestFirst(entry.at()), hash.substring(0, 8)), columns.map());
    }

    static TraceEntry entry(Row row) {
        List<String> parts = Keys.split(row.key());
        Map<String, String> details = new HashMap<>();
        row.properties().forEach((name, value) -> {
            if (name.startsWith(DETAIL)) {
                details.put(name.substring(DETAIL.length()), String.valueOf(value));
            }
        });
        return new TraceEntry(
                Keys.fromNewestFirst(parts.get(2)), TraceEntry.Kind.valueOf(row.requiredText("kind")), details);
    }

    static String exposureKey(String deviceId) {
        return Keys.join(EXPOSURE, deviceId);
    }

    static Table.Range exposures(String partition) {
        return Table.Range.prefix(partition, Keys.prefix(EXPOSURE));
    }

    static Row exposure(String partition, String deviceId, Exposure exposure) {
        RiskLevel rated = exposure.rated();
        Columns columns = Columns.ofRow().text("rated", rated == null ? "" : rated.name());
        found(columns, "classifications", "unknown", exposure.all());
        if (rated != null) {
            found(columns, "unratedClassifications", "unratedUnknown", exposure.unrated());
        }
        return Row.of(partition, exposureKey(deviceId), columns.map());
    }

    private static void found(Columns columns, String names, String unknown, Exposure.Found found) {
        RiskLevel level = found.unknown();
        columns.text(
                        names,
                        found.classifications().stream()
                                .map(Classification::name)
                                .collect(Collectors.joining(" ")))
                .text(unknown, level == null ? null : level.name());
    }

    /** False of a row from before it was kept what a feed rated: nobody knows that but from the threats themselves. */
    static boolean isWhole(Row exposure) {
        return exposure.text("rated") != null;
    }

    static Exposure exposure(Row row) {
        Exposure.Found all = found(row, "classifications", "unknown");
        String rated = row.requiredText("rated");
        return rated.isEmpty()
                ? new Exposure(all, all, null)
                : new Exposure(all, found(row, "unratedClassifications", "unratedUnknown"), RiskLevel.valueOf(rated));
    }

    private static Exposure.Found found(Row row, String classifications, String unknown) {
        String names = row.requiredText(classifications);
        @Nullable String level = row.text(unknown);
        Set<Classification> known = names.isEmpty()
                ? Set.of()
                : Stream.of(names.split(" ", -1)).map(Classification::valueOf).collect(Collectors.toSet());
        return new Exposure.Found(known, level == null ? null : RiskLevel.valueOf(level));
    }
}
