package dev.mtdconnector.storage;

import dev.mtdconnector.device.AppRegistration;
import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.Device.DirectoryFacts;
import dev.mtdconnector.enrollment.DeviceRegister;
import dev.mtdconnector.schedule.JobContext;
import dev.mtdconnector.storage.Change.Delete;
import dev.mtdconnector.storage.Change.Insert;
import dev.mtdconnector.storage.Change.Mode;
import dev.mtdconnector.storage.Change.Update;
import dev.mtdconnector.storage.Change.Upsert;
import dev.mtdconnector.storage.DeviceTable.Stored;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The devices of a tenant as one enrollment run writes them: each with a row by which its directory object finds it, and a
 * row by which its user does, in one transaction. Every transaction has the count of devices in scope in it, on condition
 * of the ETag that the run knows: so a run that was overtaken writes nothing.
 *
 * <p>Keys, besides those of {@link DeviceTable}: {@code c} the count; {@code x|<object id>}; {@code i|<id in Intune>}; {@code w|<user>|<device>}; those of {@link AppRows}.
 */
final class EnrolledDevices implements DeviceRegister.Writing {

    /** Rows of a device that comes: its own, its object's, its user's, Intune's where it is known. */
    private static final int ROWS_A_DEVICE = 4;

    private static final int TRIES = 20;
    private static final String COUNT = "c";

    private final DeviceTable devices;
    private final Table table;
    private final String partition;
    private final Clock clock;
    private int inScope;
    private @Nullable String etag;
    /** Where changes go that are written together with others; null when they are written at once. */
    private @Nullable Planned planned;

    EnrolledDevices(DeviceTable devices, Table table, String partition, boolean hasTakenOver, Clock clock) {
        this.devices = devices;
        this.table = table;
        this.partition = partition;
        this.clock = clock;
        Optional<Row> count = table.get(partition, COUNT);
        while (hasTakenOver && count.isPresent()) {
            Row same = Row.of(partition, COUNT, count.get().properties());
            if (Writes.replace(table, same, count.get().etag()).isPresent()) {
                count = table.get(partition, COUNT);
                break;
            }
            count = table.get(partition, COUNT);
        }
        this.inScope = count.map(row -> (int) row.number("inScope", 0)).orElse(0);
        this.etag = count.map(Row::etag).orElse(null);
    }

    /** How many devices are in scope, as the last run counted. */
    static int count(Table table, String partition) {
        return table.get(partition, COUNT)
                .map(row -> (int) row.number("inScope", 0))
                .orElse(0);
    }

    /** The row by which its directory object finds a device, if there is one. */
    static Optional<Row> objectRow(Table table, String partition, Device device) {
        return table.get(partition, objectKey(device.facts().objectId()));
    }

    private static String objectKey(String objectId) {
        return Keys.join("x", objectId);
    }

    static Optional<String> deviceOfIntune(Table table, String partition, String intuneId) {
        return table.get(partition, intuneKey(intuneId)).map(row -> row.requiredText("deviceId"));
    }

    /** The row by which its id in Intune finds a device, where it does not find another. */
    static Optional<Row> intuneRow(Table table, String partition, Device device) {
        String intuneId = device.facts().intuneId();
        return intuneId == null
                ? Optional.empty()
                : table.get(partition, intuneKey(intuneId))
                        .filter(row -> row.requiredText("deviceId").equals(device.deviceId()));
    }

    private static String intuneKey(String intuneId) {
        return Keys.join("i", intuneId.toLowerCase(Locale.ROOT));
    }

    private void addIntuneRow(DirectoryFacts facts, List<Change> changes) {
        if (facts.intuneId() != null) {
            Columns columns = Columns.ofRow().text("deviceId", facts.deviceId());
            changes.add(new Upsert(Row.of(partition, intuneKey(facts.intuneId()), columns.map()), Mode.REPLACE));
        }
    }

    private Row objectRow(DirectoryFacts facts) {
        Columns columns = Columns.ofRow().text("deviceId", facts.deviceId());
        return Row.of(partition, objectKey(facts.objectId()), columns.map());
    }

    private Row userRow(DirectoryFacts facts) {
        return Row.of(
                partition,
                Keys.join("w", facts.userId(), facts.deviceId()),
                Columns.ofRow().map());
    }

    @Override
    public Optional<Device> find(String deviceId) {
        return devices.readIn(partition, deviceId).map(Stored::device);
    }

    @Override
    public Optional<String> deviceIdOf(String objectId) {
        return table.get(partition, objectKey(objectId)).map(row -> row.requiredText("deviceId"));
    }

    @Override
    public List<String> devicesOf(String userId) {
        return Queries.rows(table, Table.Range.prefix(partition, Keys.prefix("w", userId)), Integer.MAX_VALUE).stream()
                .map(row -> Keys.split(row.key()).get(2))
                .toList();
    }

    @Override
    public int inScope() {
        return inScope;
    }

    @Override
    public DeviceRegister.Enrolled enroll(Collection<DirectoryFacts> facts, boolean areNew) {
        Result result = new Result();
        if (areNew) {
            enrollNew(facts, result);
        } else {
            together(facts, this::enrollOne, result);
        }
        return new DeviceRegister.Enrolled(
                result.arrived, result.contested, result.superseded, result.changed, result.unchanged);
    }

    private void enrollNew(Collection<DirectoryFacts> facts, Result result) {
        List<DirectoryFacts> some = new ArrayList<>();
        List<Change> changes = new ArrayList<>();
        for (DirectoryFacts device : facts) {
            if (changes.size() + ROWS_A_DEVICE >= TableRules.MAX_CHANGES) {
                addAll(some, changes, result);
                some.clear();
                changes.clear();
            }
            some.add(device);
            addNew(device, changes);
        }
        if (!some.isEmpty()) {
            addAll(some, changes, result);
        }
    }

    private static final class Result {
        private final List<String> arrived = new ArrayList<>();
        private final List<String> contested = new ArrayList<>();
        private final List<String> superseded = new ArrayList<>();
        private int changed;
        private int unchanged;
        private int left;

        private void add(Result other) {
            arrived.addAll(other.arrived);
            contested.addAll(other.contested);
            superseded.addAll(other.superseded);
            changed += other.changed;
            unchanged += other.unchanged;
            left += other.left;
        }
    }

    /** All at once, or device by device when some of them are there: after a crash in the middle of an earlier try. */
    private void addAll(List<DirectoryFacts> some, List<Change> changes, Result result) {
        if (transact(changes, some.size())) {
            some.forEach(facts -> result.arrived.add(facts.deviceId()));
        } else {
            together(some, this::enrollOne, result);
        }
    }

    /** What is to be written of some devices, and what comes of it. */
    private static final class Planned {
        private final List<Change> changes = new ArrayList<>();
        private final Result result = new Result();
        private int moreInScope;

        private void add(Planned other) {
            changes.addAll(other.changes);
            result.add(other.result);
            moreInScope += other.moreInScope;
        }
    }

    /**
     * Does something of each device; what they write is written together, as much as fits into a transaction. Where one of
     * them was changed by somebody else meanwhile, those of its transaction are done anew, each alone.
     */
    private <T> void together(Collection<T> things, BiConsumer<T, Result> work, Result result) {
        List<T> some = new ArrayList<>();
        Planned all = new Planned();
        for (T thing : things) {
            Planned one = plan(thing, work);
            if (all.changes.size() + one.changes.size() >= TableRules.MAX_CHANGES) {
                write(some, all, work, result);
                some.clear();
                all = new Planned();
            }
            some.add(thing);
            all.add(one);
        }
        write(some, all, work, result);
    }

    private <T> Planned plan(T thing, BiConsumer<T, Result> work) {
        Planned one = new Planned();
        planned = one;
        try {
            work.accept(thing, one.result);
        } finally {
            planned = null;
        }
        return one;
    }

    private <T> void write(List<T> some, Planned all, BiConsumer<T, Result> work, Result result) {
        if (all.changes.isEmpty() || transact(all.changes, all.moreInScope)) {
            result.add(all.result);
        } else {
            some.forEach(thing -> work.accept(thing, result));
        }
    }

    private void addNew(DirectoryFacts facts, List<Change> changes) {
        changes.add(new Insert(DeviceRows.row(partition, Device.pending(facts))));
        changes.add(new Upsert(objectRow(facts), Mode.REPLACE));
        changes.add(new Upsert(userRow(facts), Mode.REPLACE));
        addIntuneRow(facts, changes);
    }

    private void enrollOne(DirectoryFacts facts, Result result) {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Optional<Stored> stored = devices.readIn(partition, facts.deviceId());
            List<Change> changes = new ArrayList<>();
            if (stored.isEmpty()) {
                addNew(facts, changes);
                if (transact(changes, 1)) {
                    result.arrived.add(facts.deviceId());
                    return;
                }
                continue;
            }
            Device before = stored.get().device();
            if (!before.facts().userId().equals(facts.userId())) {
                result.contested.add(facts.deviceId());
                return;
            }
            DirectoryFacts known = facts.after(before.facts());
            if (before.isInScope() && before.facts().equals(known)) {
                result.unchanged++;
                return;
            }
            if (before.isSuperseded() && before.facts().userId().equals(facts.userId())) {
                result.superseded.add(facts.deviceId());
                return;
            }
            Device after = before.isInScope() ? before.withFacts(known) : before.returned(known);
            if (write(stored.get(), after, before.isInScope() ? 0 : 1)) {
                if (before.isInScope()) {
                    result.changed++;
                } else {
                    result.arrived.add(facts.deviceId());
                }
                return;
            }
        }
        throw tooMany(facts.deviceId());
    }

    @Override
    public void handOver(DirectoryFacts facts) {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Optional<Stored> stored = devices.readIn(partition, facts.deviceId());
            if (stored.isEmpty()
                    || stored.get().device().facts().userId().equals(facts.userId())
                    || write(
                            stored.get(),
                            stored.get()
                                    .device()
                                    .handedOver(
                                            facts.after(stored.get().device().facts())),
                            0)) {
                return;
            }
        }
        throw tooMany(facts.deviceId());
    }

    @Override
    public boolean supersede(String deviceId, String by) {
        Result result = new Result();
        depart(deviceId, device -> device.superseded(clock.instant(), by), result);
        return result.left > 0;
    }

    @Override
    public void comeBack(DirectoryFacts facts) {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Optional<Stored> stored = devices.readIn(partition, facts.deviceId());
            if (stored.isEmpty()
                    || stored.get().device().isInScope()
                    || write(
                            stored.get(),
                            stored.get()
                                    .device()
                                    .returned(facts.after(stored.get().device().facts())),
                            1)) {
                return;
            }
        }
        throw tooMany(facts.deviceId());
    }

    @Override
    public int leave(Collection<String> deviceIds, boolean isDeleted) {
        Result result = new Result();
        together(
                new LinkedHashSet<>(deviceIds),
                (deviceId, one) -> depart(deviceId, device -> device.departed(clock.instant(), isDeleted), one),
                result);
        return result.left;
    }

    private void depart(String deviceId, UnaryOperator<Device> departure, Result result) {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Optional<Stored> stored = devices.readIn(partition, deviceId);
            if (stored.isEmpty() || !stored.get().device().isInScope()) {
                return;
            }
            if (write(stored.get(), departure.apply(stored.get().device()), -1)) {
                result.left++;
                return;
            }
        }
        throw tooMany(deviceId);
    }

    @Override
    public void findBy(String intuneId, String deviceId) {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Optional<Stored> stored = devices.readIn(partition, deviceId)
                    .filter(found -> found.device().isInScope());
            if (stored.isEmpty()
                    || !intuneId.equals(stored.get().device().facts().intuneId())
                    || intuneRow(table, partition, stored.get().device()).isPresent()) {
                return;
            }
            List<Change> changes = new ArrayList<>();
            // The device's own row too, as it is: its ETag says that the id is still this one.
            changes.add(new Update(
                    DeviceRows.row(partition, stored.get().device()),
                    Mode.REPLACE,
                    stored.get().etag()));
            addIntuneRow(stored.get().device().facts(), changes);
            if (transact(changes, 0)) {
                return;
            }
        }
        throw tooMany(deviceId);
    }

    @Override
    public void keepApps(List<AppRegistration> apps) {
        List<Change> changes = new ArrayList<>();
        for (AppRegistration app : apps) {
            Row row = AppRows.row(partition, app);
            boolean isSame = table.get(partition, row.key())
                    .filter(known -> AppRows.app(known).equals(AppRows.app(row)))
                    .isPresent();
            if (!isSame) {
                changes.add(new Upsert(row, Mode.REPLACE));
            }
        }
        if (!changes.isEmpty()) {
            transact(changes, 0);
        }
    }

    @Override
    public void forgetApps(Predicate<AppRegistration> isGone) {
        List<Change> changes = new ArrayList<>();
        for (Row row : Queries.rows(table, AppRows.all(partition), Integer.MAX_VALUE)) {
            if (isGone.test(AppRows.app(row))) {
                changes.add(new Delete(row, null));
            }
            if (changes.size() == TableRules.MAX_CHANGES - 1) {
                transact(changes, 0);
                changes.clear();
            }
        }
        if (!changes.isEmpty()) {
            transact(changes, 0);
        }
    }

    /** Writes a device that was read, and the rows that lead to it as they are to be then. */
    private boolean write(Stored stored, Device after, int moreInScope) {
        return transact(changes(stored, after), moreInScope);
    }

    /** What makes the device this one, and the rows that lead to it. */
    List<Change> changes(Stored stored, Device after) {
        Device before = stored.device();
        List<Change> changes = new ArrayList<>();
        changes.add(new Update(DeviceRows.row(partition, after), Mode.REPLACE, stored.etag()));
        boolean isSameUser = before.facts().userId().equals(after.facts().userId());
        if (before.isInScope() && (!after.isInScope() || !isSameUser)) {
            Row row = userRow(before.facts());
            table.get(partition, row.key()).ifPresent(found -> changes.add(new Delete(row, null)));
        }
        if (after.isInScope() && (!before.isInScope() || !isSameUser)) {
            changes.add(new Upsert(userRow(after.facts()), Mode.REPLACE));
        }
        if (!before.facts().objectId().equals(after.facts().objectId())) {
            changes.add(new Upsert(objectRow(after.facts()), Mode.REPLACE));
        }
        if (!Objects.equals(before.facts().intuneId(), after.facts().intuneId())) {
            // A former id goes on finding it: whoever knows the device by that would know nothing else, and Intune
            // gives
            // it to no other device.
            addIntuneRow(after.facts(), changes);
        }
        DeviceChanges.addThreats(
                table, partition, before, after, after.threats().keySet(), changes);
        WatchRows.move(table, partition, before, after, changes);
        if (after.mayBeToldOtherwiseThan(before) || (!after.isInScope() && before.isInScope())) {
            changes.add(devices.markOf(partition, after.deviceId()));
        }
        return changes;
    }

    /**
     * Everything or nothing; later, with others, where that is planned.
     *
     * @return false when a device was changed by somebody else
     * @throws JobContext.LeaseLostException when another run has taken over
     */
    private boolean transact(List<Change> some, int moreInScope) {
        if (planned != null) {
            planned.changes.addAll(some);
            planned.moreInScope += moreInScope;
            return true;
        }
        List<Change> all = new ArrayList<>();
        Row count = Row.of(
                partition,
                COUNT,
                Columns.ofRow().number("inScope", inScope + moreInScope).map());
        all.add(etag == null ? new Insert(count) : new Update(count, Mode.REPLACE, etag));
        all.addAll(some);
        try {
            etag = table.transact(all).get(0);
            inScope += moreInScope;
            return true;
        } catch (ConflictException e) {
            if (e.index() == 0) {
                throw new JobContext.LeaseLostException();
            }
            return false;
        }
    }

    private static IllegalStateException tooMany(String deviceId) {
        return new IllegalStateException("Device " + deviceId + " is changed by too many at once");
    }
}
