package dev.mtdconnector.enrollment;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.device.Device;
import dev.mtdconnector.enrollment.Directory.OwnedDevice;
import dev.mtdconnector.enrollment.DirectoryChanges.Position;
import dev.mtdconnector.enrollment.EnrollmentState.Reconciling;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Sees every device of the directory at least once a day, some pages at each poll: owner changes are in no delta query, and
 * whatever else went unseen is found here too.
 */
final class Reconcile {

    /** From the start of one pass to the start of the next. */
    static final Duration EVERY = Duration.ofHours(12);

    /** Within this time a pass should be through. */
    private static final Duration SPREAD = Duration.ofHours(8);

    private final SyncStep step;
    private final DeviceEnroller enroller;

    Reconcile(SyncStep step, DeviceEnroller enroller) {
        this.step = step;
        this.enroller = enroller;
    }

    /** A few pages, if a pass is due or under way. */
    void slice() {
        Reconciling now = step.book().state().reconcile();
        Instant startedAt = now.startedAt();
        boolean isDue = startedAt == null || !step.now().isBefore(startedAt.plus(EVERY));
        if (now.link() == null && !isDue) {
            return;
        }
        int budget = pagesAtOnce(now);
        Reconciling next = now.link() == null ? new Reconciling(null, step.now(), 0) : now;
        for (int page = 0; page < budget && !step.isOver(); page++) {
            Devices devices = new Devices();
            Position position;
            try {
                position = step.directory().allDevices(next.link(), devices::add);
            } catch (UpstreamException e) {
                if (e.kind() != UpstreamException.Kind.GONE || next.link() == null) {
                    throw e;
                }
                next = new Reconciling(null, next.startedAt(), 0);
                continue;
            }
            devices.end();
            enroller.write();
            next = new Reconciling(position.isComplete() ? null : position.link(), next.startedAt(), next.pages() + 1);
            step.checkpoint();
            if (position.isComplete()) {
                break;
            }
        }
        EnrollmentState state = enroller.tallied(step.book().state()).with(next);
        step.book().note(step.counted(state));
    }

    private int pagesAtOnce(Reconciling now) {
        int polls = (int) Math.max(1, SPREAD.toMinutes() / step.connector().pollMinutes());
        int expected = Math.max(now.pages(), step.devices().inScope() / 20);
        return expected / polls + 1;
    }

    /** Takes what a page says: the owners of a device come one after the other. */
    private final class Devices {

        private final List<OwnedDevice> owners = new ArrayList<>();

        void add(OwnedDevice device) {
            if (!owners.isEmpty() && !owners.get(0).deviceId().equals(device.deviceId())) {
                end();
            }
            owners.add(device);
        }

        void end() {
            if (owners.isEmpty()) {
                return;
            }
            List<OwnedDevice> counting = owners.stream()
                    .filter(device -> !device.userId().isEmpty() && step.isInScope(device.userId()))
                    .toList();
            Optional<Device> known =
                    step.devices().find(owners.get(0).deviceId()).filter(Device::isInScope);
            if (!counting.isEmpty()) {
                counting.forEach(enroller::collect);
            } else {
                known.filter(device -> !step.isHeld(device.facts().userId()))
                        .ifPresent(device -> enroller.letGoOrHold(device.deviceId()));
            }
            owners.clear();
        }
    }
}
