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
 * while there are any, {@code q|<device id>} while the allow list silences one of them, and {@code y|<device id>|<newest first>|<hash>} for each line of its trace. The hash is that of the
 * line, so that writing a line again is writing it once.
 */
final class TraceRows {

    /** What is a detail of the line has this before its name, so that it cannot be taken for a column of ours. */
    private static final String DETAIL = "d_";

    private static final String EXPOSURE = "e";

    private static final String SILENCED = "q";

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

    static String silencedKey(String deviceId) {
        return Keys.join(SILENCED, deviceId);
    }

    static Table.Range silenced(String partition) {
        return Table.Range.prefix(partition, Keys.prefix(SILENCED));
    }

    static Row silenced(String partition, String deviceId) {
        return Row.of(partition, silencedKey(deviceId), Columns.ofRow().map());
    }

    static String exposureKey(String deviceId) {
        return Keys.join(EXPOSURE, deviceId);
    }

    static Table.Range exposures(String partition) {
        return Table.Range.prefix(partition, Keys.prefix(EXPOSURE));
    }

    static Row exposure(String partition, String deviceId, Exposure exposure) {
        RiskLevel unknown = exposure.unknown();
        return Row.of(
                partition,
                exposureKey(deviceId),
                Columns.ofRow()
                        .text(
                                "classifications",
                                exposure.classifications().stream()
                                        .map(Classification::name)
                                        .collect(Collectors.joining(" ")))
                        .text("unknown", unknown == null ? null : unknown.name())
                        .map());
    }

    static Exposure exposure(Row row) {
        String names = row.requiredText("classifications");
        @Nullable String unknown = row.text("unknown");
        Set<Classification> classifications = names.isEmpty()
                ? Set.of()
                : Stream.of(names.split(" ", -1)).map(Classification::valueOf).collect(Collectors.toSet());
        return new Exposure(classifications, unknown == null ? null : RiskLevel.valueOf(unknown));
    }
}
