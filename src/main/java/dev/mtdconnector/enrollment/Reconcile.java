package dev.mtdconnector.enrollment;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.device.Device;
import dev.mtdconnector.enrollment.Directory.OwnedDevice;
import dev.mtdconnector.enrollment.DirectoryChanges.Position;
import dev.mtdconnector.enrollment.EnrollmentLedger.Page;
import dev.mtdconnector.enrollment.EnrollmentState.Reconciling;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
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

    /**
     * A few pages, if a pass is due or under way; all of them when changes were missed.
     *
     * @return false when the rest is for another message
     */
    boolean slice() {
        Reconciling now = step.book().state().reconcile();
        if (now.isUrgent()) {
            return catchUp(now);
        }
        someOf(now);
        return true;
    }

    private void someOf(Reconciling now) {
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
     * A whole pass, over as many messages as it takes. What the directory no longer has was deleted while nobody looked.
     *
     * @return whether it is through
     */
    private boolean catchUp(Reconciling from) {
        SeenDevices seen = new SeenDevices();
        step.book().staged().forEach(seen::decode);
        int staged = seen.size();
        Reconciling now = from.link() == null ? new Reconciling(null, step.now(), 0, true) : from;
        boolean isComplete = false;
        while (!isComplete) {
            // After a lost link: what was seen is there still, or its deletion is followed.
            Position position = read(now.link(), new Devices(seen::add));
            now = new Reconciling(position.link(), now.startedAt(), now.pages() + 1, true);
            isComplete = position.isComplete();
            boolean isOver = !isComplete && step.isOver();
            if (isOver || seen.size() - staged >= step.limits().wordsARow()) {
                stage(now, seen.encode(staged));
                staged = seen.size();
            }
            if (isOver) {
                return false;
            }
        }
        seen.settle();
        letGoUnless(seen);
        Reconciling through = new Reconciling(null, now.startedAt(), now.pages(), false);
        if (staged == 0) {
            note(through);
        } else {
            write(through, 0, page -> page.droppingStaged());
        }
        return true;
    }

    private void stage(Reconciling now, byte[] more) {
        write(now, step.book().state().staged() + 1, page -> page.staging(more));
    }

    private void write(Reconciling now, int staged, UnaryOperator<Page> with) {
        EnrollmentState state = enroller.tallied(step.book().state()).with(now).withStaged(staged);
        step.book().write(with.apply(new Page(step.counted(state), step.book().graph())));
    }

    /** Devices that came while the pass went on may be in none of its pages: only what is not found is gone. */
    private void letGoUnless(SeenDevices seen) {
        Map<String, String> missing = new TreeMap<>();
        step.eachDeviceInScope(deviceId -> {
            if (!seen.contains(deviceId)) {
                step.devices()
                        .find(deviceId)
                        .ifPresent(
                                device -> missing.put(deviceId, device.facts().objectId()));
            }
        });
        if (!missing.isEmpty()) {
            step.directory().ownersOf(List.copyOf(missing.values()), device -> missing.remove(device.deviceId()));
        }
        missing.keySet().forEach(enroller::letGoOrHold);
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
