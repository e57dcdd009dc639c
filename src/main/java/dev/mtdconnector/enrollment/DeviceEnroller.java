package dev.mtdconnector.enrollment;

import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.Device.DirectoryFacts;
import dev.mtdconnector.device.Latecomers;
import dev.mtdconnector.device.Platform;
import dev.mtdconnector.device.UnsupportedDevices;
import dev.mtdconnector.device.UnsupportedDevices.Unsupported;
import dev.mtdconnector.enrollment.Directory.OwnedDevice;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Brings devices of users in scope into the register, and those that no agent can protect into a list apart. Of a device
 * with several owners in scope the one with the lowest id counts, so that it is the same at every sync.
 */
final class DeviceEnroller {

    /** Devices that are collected before they are written. */
    private static final int AT_ONCE = 500;

    private final SyncStep step;
    private final SupportRules supportRules;
    private final UnsupportedDevices unsupported;
    private final Latecomers latecomers;
    private final Map<String, OwnedDevice> collected = new TreeMap<>();
    private final boolean isFirst;
    private final boolean areAnyLeftOut;
    private final boolean areAnyLate;
    private final List<Unsupported> newlyLeftOut = new ArrayList<>();
    private boolean areMostNew;
    private int added;
    private int changed;
    private int unchanged;
    private int leftOut;
    private boolean hasOutstanding;

    DeviceEnroller(SyncStep step, SupportRules supportRules, UnsupportedDevices unsupported, Latecomers latecomers) {
        this.step = step;
        this.supportRules = supportRules;
        this.unsupported = unsupported;
        this.latecomers = latecomers;
        this.isFirst = step.devices().inScope() == 0;
        // A pass over all devices that goes on in another message finds what it found before: new ones, mostly.
        this.areMostNew = isFirst || step.book().state().ownersLink() != null;
        this.areAnyLeftOut = !unsupported.list(step.tenantId(), 1).isEmpty();
        this.areAnyLate = latecomers.areAny(step.tenantId());
    }

    /** Looks for the devices of these users and enrolls them. */
    void enrollDevicesOf(List<String> userIds) {
        areMostNew = true;
        step.directory().devicesOf(userIds, this::collect);
        write();
        areMostNew = isFirst;
    }

    /** A device of a user in scope, to be enrolled with the next {@link #write} at the latest. */
    void collect(OwnedDevice device) {
        collected.merge(device.deviceId(), device, (a, b) -> a.userId().compareTo(b.userId()) <= 0 ? a : b);
        if (collected.size() >= AT_ONCE) {
            write();
        }
    }

    /** Enrolls what was collected. */
    void write() {
        List<DirectoryFacts> supported = new ArrayList<>();
        for (OwnedDevice device : collected.values()) {
            Optional<String> reason = supportRules.unsupportedReason(device);
            Optional<DirectoryFacts> facts = factsOf(device);
            if (facts.isPresent() && reason.isEmpty()) {
                supported.add(facts.get());
            } else {
                leaveOut(device, reason.orElse("platform"));
            }
        }
        collected.clear();
        writeLeftOut();
        if (!supported.isEmpty()) {
            DeviceRegister.Enrolled enrolled = step.devices().enroll(supported, areMostNew);
            areMostNew = areMostNew && enrolled.arrived().size() > supported.size() / 2;
            enrolled.arrived().forEach(this::arrived);
            hasOutstanding |= !isFirst && !enrolled.arrived().isEmpty();
            added += enrolled.arrived().size();
            changed += enrolled.changed();
            unchanged += enrolled.unchanged();
            settleContested(enrolled.contested());
        }
        step.checkpoint();
    }

    /**
     * Devices that are in scope for somebody else than was found just now: who owns them decides. Where the known user is
     * still an owner the device stays with them.
     */
    private void settleContested(List<String> deviceIds) {
        Map<String, Device> known = new TreeMap<>();
        for (String deviceId : deviceIds) {
            step.devices().find(deviceId).ifPresent(device -> known.put(deviceId, device));
        }
        Map<String, OwnedDevice> owners = new TreeMap<>();
        List<String> objectIds =
                known.values().stream().map(device -> device.facts().objectId()).toList();
        if (!objectIds.isEmpty()) {
            step.directory().ownersOf(objectIds, device -> {
                if (step.isInScope(device.userId())) {
                    Device before = known.get(device.deviceId());
                    owners.merge(device.deviceId(), device, (a, b) -> preferred(before, a, b));
                }
            });
        }
        owners.values().forEach(device -> factsOf(device).ifPresent(this::settle));
    }

    private void settle(DirectoryFacts facts) {
        boolean isSame = step.devices()
                .find(facts.deviceId())
                .filter(device -> device.facts().userId().equals(facts.userId()))
                .isPresent();
        if (isSame) {
            unchanged++;
        } else {
            step.devices().handOver(facts);
            hasOutstanding = true;
            changed++;
        }
    }

    private static OwnedDevice preferred(@Nullable Device known, OwnedDevice a, OwnedDevice b) {
        if (known != null && known.facts().userId().equals(a.userId())) {
            return a;
        }
        if (known != null && known.facts().userId().equals(b.userId())) {
            return b;
        }
        return a.userId().compareTo(b.userId()) <= 0 ? a : b;
    }

    /** A device that was enrolled and is no longer supported leaves; what is left out is listed. */
    private void leaveOut(OwnedDevice device, String reason) {
        Unsupported listed = new Unsupported(
                device.deviceId(),
                device.objectId(),
                device.displayName(),
                device.operatingSystem(),
                device.operatingSystemVersion(),
                device.userId(),
                device.userPrincipalName(),
                reason);
        if (!areAnyLeftOut
                || !unsupported.find(step.tenantId(), device.deviceId()).equals(Optional.of(listed))) {
            newlyLeftOut.add(listed);
        }
    }

    private void writeLeftOut() {
        unsupported.replace(step.tenantId(), newlyLeftOut);
        if (!isFirst) {
            step.devices()
                    .leave(newlyLeftOut.stream().map(Unsupported::deviceId).toList(), false);
        }
        leftOut += newlyLeftOut.size();
        newlyLeftOut.clear();
    }

    /** Devices that were left out and whose user left, or that were deleted, are no longer listed. */
    void forgetLeftOut(Predicate<Unsupported> isGone) {
        if (areAnyLeftOut) {
            unsupported.removeIf(step.tenantId(), isGone);
        }
    }

    /** Lets a single device go, or has an administrator asked where the safety cap is reached. */
    void letGoOrHold(String deviceId) {
        EnrollmentLedger.Book book = step.book();
        EnrollmentState state = book.state();
        if (book.isHeld(EnrollmentLedger.Held.device(deviceId, 0))) {
            return;
        }
        int inScope = step.devices().inScope();
        if (state.cap().allowance(step.connector().safetyCapPercent(), inScope, step.now()) == 0) {
            EnrollmentState holding = step.counted(state.holding(1));
            book.write(new EnrollmentLedger.Page(holding, book.graph())
                    .holding(EnrollmentLedger.Held.device(deviceId, holding.holdSet())));
            return;
        }
        int left = letGo(List.of(deviceId));
        book.note(state.withCap(state.cap().removing(left, inScope, step.now()))
                .withTally(state.tally().left(left, 0)));
    }

    /** Lets devices go that left. */
    int letGo(Collection<String> deviceIds) {
        int left = step.devices().leave(deviceIds, step.connector().isDeletedOnUnenrollment());
        hasOutstanding |= left > 0;
        return left;
    }

    /** It may have been unsupported before, and events may have come before it did. */
    private void arrived(String deviceId) {
        if (areAnyLeftOut) {
            unsupported.remove(step.tenantId(), deviceId);
        }
        if (areAnyLate) {
            hasOutstanding |= latecomers.release(step.tenantId(), deviceId);
        }
    }

    /** The state with what was enrolled since the last time. */
    EnrollmentState tallied(EnrollmentState state) {
        EnrollmentState tallied = state.withTally(
                state.tally().enrolled(added, changed, unchanged).leftOut(leftOut));
        added = 0;
        changed = 0;
        unchanged = 0;
        leftOut = 0;
        return tallied;
    }

    /** Whether events that had waited were applied, so that there may be something to publish. */
    boolean hasOutstanding() {
        return hasOutstanding;
    }

    /** What is known of a device with what the directory says now; its owner is the known one. */
    static OwnedDevice renewed(Device known, OwnedDevice now) {
        return new OwnedDevice(
                now.deviceId(),
                now.objectId(),
                now.displayName(),
                now.operatingSystem(),
                now.operatingSystemVersion(),
                now.model(),
                now.managed(),
                known.facts().userId(),
                known.facts().userPrincipalName());
    }

    /** The same for a device that was left out. */
    static OwnedDevice renewed(Unsupported known, OwnedDevice now) {
        return new OwnedDevice(
                now.deviceId(),
                now.objectId(),
                now.displayName(),
                now.operatingSystem(),
                now.operatingSystemVersion(),
                now.model(),
                now.managed(),
                known.userId(),
                known.userPrincipalName());
    }

    private static Optional<DirectoryFacts> factsOf(OwnedDevice device) {
        return Platform.ofOperatingSystem(device.operatingSystem())
                .map(platform -> new DirectoryFacts(
                        device.deviceId(),
                        device.objectId(),
                        device.displayName(),
                        Objects.requireNonNull(platform),
                        device.operatingSystemVersion(),
                        device.model(),
                        device.managed(),
                        device.userId(),
                        device.userPrincipalName()));
    }
}
