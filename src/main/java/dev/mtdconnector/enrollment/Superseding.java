package dev.mtdconnector.enrollment;

import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.Device.DirectoryFacts;
import dev.mtdconnector.enrollment.Directory.OwnedDevice;
import dev.mtdconnector.enrollment.EnrollmentLedger.Held;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Recognises two records of one device: a phone that was registered anew leaves its old record behind. The old one goes out
 * of scope and keeps its history; it comes back when it is seen alive. Two devices are taken for one only if their user and
 * their platform are the same, and
 *
 * <ol>
 *   <li>Intune's record moved from one to the other, or
 *   <li>model and name are the same, the newer one was registered after the last sign of life of the older one, the older one
 *       has given none for {@link #SILENCE}, and Intune does not manage both.
 * </ol>
 *
 * <p>They count as departures for the safety cap. Above it, an administrator is asked where Intune's record moved, which
 * is seen once; what follows from silence is seen again, and waits until some may leave again.
 */
final class Superseding {

    /** Microsoft renews the time of a device's last sign-in once it is 14 days old, give or take 5; and two days. */
    static final Duration SILENCE = Duration.ofDays(21);

    private final SyncStep step;
    private final DeviceEnroller enroller;

    Superseding(SyncStep step, DeviceEnroller enroller) {
        this.step = step;
        this.enroller = enroller;
    }

    /**
     * This device is about to be noted with that record of Intune: another one of its user that has it is no device any
     * more. It leaves before that is noted, or nobody would know of it after a crash in between.
     *
     * Where it may not leave now, that is held.
     */
    void makeWay(DirectoryFacts newer, String intuneId) {
        Optional<Device> older = othersOf(newer).stream()
                .filter(other -> intuneId.equals(other.facts().intuneId()))
                .findFirst();
        if (older.isPresent() && !supersede(older.get(), newer.deviceId()) && !isHeld(older.get())) {
            enroller.hold(set -> Held.superseded(older.get().deviceId(), set, newer.deviceId()));
        }
    }

    private boolean isHeld(Device device) {
        return step.book().isHeld(Held.device(device.deviceId(), 0));
    }

    /** Whether the device is left behind for a newer record: then it was let go. */
    boolean isLeftBehind(Device device, OwnedDevice now) {
        Instant seenAt = later(
                now.record().lastSignInAt(),
                device.agent().lastCheckInAt(),
                now.record().registeredAt());
        if (seenAt == null
                || now.record().lastSignInAt() == null
                || seenAt.plus(SILENCE).isAfter(step.now())) {
            return false;
        }
        return othersOf(device.facts()).stream()
                .filter(other -> isSameMake(device.facts(), other.facts()))
                .filter(other -> other.facts().registeredAt() != null
                        && other.facts().registeredAt().isAfter(seenAt))
                .max(Comparator.comparing(
                        other -> Objects.requireNonNull(other.facts().registeredAt())))
                .filter(newer -> supersede(device, newer.deviceId()))
                .isPresent();
    }

    /** Whether a device whose place another record took lives on all the same. */
    static boolean isAlive(Device superseded, OwnedDevice now) {
        Device.Departure departure = superseded.departure();
        Instant seenAt = later(now.record().lastSignInAt(), superseded.agent().lastCheckInAt(), null);
        return departure == null || (seenAt != null && seenAt.isAfter(departure.at()));
    }

    private static boolean isSameMake(DirectoryFacts older, DirectoryFacts newer) {
        boolean areBothInIntune = older.intuneId() != null
                && newer.intuneId() != null
                && !older.intuneId().equals(newer.intuneId());
        return older.model() != null
                && older.model().equals(newer.model())
                && older.displayName() != null
                && older.displayName().equals(newer.displayName())
                && !areBothInIntune;
    }

    private List<Device> othersOf(DirectoryFacts facts) {
        return step.devices().devicesOf(facts.userId()).stream()
                .filter(id -> !id.equals(facts.deviceId()))
                .flatMap(id -> step.devices().find(id).stream())
                .filter(other -> other.isInScope() && other.facts().platform() == facts.platform())
                .toList();
    }

    private boolean supersede(Device older, String newerId) {
        EnrollmentLedger.Book book = step.book();
        int inScope = step.devices().inScope();
        if (book.state().cap().allowance(step.connector().safetyCapPercent(), inScope, step.now()) == 0) {
            return false;
        }
        if (step.devices().supersede(older.deviceId(), newerId)) {
            EnrollmentState state = book.state();
            EnrollmentState after = state.withCap(state.cap().removing(1, inScope, step.now()))
                    .withTally(state.tally().left(1, 0));
            if (isHeld(older)) {
                step.releasing();
                book.write(new EnrollmentLedger.Page(step.counted(after), book.graph())
                        .releasing(Held.device(older.deviceId(), 0)));
            } else {
                book.note(after);
            }
            enroller.hasLeft();
        }
        return true;
    }

    private static @Nullable Instant later(@Nullable Instant a, @Nullable Instant b, @Nullable Instant c) {
        Instant latest = a;
        for (Instant other : new Instant[] {b, c}) {
            if (other != null && (latest == null || other.isAfter(latest))) {
                latest = other;
            }
        }
        return latest;
    }
}
