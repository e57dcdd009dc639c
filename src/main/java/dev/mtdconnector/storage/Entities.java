package dev.mtdconnector.storage;

import com.azure.data.tables.models.TableEntity;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Rows to the SDK's entities and back. Types are always sent: the service would take 5.0 for an Int32. */
final class Entities {

    private static final String TYPE_SUFFIX = "@odata.type";
    private static final String ETAG = "odata.etag";
    private static final Set<String> SYSTEM_PROPERTIES = Set.of("PartitionKey", "RowKey", "Timestamp");

    /** Seven digits, always: all that the service keeps. */
    private static final DateTimeFormatter INSTANT =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSS'Z'").withZone(ZoneOffset.UTC);

    private Entities() {}

    static TableEntity entity(Row row, @Nullable String etag) {
        TableEntity entity = keys(row, etag);
        row.properties().forEach((name, value) -> {
            if (value instanceof Instant instant) {
                entity.addProperty(name, INSTANT.format(instant)).addProperty(name + TYPE_SUFFIX, "Edm.DateTime");
            } else if (value instanceof Double) {
                entity.addProperty(name, value).addProperty(name + TYPE_SUFFIX, "Edm.Double");
            } else {
                entity.addProperty(name, value);
            }
        });
        return entity;
    }

    static TableEntity keys(Row row, @Nullable String etag) {
        TableEntity entity = new TableEntity(row.partition(), row.key());
        return etag == null ? entity : entity.addProperty(ETAG, etag);
    }

    static Row row(TableEntity entity) {
        Map<String, Object> properties = new TreeMap<>();
        entity.getProperties().forEach((name, value) -> {
            if (!SYSTEM_PROPERTIES.contains(name) && !name.startsWith("odata.") && !name.endsWith(TYPE_SUFFIX)) {
                properties.put(name, value instanceof OffsetDateTime time ? time.toInstant() : value);
            }
        });
        return new Row(entity.getPartitionKey(), entity.getRowKey(), properties, entity.getETag());
    }
}
