package dev.mtdconnector.storage;

import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.Told;
import dev.mtdconnector.device.TraceEntry;
import dev.mtdconnector.intune.Books;
import dev.mtdconnector.intune.Outbox;
import dev.mtdconnector.storage.Change.Delete;
import dev.mtdconnector.storage.Change.Insert;
import dev.mtdconnector.storage.Change.Mode;
import dev.mtdconnector.storage.Change.Update;
import dev.mtdconnector.storage.Change.Upsert;
import dev.mtdconnector.storage.DeviceTable.Stored;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The publisher's rows beside those of the devices.
 *
 * <p>Keys: {@code p} the books ({@link BooksRow}); {@code o|<device id>} marks; those of devices that are kept back
 * ({@link KeptRows}); {@code m|<message id>} messages on their way and {@code l|<message id>} those of the last days
 * ({@link MessageRows}).
 */
final class OutboxRows implements Outbox {

    private static final int TRIES = 20;

    /** How long it is remembered which devices a message was about. */
    private static final Duration MEMORY = Duration.ofDays(2);

    private final DeviceTable parent;
    private final Table table;

    OutboxRows(DeviceTable parent, Table table) {
        this.parent = parent;
        this.table = table;
    }

    private static String partition(String tenantId) {
        return DeviceTable.partition(tenantId);
    }

    @Override
    public Books books(String tenantId) {
        return BooksRow.read(table, partition(tenantId));
    }

    @Override
    public boolean save(String tenantId, Books books) {
        return Writes.tryTransact(table, List.of(BooksRow.change(partition(tenantId), books)))
                .isPresent();
    }

    @Override
    public Look outstanding(String tenantId, Books books, int limit, Instant now) {
        return new Looking(parent, table, tenantId, books, limit, now).look();
    }

    @Override
    public int marked(String tenantId, Instant now, int atMost) {
        String partition = partition(tenantId);
        int waited = KeptRows.due(table, partition, KeptRows.GRACE, now, atMost).size();
        return waited >= atMost
                ? waited
                : waited
                        + Queries.rows(table, KeptRows.place(partition, "o"), atMost - waited)
                                .size();
    }

    @Override
    public int inScope(String tenantId) {
        return EnrolledDevices.count(table, partition(tenantId));
    }

    @Override
    public void mark(String tenantId, Collection<String> deviceIds) {
        List<Change> marks = new ArrayList<>();
        for (String deviceId : deviceIds) {
            marks.add(parent.markOf(partition(tenantId), deviceId));
            if (marks.size() == TableRules.MAX_CHANGES) {
                table.transact(marks);
                marks.clear();
            }
        }
        if (!marks.isEmpty()) {
            table.transact(marks);
        }
    }

    @Override
    public void renewMarks(String tenantId, Runnable checkpoint) {
        Table.Range rest = KeptRows.place(partition(tenantId), "o");
        List<Row> marks = Queries.rows(table, rest, TableRules.MAX_CHANGES);
        while (!marks.isEmpty()) {
            mark(tenantId, marks.stream().map(KeptRows::deviceId).toList());
            checkpoint.run();
            rest = rest.from(marks.get(marks.size() - 1).key() + '\u0000');
            marks = Queries.rows(table, rest, TableRules.MAX_CHANGES);
        }
    }

    @Override
    public void markAgain(String tenantId, String deviceId, TraceEntry why) {
        String partition = partition(tenantId);
        Row line = TraceRows.row(partition, deviceId, why);
        table.transact(List.of(
                again(partition, deviceId),
                new Upsert(line, Mode.REPLACE),
                new Upsert(TraceDays.of(line), Mode.REPLACE)));
    }

    private static Change again(String partition, String deviceId) {
        Map<String, Object> columns = Columns.some().flag("again", true).map();
        return new Upsert(Row.of(partition, DeviceTable.markKey(deviceId), columns), Mode.MERGE);
    }

    @Override
    public Optional<Books> resync(String tenantId, Books books, @Nullable String target) {
        String partition = partition(tenantId);
        String after = books.resync().after();
        if (after == null) {
            return Optional.of(books);
        }
        var page = parent.list(tenantId, TableRules.MAX_CHANGES - 1, after.isEmpty() ? null : after);
        Books next = books.with(new Books.Resync(books.resync().requestedAt(), page.next()));
        List<Change> changes = new ArrayList<>();
        changes.add(BooksRow.change(partition, next));
        for (Device device : page.devices()) {
            if (device.told().orderedAt() != null && device.told().isAt(target)) {
                changes.add(again(partition, device.deviceId()));
            }
        }
        return Writes.tryTransact(table, changes).map(etags -> next.withVersion(String.valueOf(etags.get(0))));
    }

    @Override
    public void forget(String tenantId, Outstanding outstanding) {
        String partition = partition(tenantId);
        Device device = outstanding.device();
        String deviceId = device.deviceId();
        List<Change> changes = new ArrayList<>();
        List<Change> rest = new ArrayList<>();
        changes.add(new Delete(Row.of(partition, DeviceRows.key(deviceId), Map.of()), Looking.deviceEtag(outstanding)));
        takeMark(partition, outstanding, changes);
        KeptRows.move(partition, deviceId, device.told(), Told.NOTHING, null, changes);
        Books before = books(tenantId);
        Books after = before.counting(device.told(), Told.NOTHING);
        if (!after.equals(before)) {
            changes.add(BooksRow.change(partition, after));
        }
        EnrolledDevices.objectRow(table, partition, device).ifPresent(row -> changes.add(new Delete(row, row.etag())));
        EnrolledDevices.intuneRow(table, partition, device).ifPresent(row -> changes.add(new Delete(row, row.etag())));
        table.get(partition, TraceRows.exposureKey(deviceId)).ifPresent(row -> changes.add(new Delete(row, null)));
        // Of more threats and lines than fit, the rest would hang in the air: they go first, a part at a time.
        device.threats()
                .keySet()
                .forEach(threat -> rest.add(
                        new Delete(Row.of(partition, DeviceRows.threatKey(deviceId, threat), Map.of()), null)));
        Queries.rows(table, Table.Range.prefix(partition, TraceRows.prefix(deviceId)), TableRules.MAX_PAGE)
                .forEach(line -> rest.add(new Delete(line, null)));
        if (changes.size() + rest.size() > TableRules.MAX_CHANGES) {
            Writes.tryTransact(table, rest.subList(0, Math.min(rest.size(), TableRules.MAX_CHANGES)));
        } else {
            changes.addAll(rest);
            Writes.tryTransact(table, changes);
        }
    }

    private static void takeMark(String partition, Outstanding one, List<Change> changes) {
        String etag = Looking.markEtag(one);
        if (!etag.isEmpty()) {
            String key = DeviceTable.markKey(one.device().deviceId());
            changes.add(new Delete(Row.of(partition, key, Map.of()), etag));
        }
    }

    @Override
    public Optional<Books> settle(
            String tenantId, Books before, Books books, @Nullable Message message, List<Step> steps) {
        String partition = partition(tenantId);
        List<Change> changes = new ArrayList<>();
        List<Row> lines = new ArrayList<>();
        Books counted = books;
        if (message != null) {
            changes.add(new Insert(MessageRows.row(partition, message)));
        }
        for (Step step : steps) {
            Device device = step.outstanding().device();
            Told then = device.told();
            takeMark(partition, step.outstanding(), changes);
            TraceEntry trace = step.trace();
            if (trace != null) {
                lines.add(TraceRows.row(partition, device.deviceId(), trace));
            }
            if (!step.told().equals(then)) {
                counted = counted.counting(then, step.told());
                Row row = DeviceRows.row(partition, device.withTold(step.told()));
                changes.add(new Update(row, Mode.REPLACE, Looking.deviceEtag(step.outstanding())));
                KeptRows.move(partition, device.deviceId(), then, step.told(), trace, changes);
            }
        }
        TraceDays.add(lines, changes);
        boolean isBooked = !counted.equals(before);
        if (isBooked) {
            changes.add(BooksRow.change(partition, counted));
        }
        if (changes.isEmpty()) {
            return Optional.of(before);
        }
        Books written = counted;
        return Writes.tryTransact(table, changes)
                .map(etags -> isBooked ? written.withVersion(String.valueOf(etags.get(etags.size() - 1))) : before);
    }

    @Override
    public List<Message> messages(String tenantId) {
        return MessageRows.onTheirWay(table, partition(tenantId));
    }

    @Override
    public void sent(String tenantId, Message message) {
        Row row = Row.of(
                partition(tenantId),
                MessageRows.key(message),
                Columns.some().flag("isSent", true).map());
        Writes.tryTransact(table, List.of(new Update(row, Mode.MERGE, null)));
    }

    @Override
    public void finish(String tenantId, Message message, Instant at, Function<Device, Ending> ending) {
        String partition = partition(tenantId);
        Row past = MessageRows.past(partition, message, at, at.plus(MEMORY));
        List<Change> first = List.of(
                new Delete(Row.of(partition, MessageRows.key(message), Map.of()), null),
                new Upsert(past, Mode.REPLACE));
        if (end(tenantId, message.id().toString(), message.deviceIds(), first, ending) >= 0) {
            Expiry.clearAfter(table, past, "l", at);
        }
    }

    @Override
    public int reopen(String tenantId, String messageId, Function<Device, Ending> ending) {
        return table.get(partition(tenantId), MessageRows.pastKey(messageId))
                .map(row -> end(tenantId, messageId, MessageRows.deviceIds(row), List.of(), ending))
                .orElse(0);
    }

    /**
     * Notes the end of a message in the devices that were last told by it, together with other changes.
     *
     * @return how many these were; -1 when the first of the other changes met nothing any more
     */
    private int end(
            String tenantId,
            String messageId,
            List<String> deviceIds,
            List<Change> others,
            Function<Device, Ending> ending) {
        String partition = partition(tenantId);
        for (int attempt = 0; attempt < TRIES; attempt++) {
            List<Change> changes = new ArrayList<>(others);
            List<Row> lines = new ArrayList<>();
            Books before = books(tenantId);
            Books books = before;
            for (String deviceId : deviceIds) {
                Optional<Stored> stored = parent.read(tenantId, deviceId)
                        .filter(one -> messageId.equals(one.device().told().messageId()));
                if (stored.isPresent()) {
                    Device device = stored.get().device();
                    Ending end = ending.apply(device);
                    books = books.counting(device.told(), end.told());
                    Row row = DeviceRows.row(partition, device.withTold(end.told()));
                    changes.add(new Update(row, Mode.REPLACE, stored.get().etag()));
                    lines.add(TraceRows.row(partition, deviceId, end.trace()));
                    KeptRows.move(partition, deviceId, device.told(), end.told(), end.trace(), changes);
                    if (end.isOutstanding()) {
                        changes.add(parent.markOf(partition, deviceId));
                    }
                }
            }
            if (!books.equals(before)) {
                changes.add(BooksRow.change(partition, books));
            }
            if (changes.isEmpty()) {
                return 0;
            }
            TraceDays.add(lines, changes);
            try {
                table.transact(changes);
                return lines.size();
            } catch (ConflictException e) {
                if (!others.isEmpty() && e.index() == 0) {
                    return -1;
                }
            }
        }
        throw new IllegalStateException("The devices of message " + messageId + " are changed by too many at once");
    }

    @Override
    public List<Integer> heldSets(String tenantId) {
        return KeptRows.heldSets(table, partition(tenantId));
    }

    @Override
    public List<String> strandedAt(String tenantId) {
        return KeptRows.strandedAt(table, partition(tenantId));
    }

    @Override
    public List<Kept> held(String tenantId, @Nullable Kept after, int limit) {
        return KeptRows.held(table, partition(tenantId), after, limit);
    }

    @Override
    public List<Kept> failed(String tenantId, @Nullable Kept after, int limit) {
        return KeptRows.failed(table, partition(tenantId), after, limit);
    }
}
