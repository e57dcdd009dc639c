package dev.mtdconnector.storage;

import dev.mtdconnector.device.Device;
import dev.mtdconnector.intune.Books;
import dev.mtdconnector.intune.Outbox.Look;
import dev.mtdconnector.intune.Outbox.Outstanding;
import dev.mtdconnector.storage.DeviceTable.Stored;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One look at who is outstanding: costs a handful of queries and a read for each device that is found. */
final class Looking {

    private static final String MARKS = "o";

    /** Retries among which those are sought that failed as often as the first. */
    private static final int RETRIES = 200;

    private final DeviceTable devices;
    private final Table table;
    private final String partition;
    private final Books books;
    private final int limit;
    private final Instant now;

    Looking(DeviceTable devices, Table table, String tenantId, Books books, int limit, Instant now) {
        this.devices = devices;
        this.table = table;
        this.partition = DeviceTable.partition(tenantId);
        this.books = books;
        this.limit = limit;
        this.now = now;
    }

    static String deviceEtag(Outstanding outstanding) {
        return outstanding.version().substring(0, outstanding.version().indexOf('\n'));
    }

    /** Empty when the device was not marked. */
    static String markEtag(Outstanding outstanding) {
        return outstanding.version().substring(outstanding.version().indexOf('\n') + 1);
    }

    Look look() {
        List<Outstanding> found = fresh();
        if (found.isEmpty()) {
            found = approved();
        }
        if (found.isEmpty()) {
            found = retries();
        }
        if (found.isEmpty() && books.elsewhere().stranded() > 0) {
            found = stranded();
        }
        Instant grace = KeptRows.next(table, partition, KeptRows.GRACE, now);
        Instant retry = KeptRows.next(table, partition, KeptRows.RETRY, now);
        boolean isRetryFirst = grace == null || (retry != null && retry.isBefore(grace));
        return new Look(found, isRetryFirst ? retry : grace, retry != null);
    }

    private List<Outstanding> fresh() {
        Map<String, Row> rows = new LinkedHashMap<>();
        KeptRows.due(table, partition, KeptRows.GRACE, now, limit)
                .forEach(row -> rows.put(KeptRows.deviceId(row), row));
        if (rows.size() < limit) {
            Queries.rows(table, KeptRows.place(partition, MARKS), limit - rows.size())
                    .forEach(row -> rows.put(KeptRows.deviceId(row), row));
        }
        List<Outstanding> found = new ArrayList<>();
        rows.values().forEach(row -> read(row, false).ifPresent(found::add));
        return found;
    }

    private List<Outstanding> approved() {
        List<Outstanding> found = new ArrayList<>();
        for (int set : books.approved()) {
            for (Row row : Queries.rows(table, KeptRows.ofSet(partition, set), limit - found.size())) {
                read(row, false).ifPresent(found::add);
            }
            if (found.size() == limit) {
                break;
            }
        }
        return found;
    }

    private List<Outstanding> retries() {
        return alike(KeptRows.due(table, partition, KeptRows.RETRY, now, RETRIES));
    }

    /** At the first place that may be tried. */
    private List<Outstanding> stranded() {
        for (String target : KeptRows.strandedAt(table, partition)) {
            if (!books.elsewhere().isClosed(target, now)) {
                List<Outstanding> found = alike(KeptRows.stranded(table, partition, target, RETRIES));
                if (!found.isEmpty()) {
                    return found;
                }
            }
        }
        return List.of();
    }

    /** Those that failed as often as the first, the fewer the more often. */
    private List<Outstanding> alike(List<Row> rows) {
        List<Outstanding> found = new ArrayList<>();
        for (Row row : rows) {
            Optional<Outstanding> one = read(row, true);
            if (one.isPresent()
                    && (found.isEmpty() || found.get(0).failures() == one.get().failures())) {
                found.add(one.get());
            }
            if (!found.isEmpty()
                    && found.size() >= Math.max(1, limit >> found.get(0).failures())) {
                break;
            }
        }
        return found;
    }

    /** A row that leads to a device that is gone, or stands elsewhere, is removed. */
    private Optional<Outstanding> read(Row row, boolean isRetry) {
        String deviceId = KeptRows.deviceId(row);
        boolean isMark = row.key().startsWith(Keys.prefix(MARKS));
        // Before the device: what marks it changes it in the same transaction.
        Optional<Row> mark = isMark ? Optional.of(row) : table.get(partition, DeviceTable.markKey(deviceId));
        Optional<Stored> stored = devices.readIn(partition, deviceId);
        if (stored.isEmpty()
                || (!isMark
                        && !row.key()
                                .equals(KeptRows.key(
                                        deviceId, stored.get().device().told())))) {
            Writes.delete(table, partition, row.key(), row.etag());
            return Optional.empty();
        }
        Device device = stored.get().device();
        return Optional.of(new Outstanding(
                device,
                stored.get().etag() + "\n" + mark.map(Row::etag).orElse(""),
                isRetry ? device.told().failures() : 0,
                mark.map(found -> found.flag("again")).orElse(false)));
    }
}
