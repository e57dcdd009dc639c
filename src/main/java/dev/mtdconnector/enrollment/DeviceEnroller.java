package dev.mtdconnector.enrollment;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.Device.DirectoryFacts;
import dev.mtdconnector.device.Latecomers;
import dev.mtdconnector.device.Platform;
import dev.mtdconnector.device.UnsupportedDevices;
import dev.mtdconnector.device.UnsupportedDevices.Unsupported;
import dev.mtdconnector.enrollment.Directory.OwnedDevice;
import dev.mtdconnector.enrollment.IntuneReading.ManagedDevice;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings devices of users in scope into the register, and those that no agent can protect into a list apart. Of a device
 * with several owners in scope the one with the lowest id counts, so that it is the same at every sync.
 */
final class DeviceEnroller {

    private static final Logger LOG = LoggerFactory.getLogger(DeviceEnroller.class);

    /** Devices that are collected before they are written. */
    private static final int AT_ONCE = 500;

    private final SyncStep step;
    private final SupportRules supportRules;
    private final UnsupportedDevices unsupported;
    private final Latecomers latecomers;
    private final Superseding superseding;
    private final Map<String, OwnedDevice> collected = new TreeMap<>();
    private final Set<String> strange = new TreeSet<>();
    private final boolean isFirst;
    private final boolean areAnyLeftOut;
    private final boolean areAnyLate;
    private final List<Unsupported> newlyLeftOut = new ArrayList<>();
    /** Ids in Intune that events wait for; null before they were asked for. */
    private @Nullable Set<String> awaited;

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
        this.superseding = new Superseding(step, this);
        this.isFirst = step.devices().inScope() == 0;
        // A pass over all devices that goes on in another message finds what it found before: new ones, mostly.
        this.areMostNew = isFirst || step.book().state().ownersLink() != null;
        this.areAnyLeftOut = !unsupported.list(step.tenantId(), 1).isEmpty();
        this.areAnyLate = latecomers.areAny(step.tenantId());
    }

    /** Looks for the devices of these users and enrolls them. */
    void enrollDevicesOf(List<String> userIds) {
        areMostNew = true;
        step.directory().devicesOf(userIds, this::collectStrange);
        write();
        areMostNew = isFirst;
    }

    /** The same for a device that is not known yet: Intune is asked for its id, unless all of Intune is about to be read. */
    void collectStrange(OwnedDevice device) {
        if (Boolean.TRUE.equals(device.managed())
                && step.book().state().intune().startedAt() != null) {
            strange.add(device.deviceId());
        }
        collect(device);
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
        Map<String, ManagedDevice> managed = askIntune();
        List<DirectoryFacts> supported = new ArrayList<>();
        for (OwnedDevice device : collected.values()) {
            Optional<String> reason = supportRules.unsupportedReason(device);
            Optional<DirectoryFacts> facts = factsOf(device);
            if (facts.isPresent() && reason.isEmpty()) {
                supported.add(in(facts.get(), managed.get(device.deviceId())));
            } else {
                leaveOut(device, reason.orElse("platform"));
            }
        }
        Map<String, OwnedDevice> words = new TreeMap<>(collected);
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
            settleSuperseded(enrolled.superseded(), words);
        }
        step.checkpoint();
    }

    /** With what Intune says, if it says anything; another device of the user that had its record makes way. */
    private DirectoryFacts in(DirectoryFacts facts, @Nullable ManagedDevice device) {
        if (device == null) {
            return facts;
        }
        superseding.makeWay(facts, device.id());
        return facts.inIntune(device.id(), device.ownership());
    }

    /** What Intune says of the managed devices that are not known yet; what it does not answer is learnt later. */
    private Map<String, ManagedDevice> askIntune() {
        Map<String, ManagedDevice> managed = new TreeMap<>();
        List<String> asked = List.copyOf(strange);
        strange.clear();
        if (!asked.isEmpty() && step.mayRead(OptionalSources.Source.MANAGED_DEVICES)) {
            try {
                step.directory().managedOf(asked, device -> managed.put(device.deviceId(), device));
            } catch (UpstreamException e) {
                LOG.info("Intune was not read: {}", e.getMessage());
            }
        }
        return managed;
    }

    /** A device in scope with what Intune says of it; empty when it says nothing new. */
    Optional<DirectoryFacts> completed(Device known, ManagedDevice device) {
        String name = device.userPrincipalName();
        boolean isNoted = device.id().equals(known.facts().intuneId());
        DirectoryFacts facts =
                isNoted ? known.facts().inIntune(device.id(), device.ownership()) : in(known.facts(), device);
        if (facts.userPrincipalName() == null && name != null && facts.userId().equals(device.userId())) {
            facts = facts.named(name);
        }
        return Optional.of(facts).filter(now -> !now.equals(known.facts()));
    }

    /** Writes what is new of devices in scope. */
    void complete(List<DirectoryFacts> facts) {
        changed += step.devices().enroll(facts, false).changed();
    }

    /**
     * Events may wait for a device by its id in Intune. Whether they do is asked, not remembered: who noted the id may have
     * ended before anybody told the device.
     */
    void foundInIntune(ManagedDevice device) {
        if (areAnyLate && awaited == null) {
            awaited = latecomers.awaitedIntuneIds(step.tenantId());
        }
        if (awaited != null && awaited.contains(device.id().toLowerCase(Locale.ROOT))) {
            step.devices().findBy(device.id(), device.deviceId());
            hasOutstanding |= latecomers.release(step.tenantId(), device.deviceId());
        }
    }

    /** Whether a device in scope is an old record of another one: then it was let go. */
    boolean isLeftBehind(Device known, OwnedDevice now) {
        return superseding.isLeftBehind(known, now);
    }

    /** Devices whose place another record took: those that live on all the same come back. */
    private void settleSuperseded(List<String> deviceIds, Map<String, OwnedDevice> words) {
        for (String deviceId : deviceIds) {
            OwnedDevice word = words.get(deviceId);
            if (word == null) {
                continue;
            }
            boolean isAlive = step.devices()
                    .find(deviceId)
                    .filter(device -> Superseding.isAlive(device, word))
                    .isPresent();
            Optional<DirectoryFacts> facts = factsOf(word);
            if (isAlive && facts.isPresent()) {
                comeBack(facts.get());
            }
        }
    }

    /**
     * Devices that are known as somebody else's than was found just now: who owns them decides, for what was found may be a
     * hint. Where the known user is in scope and still an owner, the device stays with them.
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
        Optional<Device> known = step.devices().find(facts.deviceId());
        if (known.isEmpty()) {
            return; // Forgotten meanwhile: the next pass finds it as new.
        }
        if (!known.get().isInScope()) {
            comeBack(facts);
        } else if (known.get().facts().userId().equals(facts.userId())) {
            unchanged++;
        } else {
            step.devices().handOver(facts);
            hasOutstanding = true;
            changed++;
        }
    }

    private void comeBack(DirectoryFacts facts) {
        step.devices().comeBack(facts);
        arrived(facts.deviceId());
        hasOutstanding = true;
        added++;
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

    /** A device that was left out belongs to nobody in scope any more. */
    void forgetLeftOut(String deviceId) {
        if (areAnyLeftOut && unsupported.find(step.tenantId(), deviceId).isPresent()) {
            unsupported.remove(step.tenantId(), deviceId);
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
            hold(set -> EnrollmentLedger.Held.device(deviceId, set));
            return;
        }
        int left = letGo(List.of(deviceId));
        book.note(state.withCap(state.cap().removing(left, inScope, step.now()))
                .withTally(state.tally().left(left, 0)));
    }

    /** Has an administrator asked about a device. */
    void hold(IntFunction<EnrollmentLedger.Held> inSet) {
        EnrollmentLedger.Book book = step.book();
        EnrollmentState holding = step.counted(book.state().holding(1));
        book.write(new EnrollmentLedger.Page(holding, book.graph()).holding(inSet.apply(holding.holdSet())));
    }

    /** Lets devices go that left. */
    int letGo(Collection<String> deviceIds) {
        int left = step.devices().leave(deviceIds, step.connector().isDeletedOnUnenrollment());
        hasOutstanding |= left > 0;
        return left;
    }

    /** A device left of which Intune is to be told. */
    void hasLeft() {
        hasOutstanding = true;
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
                        device.userPrincipalName(),
                        device.record().ownership(),
                        device.record().registeredAt(),
                        null));
    }
}
