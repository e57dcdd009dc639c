package dev.mtdconnector.enrollment;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.device.Device;
import dev.mtdconnector.enrollment.Directory.OwnedDevice;
import dev.mtdconnector.enrollment.DirectoryChanges.Position;
import dev.mtdconnector.enrollment.EnrollmentState.Reconciling;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

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

    /** A few pages, if a pass is due or under way; all of them when changes were missed. */
    void slice() {
        Reconciling now = step.book().state().reconcile();
        if (now.isUrgent()) {
            catchUp();
            return;
        }
        Instant startedAt = now.startedAt();
        if (startedAt == null) {
            // The first sync has just seen everything.
            step.book().note(step.book().state().with(new Reconciling(null, step.now(), 0, false)));
            return;
        }
        if (now.link() == null && step.now().isBefore(startedAt.plus(EVERY))) {
            return;
        }
        Reconciling next = now.link() == null ? new Reconciling(null, step.now(), 0, false) : now;
        int budget = pagesAtOnce(now);
        for (int page = 0; page < budget && !step.isOver(); page++) {
            Position position = read(next.link(), new Devices(deviceId -> {}));
            if (isLost(position)) {
                // The next poll begins the pass anew: it would else be hours late.
                next = new Reconciling(null, step.now().minus(EVERY), now.pages(), false);
                break;
            }
            next = new Reconciling(
                    position.isComplete() ? null : position.link(), next.startedAt(), next.pages() + 1, false);
            if (position.isComplete()) {
                break;
            }
        }
        note(next);
    }

    /**
     * A whole pass at once. What the directory no longer has was deleted while nobody looked. Cut off, it begins anew.
     */
    private void catchUp() {
        Set<String> seen = new HashSet<>();
        Instant startedAt = step.now();
        @Nullable String link = null;
        int pages = 0;
        boolean isComplete = false;
        while (!isComplete) {
            Position position = read(link, new Devices(seen::add));
            link = position.link();
            isComplete = position.isComplete();
            pages++;
        }
        List<String> gone = new ArrayList<>();
        step.eachDeviceInScope(deviceId -> {
            if (!seen.contains(deviceId)) {
                gone.add(deviceId);
            }
        });
        gone.forEach(enroller::letGoOrHold);
        note(new Reconciling(null, startedAt, pages, false));
    }

    private Position read(@Nullable String link, Devices devices) {
        Position position;
        try {
            position = step.directory().allDevices(link, devices::add);
        } catch (UpstreamException e) {
            step.book().note(SyncStep.beginningAnew(step.book().state(), SyncStep.RECONCILE, link, e));
            return new Position(null, false);
        }
        devices.end();
        enroller.write();
        step.checkpoint();
        return position;
    }

    private static boolean isLost(Position position) {
        return position.link() == null && !position.isComplete();
    }

    private void note(Reconciling next) {
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
        private final Consumer<String> seen;

        private Devices(Consumer<String> seen) {
            this.seen = seen;
        }

        void add(OwnedDevice device) {
            if (!owners.isEmpty() && !owners.get(0).deviceId().equals(device.deviceId())) {
                end();
            }
            owners.add(device);
            seen.accept(device.deviceId());
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
                boolean isLeftBehind = known.filter(device -> enroller.isLeftBehind(device, owners.get(0)))
                        .isPresent();
                if (!isLeftBehind) {
                    counting.forEach(enroller::collect);
                }
            } else {
                enroller.forgetLeftOut(owners.get(0).deviceId());
                known.filter(device -> !step.isHeld(device.facts().userId()))
                        .ifPresent(device -> enroller.letGoOrHold(device.deviceId()));
            }
            owners.clear();
        }
    }
}
