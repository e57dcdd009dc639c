package dev.mtdconnector.storage;

import dev.mtdconnector.intake.IntakeStore.Tie;
import dev.mtdconnector.intake.ParkedEvents;
import dev.mtdconnector.intake.VendorDevice;
import dev.mtdconnector.storage.Change.Delete;
import dev.mtdconnector.storage.Change.Insert;
import dev.mtdconnector.storage.Change.Mode;
import dev.mtdconnector.storage.Change.Update;
import dev.mtdconnector.storage.Change.Upsert;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Events that wait, in the table of {@link IntakeTable}. Their numbers change in the transaction that parks or unparks them,
 * so they are exact.
 *
 * <p>Keys in the tenant's partition: {@code p|<vendor guid>|<oldest first>|<event id>} an event, {@code q|<vendor guid>} what
 * waits for a guid, {@code e|<oldest first: a day>|<vendor guid>} that something came for it on that day, {@code n} the
 * tenant's numbers. {@code p|<vendor guid>|<event id>} was written before the numbers were kept.
 */
final class ParkedRows implements ParkedEvents {

    private static final int TRIES = 20;

    /** Of a transaction's hundred rows some are numbers. */
    private static final int SLICE = TableRules.MAX_CHANGES - 4;

    private static final long SLICE_BYTES = 3_000_000;

    /** Guids that are looked at when something is let go. */
    private static final int EXPIRED_AT_ONCE = 20;

    /** A binary column holds 64 KiB, so a long event is cut into several. */
    private static final int CHUNK = 60_000;

    private static final String NUMBERS = "n";
    private static final String EXPIRED = "expired";
    private static final String DISCARDED = "discarded";

    /** Of more that is discarded at once, the rest waits for the next time. */
    private static final int DISCARDED_AT_ONCE = 200;

    private final Table table;

    ParkedRows(Table table) {
        this.table = table;
    }

    @Override
    public int park(
            String tenantId, String vendorGuid, Reason reason, VendorDevice device, List<Waiting> events, Instant now) {
        String partition = Keys.join(tenantId);
        int done = 0;
        while (done < events.size()) {
            List<Row> rows = new ArrayList<>();
            long bytes = 0;
            for (Waiting event : events.subList(done, events.size())) {
                Row row = row(partition, vendorGuid, event, now);
                bytes += TableRules.wireBytes(new Insert(row));
                if (rows.size() == SLICE || (bytes > SLICE_BYTES && !rows.isEmpty())) {
                    break;
                }
                rows.add(row);
            }
            int parked = parkSome(partition, vendorGuid, reason, device, rows, now);
            done += parked;
            if (parked < rows.size()) {
                return done;
            }
        }
        return done;
    }

    /** How many of the rows, from the first, are there after this. */
    private int parkSome(
            String partition, String vendorGuid, Reason reason, VendorDevice device, List<Row> rows, Instant now) {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Numbers numbers = new Numbers(partition, vendorGuid);
            long room = MOST - numbers.total();
            List<Row> missing = new ArrayList<>();
            int kept = 0;
            for (Row row : rows) {
                // Repeated events are rare: whether they are there is asked when it may matter.
                boolean isThere = (attempt > 0 || room < rows.size())
                        && table.get(partition, row.key()).isPresent();
                if (!isThere && missing.size() == room) {
                    break;
                }
                if (!isThere) {
                    missing.add(row);
                }
                kept++;
            }
            List<Change> changes = new ArrayList<>();
            missing.forEach(row -> changes.add(new Insert(row)));
            changes.addAll(numbers.after(missing.size(), reason, device, now));
            if (changes.isEmpty() || Writes.tryTransact(table, changes).isPresent()) {
                return kept;
            }
        }
        throw tooMany(vendorGuid);
    }

    private static Row row(String partition, String vendorGuid, Waiting event, Instant now) {
        Columns columns = Columns.ofRow().instant("parkedAt", now);
        byte[] bytes = event.event().getBytes(StandardCharsets.UTF_8);
        for (int from = 0, number = 0; from < bytes.length; from += CHUNK, number++) {
            columns.binary("event" + number, Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + CHUNK)));
        }
        String key = Keys.join("p", vendorGuid, Keys.oldestFirst(event.createdTime()), event.eventId());
        return Row.of(partition, key, columns.map());
    }

    @Override
    public List<Parked> parked(String tenantId, String vendorGuid, int limit) {
        Table.Range range = Table.Range.prefix(Keys.join(tenantId), Keys.prefix("p", vendorGuid));
        return Queries.rows(table, range, limit).stream()
                .map(row -> new Parked(row.key(), eventOf(row)))
                .toList();
    }

    private static String eventOf(Row row) {
        ByteArrayOutputStream event = new ByteArrayOutputStream();
        for (int number = 0; row.properties().get("event" + number) instanceof byte[] chunk; number++) {
            event.writeBytes(chunk);
        }
        return event.toString(StandardCharsets.UTF_8);
    }

    @Override
    public boolean unpark(String tenantId, String vendorGuid, List<Parked> events, Tie told) {
        return remove(
                Keys.join(tenantId),
                vendorGuid,
                events.stream().map(Parked::place).toList(),
                told,
                null);
    }

    private boolean remove(
            String partition, String vendorGuid, List<String> keys, @Nullable Tie told, @Nullable String counted) {
        for (int from = 0; from < keys.size(); from += SLICE) {
            List<String> some = keys.subList(from, Math.min(keys.size(), from + SLICE));
            if (!removeSome(partition, vendorGuid, some, told, counted)) {
                return false;
            }
        }
        return true;
    }

    /**
     * @param told null when they are let go unread
     * @param counted the number of the tenant that counts them then
     */
    private boolean removeSome(
            String partition, String vendorGuid, List<String> keys, @Nullable Tie told, @Nullable String counted) {
        List<String> left = keys;
        for (int attempt = 0; attempt < TRIES && !left.isEmpty(); attempt++) {
            Numbers numbers = new Numbers(partition, vendorGuid);
            List<Change> changes = new ArrayList<>();
            if (told != null) {
                Optional<Row> tied = table.get(partition, Keys.join("g", vendorGuid));
                if (!tied.map(IntakeTable::tie).equals(Optional.of(told))) {
                    return false;
                }
                Row same = Row.of(partition, tied.get().key(), tied.get().properties());
                changes.add(new Update(same, Mode.REPLACE, tied.get().etag()));
            }
            left.forEach(key -> changes.add(new Delete(Row.of(partition, key, Map.of()), null)));
            changes.addAll(numbers.without(left.size(), counted));
            if (Writes.tryTransact(table, changes).isPresent()) {
                return true;
            }
            left = left.stream()
                    .filter(key -> table.get(partition, key).isPresent())
                    .toList();
        }
        if (!left.isEmpty()) {
            throw tooMany(vendorGuid);
        }
        return true;
    }

    @Override
    public void expire(String tenantId, Instant now) {
        String partition = Keys.join(tenantId);
        Instant end = now.minus(KEPT_FOR);
        Table.Range days = Table.Range.prefix(partition, Keys.prefix("e"));
        // A day is over for all that came on it when its last moment is.
        Table.Range over = new Table.Range(
                days.fromPartition(),
                days.toPartition(),
                days.fromKey(),
                Keys.prefix("e", Keys.oldestFirst(dayOf(end))));
        for (Row day : Queries.rows(table, over, EXPIRED_AT_ONCE)) {
            String vendorGuid = Keys.split(day.key()).get(2);
            List<String> keys = new ArrayList<>();
            Queries.each(table, Table.Range.prefix(partition, Keys.prefix("p", vendorGuid)), row -> {
                if (row.requiredInstant("parkedAt").isBefore(end)) {
                    keys.add(row.key());
                }
            });
            remove(partition, vendorGuid, keys, null, EXPIRED);
            Writes.delete(table, partition, day.key(), day.etag());
        }
    }

    private static Instant dayOf(Instant time) {
        return time.truncatedTo(ChronoUnit.DAYS);
    }

    @Override
    public Overview overview(String tenantId, int limit, @Nullable String cursor) {
        String partition = Keys.join(tenantId);
        Table.Range all = Table.Range.prefix(partition, Keys.prefix("q"));
        Table.Range range = cursor == null ? all : all.from(Keys.join("q", cursor) + "\u0000");
        List<OfGuid> guids = Queries.rows(table, range, limit + 1).stream()
                .map(ParkedRows::ofGuid)
                .toList();
        boolean goesOn = guids.size() > limit;
        List<OfGuid> page = goesOn ? guids.subList(0, limit) : guids;
        Optional<Row> numbers = table.get(partition, NUMBERS);
        Map<Reason, Long> byReason = new EnumMap<>(Reason.class);
        for (Reason reason : Reason.values()) {
            byReason.put(
                    reason, numbers.map(row -> row.number(reason.name(), 0)).orElse(0L));
        }
        return new Overview(
                byReason,
                numbers.map(row -> row.number(EXPIRED, 0)).orElse(0L),
                numbers.map(row -> row.number(DISCARDED, 0)).orElse(0L),
                page,
                goesOn ? page.get(limit - 1).vendorGuid() : null);
    }

    private static OfGuid ofGuid(Row row) {
        return new OfGuid(
                Keys.split(row.key()).get(1),
                reason(row),
                row.number("count", 0),
                row.requiredInstant("since"),
                device(row));
    }

    private static VendorDevice device(Row row) {
        return new VendorDevice(
                row.text("platform"),
                row.text("model"),
                row.text("email"),
                row.text("externalId"),
                row.text("mdmId"),
                row.text("mdmType"));
    }

    @Override
    public Optional<OfGuid> of(String tenantId, String vendorGuid) {
        return table.get(Keys.join(tenantId), Keys.join("q", vendorGuid)).map(ParkedRows::ofGuid);
    }

    @Override
    public void explain(String tenantId, String vendorGuid, Reason reason) {
        String partition = Keys.join(tenantId);
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Numbers numbers = new Numbers(partition, vendorGuid);
            List<Change> changes =
                    numbers.guid == null ? List.of() : numbers.after(0, reason, VendorDevice.UNKNOWN, Instant.EPOCH);
            if (changes.isEmpty() || Writes.tryTransact(table, changes).isPresent()) {
                return;
            }
        }
        throw tooMany(vendorGuid);
    }

    @Override
    public int discard(String tenantId, String vendorGuid) {
        long most = of(tenantId, vendorGuid).map(OfGuid::count).orElse(0L);
        int discarded = 0;
        while (discarded < most) {
            List<String> keys = parked(tenantId, vendorGuid, DISCARDED_AT_ONCE).stream()
                    .map(Parked::place)
                    .toList();
            if (keys.isEmpty()) {
                break;
            }
            remove(Keys.join(tenantId), vendorGuid, keys, null, DISCARDED);
            discarded += keys.size();
        }
        return discarded;
    }

    @Override
    public Set<String> awaitedMdmIds(String tenantId) {
        String partition = Keys.join(tenantId);
        Set<String> ids = new HashSet<>();
        boolean areAny = table.get(partition, NUMBERS)
                .filter(row -> row.number(Reason.MDM_ID_UNKNOWN.name(), 0) > 0)
                .isPresent();
        if (areAny) {
            Queries.each(table, Table.Range.prefix(partition, Keys.prefix("q")), row -> {
                if (reason(row) == Reason.MDM_ID_UNKNOWN) {
                    device(row).intuneId().ifPresent(ids::add);
                }
            });
        }
        return ids;
    }

    private static Reason reason(Row row) {
        return Reason.valueOf(row.requiredText("reason"));
    }

    private static IllegalStateException tooMany(String vendorGuid) {
        return new IllegalStateException("What waits for " + vendorGuid + " is changed by too many at once");
    }

    /** The numbers of a guid and of the tenant as they were read, and the changes that keep them right. */
    private final class Numbers {
        private final String partition;
        private final String vendorGuid;
        private final @Nullable Row tenant;
        private final @Nullable Row guid;

        private Numbers(String partition, String vendorGuid) {
            this.partition = partition;
            this.vendorGuid = vendorGuid;
            this.tenant = table.get(partition, NUMBERS).orElse(null);
            this.guid = table.get(partition, Keys.join("q", vendorGuid)).orElse(null);
        }

        private long total() {
            long total = 0;
            for (Reason reason : Reason.values()) {
                total += number(tenant, reason.name());
            }
            return total;
        }

        private long count() {
            return number(guid, "count");
        }

        private static long number(@Nullable Row row, String name) {
            return row == null ? 0 : row.number(name, 0);
        }

        /**
         * With so many more, that wait for this reason, and with what was said of the device.
         */
        private List<Change> after(int more, Reason reason, VendorDevice device, Instant now) {
            boolean isSame = guid != null && reason == reason(guid);
            return more == 0 && isSame ? List.of() : changes(more, reason, device, null, now);
        }

        /** With so many fewer; they count by this number of the tenant, if by any. */
        private List<Change> without(int fewer, @Nullable String counted) {
            return guid == null
                    ? List.of()
                    : changes(-fewer, reason(guid), VendorDevice.UNKNOWN, counted, Instant.EPOCH);
        }

        private List<Change> changes(
                int more, Reason reason, VendorDevice device, @Nullable String counted, Instant now) {
            long count = Math.max(0, count() + more);
            Map<Reason, Long> byReason = new EnumMap<>(Reason.class);
            for (Reason one : Reason.values()) {
                byReason.put(one, number(tenant, one.name()));
            }
            if (guid != null) {
                byReason.merge(reason(guid), -count(), Long::sum);
            }
            byReason.merge(reason, count, Long::sum);
            Columns columns = Columns.ofRow();
            for (String name : List.of(EXPIRED, DISCARDED)) {
                columns.number(name, number(tenant, name) + (name.equals(counted) ? -more : 0));
            }
            byReason.forEach((one, number) -> columns.number(one.name(), Math.max(0, number)));
            List<Change> changes = new ArrayList<>();
            changes.add(put(Row.of(partition, NUMBERS, columns.map()), tenant));
            String key = Keys.join("q", vendorGuid);
            if (count == 0) {
                if (guid != null) {
                    changes.add(new Delete(guid, guid.etag()));
                }
                return changes;
            }
            Instant today = more > 0 ? dayOf(now) : null;
            Instant lastDay = guid == null ? null : guid.instant("lastDay");
            VendorDevice known = guid == null ? device : device.after(device(guid));
            changes.add(put(
                    Row.of(
                            partition,
                            key,
                            Columns.ofRow()
                                    .number("count", count)
                                    .text("reason", reason.name())
                                    .instant("since", guid == null ? now : guid.requiredInstant("since"))
                                    .instant("lastDay", today == null ? lastDay : today)
                                    .text("platform", known.platform())
                                    .text("model", known.model())
                                    .text("email", known.email())
                                    .text("externalId", known.externalId())
                                    .text("mdmId", known.mdmId())
                                    .text("mdmType", known.mdmType())
                                    .map()),
                    guid));
            if (today != null && !Objects.equals(today, lastDay)) {
                String day = Keys.join("e", Keys.oldestFirst(today), vendorGuid);
                changes.add(new Upsert(Row.of(partition, day, Columns.ofRow().map()), Mode.REPLACE));
            }
            return changes;
        }

        private static Change put(Row row, @Nullable Row before) {
            return before == null ? new Insert(row) : new Update(row, Mode.REPLACE, before.etag());
        }
    }
}
