package dev.mtdconnector.storage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import dev.mtdconnector.http.Json;
import dev.mtdconnector.stream.StreamProgress;
import dev.mtdconnector.stream.StreamStore;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How far streams were followed, in the table of {@link FeedTable}: {@code stream} in the tenant's partition. */
final class StreamRows implements StreamStore {

    private static final String STREAM = "stream";

    private final Table table;

    StreamRows(Table table) {
        this.table = table;
    }

    @Override
    public Optional<StreamProgress> find(String tenantId) {
        return table.get(Keys.join(tenantId), STREAM)
                .map(row -> new StreamProgress(
                        row.requiredText("fingerprint"),
                        row.text("lastId"),
                        row.instant("coveredUntil"),
                        row.text("owner"),
                        row.instant("until"),
                        counts(row.text("counts")),
                        row.etag()));
    }

    @Override
    public Optional<StreamProgress> save(String tenantId, StreamProgress progress) {
        Row row = Row.of(
                Keys.join(tenantId),
                STREAM,
                Columns.ofRow()
                        .text("fingerprint", progress.fingerprint())
                        .text("lastId", progress.lastId())
                        .instant("coveredUntil", progress.coveredUntil())
                        .text("owner", progress.owner())
                        .instant("until", progress.until())
                        .text("counts", json(progress.counts()))
                        .map());
        return Writes.replace(table, row, progress.version()).map(progress::withVersion);
    }

    static String json(Map<String, Long> counts) {
        try {
            return Json.MAPPER.writeValueAsString(counts);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Numbers by name can be written", e);
        }
    }

    static Map<String, Long> counts(@Nullable String text) {
        try {
            return text == null ? Map.of() : Json.MAPPER.readValue(text, new TypeReference<Map<String, Long>>() {});
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The counts of a feed cannot be read", e);
        }
    }
}
