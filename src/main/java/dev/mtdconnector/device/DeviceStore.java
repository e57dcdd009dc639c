package dev.mtdconnector.device;

import dev.mtdconnector.threat.Exposure;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps devices with their threats, and for each whether Intune may have to be told something: an outstanding device.
 * One write changes a device, its threats and that mark together.
 */
public interface DeviceStore {

    Optional<Device> find(String tenantId, String deviceId);

    /** The device that Intune knows by this id of a managed device, where enrollment has learnt that. A point read. */
    Optional<String> byIntuneId(String tenantId, String intuneId);

    /** True when the device waits to be looked at by the publisher. */
    boolean isOutstanding(String tenantId, String deviceId);

    /**
     * Reads the device, applies the change, and writes what differs; again from the start when somebody else wrote
     * meanwhile. The device becomes outstanding when what Intune must be told may have changed. Nothing is written when
     * nothing differs.
     *
     * @param change pure: it may be applied several times
     * @return what was before and after, or empty when there is no such device
     */
    default Optional<Changed> change(String tenantId, String deviceId, UnaryOperator<Device> change) {
        return change(tenantId, deviceId, change, null);
    }

    /**
     * The same, and a line in the device's trace together with it.
     *
     * @param why not written when nothing differs
     */
    default Optional<Changed> change(
            String tenantId, String deviceId, UnaryOperator<Device> change, @Nullable TraceEntry why) {
        return changeWithReason(tenantId, deviceId, change, (before, after) -> why);
    }

    /** The same, with a line that depends on what the change does. */
    default Optional<Changed> changeWithReason(
            String tenantId, String deviceId, UnaryOperator<Device> change, Why why) {
        return changeEach(tenantId, deviceId, List.of(new Step(change, why)))
                .map(taken -> new Changed(taken.before(), taken.after(), taken.outstanding()));
    }

    /**
     * Several changes of one device that came together, in this order: as by {@link #change} each, with a line of the trace
     * for each that changes something, in as few transactions as they fit into. A failure may leave the first ones done.
     *
     * @return empty when there is no such device
     */
    Optional<Taken> changeEach(String tenantId, String deviceId, List<Step> steps);

    /** The latest lines of the device's trace, newest first. */
    default List<TraceEntry> trace(String tenantId, String deviceId, int limit) {
        return trace(tenantId, deviceId, limit, null).lines();
    }

    /** A page of the device's trace, newest first. {@code cursor} is null for the first, else that of the page before. */
    TracePage trace(String tenantId, String deviceId, int limit, @Nullable String cursor);

    /** {@code next} is null on the last page. */
    record TracePage(List<TraceEntry> lines, @Nullable String next) {
        public TracePage {
            lines = List.copyOf(lines);
        }
    }

    /** Every device with open threats that count for its level; costs what these are, not what devices there are. */
    default void eachExposed(String tenantId, BiConsumer<String, Exposure> devices) {
        @Nullable String cursor = null;
        do {
            ExposedPage page = exposed(tenantId, MOST_EXPOSED, cursor);
            page.devices().forEach(one -> devices.accept(one.deviceId(), one.exposure()));
            cursor = page.next();
        } while (cursor != null);
    }

    /**
     * A page of them by id.
     *
     * @param limit at most {@link #MOST_EXPOSED}
     * @param cursor null for the first, else that of the page before
     */
    ExposedPage exposed(String tenantId, int limit, @Nullable String cursor);

    int MOST_EXPOSED = 1000;

    /** A device and what its open threats amount to. */
    record Exposed(String deviceId, Exposure exposure) {}

    /** {@code next} is null on the last page; a page may be empty and yet not the last. */
    record ExposedPage(List<Exposed> devices, @Nullable String next) {
        public ExposedPage {
            devices = List.copyOf(devices);
        }
    }

    /** A page of devices by id. {@code cursor} is null for the first, else that of the page before. */
    Page list(String tenantId, int limit, @Nullable String cursor);

    /** {@code next} is null on the last page. */
    record Page(List<Device> devices, @Nullable String next) {
        public Page {
            devices = List.copyOf(devices);
        }
    }

    /**
     * One of several changes.
     *
     * @param change pure: it may be applied several times
     */
    record Step(UnaryOperator<Device> change, Why why) {}

    /** The line of the trace for a change that was made; null for none. */
    @FunctionalInterface
    interface Why {
        @Nullable
        TraceEntry of(Device before, Device after);
    }

    /**
     * @param changed for each step whether it changed anything
     */
    record Taken(Device before, Device after, boolean outstanding, List<Boolean> changed) {
        public Taken {
            changed = List.copyOf(changed);
        }
    }

    /**
     * @param outstanding true when the device waits for the publisher after the change, whether for this change or an
     *     earlier one
     */
    record Changed(Device before, Device after, boolean outstanding) {}
}
