package dev.mtdconnector.storage;

import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.DeviceStore.Step;
import dev.mtdconnector.device.DeviceStore.Taken;
import dev.mtdconnector.device.TraceEntry;
import dev.mtdconnector.storage.Change.Delete;
import dev.mtdconnector.storage.Change.Mode;
import dev.mtdconnector.storage.Change.Update;
import dev.mtdconnector.storage.Change.Upsert;
import dev.mtdconnector.storage.DeviceTable.Stored;
import dev.mtdconnector.threat.Exposure;
import dev.mtdconnector.threat.Threat;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Changes of one device: read once, applied one after the other, and written in transactions that each hold as many of them
 * as fit. When somebody else wrote meanwhile, what is not written yet is applied to what is there then.
 */
final class DeviceChanges {

    private static final int TRIES = 20;

    /** The device's own row, its mark, its exposure, that a threat is silenced, and where its last check-in is noted: two when that moves. */
    private static final int OTHER_ROWS = 6;

    private final DeviceTable devices;
    private final Table table;
    private final String partition;
    private final String deviceId;
    private final UnaryOperator<Device> silencing;
    private final List<Boolean> changed = new ArrayList<>();
    private boolean isMarked;

    /**
     * @param silencing what the allow list makes of a device whose threats changed
     */
    DeviceChanges(
            DeviceTable devices, Table table, String partition, String deviceId, UnaryOperator<Device> silencing) {
        this.devices = devices;
        this.table = table;
        this.partition = partition;
        this.deviceId = deviceId;
        this.silencing = silencing;
    }

    Optional<Taken> take(List<Step> steps, BooleanSupplier isOutstanding) {
        @Nullable Device first = null;
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Optional<Stored> stored = devices.readIn(partition, deviceId);
            if (stored.isEmpty()) {
                return Optional.empty();
            }
            first = first == null ? stored.get().device() : first;
            Device last = takeFrom(stored.get(), steps);
            if (last != null) {
                return Optional.of(new Taken(first, last, isMarked || isOutstanding.getAsBoolean(), changed));
            }
        }
        throw new IllegalStateException("Device " + deviceId + " is changed by too many at once");
    }

    /** The device after the last step, or null when somebody else wrote first. */
    private @Nullable Device takeFrom(Stored stored, List<Step> steps) {
        Device before = stored.device();
        String etag = stored.etag();
        while (changed.size() < steps.size()) {
            Slice slice = new Slice(before);
            int next = changed.size();
            while (next < steps.size() && slice.takes(steps.get(next))) {
                next++;
            }
            if (!slice.after.equals(before)) {
                if (slice.linesByKey.keySet().stream().anyMatch(TraceDays::isCountedAt)) {
                    TraceDays.trim(table, partition, deviceId);
                }
                Optional<List<@Nullable String>> etags = Writes.tryTransact(table, changes(before, slice, etag));
                if (etags.isEmpty()) {
                    return null;
                }
                etag = String.valueOf(etags.get().get(0));
                isMarked |= slice.after.mayBeToldOtherwiseThan(before);
            }
            changed.addAll(slice.taken);
            before = slice.after;
        }
        return before;
    }

    private List<Change> changes(Device before, Slice slice, String etag) {
        Device after = slice.after;
        List<Change> changes = new ArrayList<>();
        changes.add(new Update(DeviceRows.row(partition, after), Mode.REPLACE, etag));
        addThreats(table, partition, before, after, slice.threats, changes);
        if (after.mayBeToldOtherwiseThan(before)) {
            changes.add(devices.markOf(partition, deviceId));
        }
        WatchRows.move(table, partition, before, after, changes);
        slice.linesByKey.values().forEach(line -> changes.add(new Upsert(line, Mode.REPLACE)));
        slice.days().forEach(day -> changes.add(new Upsert(day, Mode.REPLACE)));
        return changes;
    }

    /** The rows of those of these threats that differ, and of what the open ones amount to. */
    static void addThreats(
            Table table, String partition, Device before, Device after, Set<String> guids, List<Change> changes) {
        String deviceId = after.deviceId();
        for (String guid : guids) {
            Threat threat = after.threats().get(guid);
            if (threat != null && !threat.equals(before.threats().get(guid))) {
                changes.add(new Upsert(DeviceRows.row(partition, deviceId, threat), Mode.REPLACE));
            } else if (threat == null && before.threats().containsKey(guid)) {
                changes.add(new Delete(Row.of(partition, DeviceRows.threatKey(deviceId, guid), Map.of()), null));
            }
        }
        Exposure exposure = Exposure.of(after.threats().values());
        Exposure known = Exposure.of(before.threats().values());
        if (exposure.isNone() && !known.isNone()) {
            table.get(partition, TraceRows.exposureKey(deviceId)).ifPresent(row -> changes.add(new Delete(row, null)));
        } else if (!exposure.equals(known)) {
            changes.add(new Upsert(TraceRows.exposure(partition, deviceId, exposure), Mode.REPLACE));
        }
        if (after.hasSilenced() && !before.hasSilenced()) {
            changes.add(new Upsert(TraceRows.silenced(partition, deviceId), Mode.REPLACE));
        } else if (before.hasSilenced() && !after.hasSilenced()) {
            table.get(partition, TraceRows.silencedKey(deviceId)).ifPresent(row -> changes.add(new Delete(row, null)));
        }
    }

    /** As many steps as one transaction can hold. */
    private final class Slice {
        private final Set<String> threats = new TreeSet<>();
        private final Map<String, Row> linesByKey = new TreeMap<>();
        private final List<Boolean> taken = new ArrayList<>();
        private Device after;

        private Slice(Device before) {
            this.after = before;
        }

        private Set<Row> days() {
            return linesByKey.values().stream().map(TraceDays::of).collect(Collectors.toSet());
        }

        private boolean takes(Step step) {
            Device changed = step.change().apply(after);
            Device next = changed.threats().equals(after.threats()) ? changed : silencing.apply(changed);
            if (next.equals(after)) {
                taken.add(false);
                return true;
            }
            Set<String> touched = touched(after.threats(), next.threats());
            touched.addAll(threats);
            TraceEntry why = step.why().of(after, next);
            Row line = why == null ? null : TraceRows.row(partition, deviceId, why);
            // Nearly always there is one day; with the next line there is at most one more.
            int rows = OTHER_ROWS + touched.size() + linesByKey.size() + days().size() + (line == null ? 0 : 2);
            if (rows > TableRules.MAX_CHANGES && !taken.isEmpty()) {
                return false;
            }
            if (line != null) {
                linesByKey.put(line.key(), line);
            }
            threats.addAll(touched);
            taken.add(true);
            after = next;
            return true;
        }
    }

    private static Set<String> touched(Map<String, Threat> before, Map<String, Threat> after) {
        Set<String> touched = new TreeSet<>();
        if (before.equals(after)) {
            return touched;
        }
        after.forEach((guid, threat) -> {
            if (!threat.equals(before.get(guid))) {
                touched.add(guid);
            }
        });
        before.keySet().stream().filter(guid -> !after.containsKey(guid)).forEach(touched::add);
        return touched;
    }
}
