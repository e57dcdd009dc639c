package dev.mtdconnector.intake;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.DeviceStore;
import dev.mtdconnector.device.DeviceStore.Step;
import dev.mtdconnector.device.DeviceStore.Taken;
import dev.mtdconnector.http.Fields;
import dev.mtdconnector.intake.IntakeStore.Tie;
import dev.mtdconnector.intake.ParkedEvents.Parked;
import dev.mtdconnector.intake.ParkedEvents.Waiting;
import dev.mtdconnector.tenant.Tenant;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Events on devices: finds which device is meant, tells it, or lets the events wait.
 *
 * <p>Which device a vendor guid means is for {@link Ties} to say, and what is known by that guid is at that device: it moves
 * when another is named, and waits where nobody can say. Every order of the same events ends in the same state, also
 * when several requests bring them at once: who wrote to a device looks afterwards whether it was still the right one.
 */
final class DeviceEvents {

    private static final int PARKED_AT_ONCE = 200;
    private static final int TRIES = 20;

    private final IntakeStore store;
    private final ParkedEvents parked;
    private final DeviceStore devices;
    private final Clock clock;

    DeviceEvents(IntakeStore store, ParkedEvents parked, DeviceStore devices, Clock clock) {
        this.store = store;
        this.parked = parked;
        this.devices = devices;
        this.clock = clock;
    }

    enum Effect {
        APPLIED,
        UNCHANGED,
        PARKED,
        /** There is no room to wait. */
        FULL,
        KEPT
    }

    /** An event, as it came, and its place among those that were sent. */
    record Incoming(Event event, String raw, int index) {}

    /**
     * @param isOutstanding true when a device that was told waits for the publisher
     */
    record Outcome(Map<Incoming, Effect> effects, boolean isOutstanding) {}

    /** Takes events of one vendor guid that came together, in the order of their own times. */
    Outcome take(Tenant tenant, String vendorGuid, List<Incoming> events) {
        List<Incoming> inOrder = new ArrayList<>(events);
        inOrder.sort(Comparator.comparing((Incoming one) -> one.event().createdTime())
                .thenComparing(one -> one.event().id()));
        String tenantId = tenant.tenantId();
        Taking taking = new Taking(tenantId, vendorGuid);
        boolean namesDevice = taking.hear(inOrder);
        List<Step> steps = inOrder.stream()
                .map(one -> DeviceSteps.of((Event.OnDevice) one.event(), clock.instant()))
                .toList();
        Map<Incoming, Effect> effects = new LinkedHashMap<>();
        Optional<List<Boolean>> changed = taking.tell(steps);
        if (changed.isEmpty()) {
            park(taking, inOrder, steps, effects);
        } else {
            for (int i = 0; i < inOrder.size(); i++) {
                effects.put(inOrder.get(i), changed.get().get(i) ? Effect.APPLIED : Effect.UNCHANGED);
            }
        }
        if (namesDevice) {
            taking.settle();
        }
        return new Outcome(effects, taking.isOutstanding);
    }

    private void park(Taking taking, List<Incoming> events, List<Step> steps, Map<Incoming, Effect> effects) {
        Instant now = clock.instant();
        parked.expire(taking.tenantId, now);
        // By time and id: the same event sent twice in one request waits once.
        Map<String, Waiting> waiting = new LinkedHashMap<>();
        for (Incoming one : events) {
            Event event = one.event();
            waiting.putIfAbsent(placeOf(event), new Waiting(event.createdTime(), event.id(), one.raw()));
        }
        int count = parked.park(
                taking.tenantId,
                taking.vendorGuid,
                Ties.reason(taking.tie),
                vendorDevice(events),
                List.copyOf(waiting.values()),
                now);
        List<String> parkedNow = List.copyOf(waiting.keySet()).subList(0, count);
        for (Incoming one : events) {
            effects.put(one, parkedNow.contains(placeOf(one.event())) ? Effect.PARKED : Effect.FULL);
        }
        // The device may have come while the events were being parked, and nobody would look for them any more.
        if (taking.tell(steps).isPresent()) {
            events.forEach(event -> effects.put(event, Effect.APPLIED));
            taking.settle();
        }
    }

    private static VendorDevice vendorDevice(List<Incoming> events) {
        VendorDevice device = VendorDevice.UNKNOWN;
        for (Incoming one : events) {
            device = ((Event.OnDevice) one.event()).device().after(device);
        }
        return device;
    }

    private static String placeOf(Event event) {
        return event.createdTime() + " " + event.id();
    }

    /** Tells a device what waits for it; true when the device waits for the publisher after that. */
    boolean release(String tenantId, String deviceId) {
        boolean isOutstanding = false;
        Set<String> vendorGuids = new LinkedHashSet<>(store.vendorGuidsOf(tenantId, deviceId));
        if (store.hasIntuneIds(tenantId)) {
            devices.find(tenantId, deviceId)
                    .map(device -> device.facts().intuneId())
                    .ifPresent(intuneId -> vendorGuids.addAll(store.vendorGuidsOfIntune(tenantId, intuneId)));
        }
        for (String vendorGuid : vendorGuids) {
            Taking taking = new Taking(tenantId, vendorGuid);
            taking.look();
            taking.settle();
            isOutstanding |= taking.isOutstanding;
        }
        // Also what an earlier try told, which ended before anybody heard of it.
        return isOutstanding || devices.isOutstanding(tenantId, deviceId);
    }

    /** Ties the guid as an administrator says, and tells the device what waited. */
    void tie(String tenantId, String vendorGuid, String deviceId, String actor) {
        if (devices.find(tenantId, deviceId).isEmpty()) {
            throw new AppException(ErrorCode.DEVICE_UNKNOWN);
        }
        change(tenantId, vendorGuid, (ties, before) -> ties.said(before, deviceId, actor));
    }

    /** Takes back what an administrator said; what is known by the guid goes where the feed says, or waits. */
    void untie(String tenantId, String vendorGuid, String actor) {
        change(tenantId, vendorGuid, (ties, before) -> ties.unsaid(before, actor));
    }

    private void change(String tenantId, String vendorGuid, BiFunction<Ties, Tie, Tie> change) {
        Taking taking = new Taking(tenantId, vendorGuid);
        Ties ties = taking.ties();
        taking.tie = store.change(tenantId, vendorGuid, before -> change.apply(ties, before));
        taking.settle();
    }

    /** What is being done with one vendor guid. */
    private final class Taking {
        private final String tenantId;
        private final String vendorGuid;
        private @Nullable Tie tie;
        private boolean isOutstanding;

        private Taking(String tenantId, String vendorGuid) {
            this.tenantId = tenantId;
            this.vendorGuid = vendorGuid;
            this.tie = store.tie(tenantId, vendorGuid).orElse(null);
        }

        private Ties ties() {
            Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
            return new Ties(intuneId -> devices.byIntuneId(tenantId, intuneId), now);
        }

        /** Ties the guid as these events say; false when none says anything of the device. */
        private boolean hear(List<Incoming> inOrder) {
            List<Event.OnDevice> naming = inOrder.stream()
                    .map(one -> (Event.OnDevice) one.event())
                    .filter(event -> event.externalId() != null
                            || event.device().intuneId().isPresent())
                    .toList();
            if (naming.isEmpty()) {
                return false;
            }
            Tie known = tie == null ? Tie.NONE : tie;
            Ties ties = ties();
            if (!ties.heard(known, naming).equals(tie)) {
                tie = store.change(tenantId, vendorGuid, before -> ties.heard(before, naming));
            }
            return true;
        }

        /** Ties the guid as it is to be by what is known of devices now. */
        private void look() {
            Tie known = tie;
            if (known != null && !ties().looked(known).equals(known)) {
                Ties ties = ties();
                tie = store.change(tenantId, vendorGuid, ties::looked);
            }
        }

        /** Applies the steps to the device that the guid means; empty when there is none, or it is not enrolled. */
        private Optional<List<Boolean>> tell(List<Step> steps) {
            for (int attempt = 0; attempt < TRIES; attempt++) {
                move();
                Tie told = tie;
                @Nullable String deviceId = told == null ? null : told.deviceId();
                if (told == null || deviceId == null) {
                    tie = store.tie(tenantId, vendorGuid).orElse(null);
                    if (tie == null || tie.deviceId() == null) {
                        return Optional.empty();
                    }
                    continue;
                }
                Optional<Taken> taken = devices.changeEach(tenantId, deviceId, steps);
                taken.ifPresent(done -> isOutstanding |= done.outstanding());
                tie = store.tie(tenantId, vendorGuid).orElse(told);
                if (tie.means(deviceId)) {
                    return taken.map(Taken::changed);
                }
                // It was another device's by then: what was told goes there.
                taken.ifPresent(done -> moveFrom(deviceId));
            }
            throw new IllegalStateException("Guid " + vendorGuid + " is tied by too many at once");
        }

        /** Brings what is known by the guid from the devices that it meant before to the one that it means now. */
        private void move() {
            Tie known = tie;
            if (known == null || known.movesFrom().isEmpty()) {
                return;
            }
            boolean isAllMoved = true;
            for (String deviceId : known.movesFrom()) {
                isAllMoved &= moveFrom(deviceId);
            }
            if (isAllMoved) {
                store.moved(tenantId, vendorGuid, known);
            }
        }

        /** False when something had to stay: there is no room for it to wait. */
        private boolean moveFrom(String deviceId) {
            for (int attempt = 0; attempt < TRIES; attempt++) {
                Tie to = tie;
                Optional<Device> from = devices.find(tenantId, deviceId);
                if (to == null || to.means(deviceId) || from.isEmpty()) {
                    return true;
                }
                List<Moved> all = Moved.of(from.get(), vendorGuid, to);
                List<Moved> moved = all.subList(0, arrive(all, deviceId, to));
                List<Step> leaving = DeviceSteps.leaving(moved, vendorGuid, to, clock.instant());
                Optional<Taken> left = devices.changeEach(tenantId, deviceId, leaving);
                left.ifPresent(done -> isOutstanding |= done.outstanding());
                boolean isAllMoved = moved.size() == all.size();
                Tie now = store.tie(tenantId, vendorGuid).orElse(to);
                if (!now.means(to.deviceId())) {
                    // It goes on from there, or back: who brings it may have looked before it left here.
                    tie = now;
                    isAllMoved &= arrive(moved, deviceId, now) == moved.size();
                    isAllMoved &= to.deviceId() == null || moveFrom(to.deviceId());
                }
                boolean isAnyHere = left.isPresent()
                        && !Moved.of(left.get().after(), vendorGuid, to).isEmpty();
                if (!isAllMoved || !isAnyHere) {
                    return isAllMoved;
                }
                // Somebody changed a threat after it was brought there, an administrator or the allow list: that goes
                // along.
            }
            throw new IllegalStateException("Guid " + vendorGuid + " moves while too many change what is known by it");
        }

        /** How many of them, from the first, are at the device now, or wait for it. */
        private int arrive(List<Moved> moved, String fromDeviceId, Tie to) {
            if (moved.isEmpty()) {
                return 0;
            }
            Instant now = clock.instant();
            if (to.means(fromDeviceId)) {
                return moved.size();
            }
            List<Step> arriving = moved.stream()
                    .map(one -> one.arrivingFrom(fromDeviceId, now))
                    .toList();
            Optional<Taken> taken =
                    to.deviceId() == null ? Optional.empty() : devices.changeEach(tenantId, to.deviceId(), arriving);
            if (taken.isPresent()) {
                isOutstanding |= taken.get().outstanding();
                return moved.size();
            }
            List<Waiting> waiting =
                    moved.stream().map(one -> one.asWaitingFrom(fromDeviceId)).toList();
            return parked.park(tenantId, vendorGuid, Ties.reason(to), VendorDevice.UNKNOWN, waiting, now);
        }

        /** Moves what is to be moved, tells what waited, or says why it goes on waiting. */
        private void settle() {
            move();
            boolean isAllTold = release();
            if (!isAllTold) {
                parked.explain(tenantId, vendorGuid, Ties.reason(tie));
            }
        }

        private Optional<Step> step(JsonNode waiting) {
            Optional<Step> moved = Moved.waited(waiting, clock.instant());
            if (moved.isPresent()) {
                return moved;
            }
            return Optional.ofNullable(
                            EventReader.read(waiting, "parked", clock).event())
                    .filter(Event.OnDevice.class::isInstance)
                    .map(event -> DeviceSteps.of((Event.OnDevice) event, clock.instant()));
        }

        /** False when something goes on waiting. */
        private boolean release() {
            List<Parked> waiting;
            boolean isUnparked;
            do {
                waiting = parked.parked(tenantId, vendorGuid, PARKED_AT_ONCE);
                if (waiting.isEmpty()) {
                    return true;
                }
                List<Step> steps = waiting.stream()
                        .flatMap(one -> step(Fields.parse(one.event())).stream())
                        .toList();
                boolean isTold = tell(steps).isPresent();
                Tie told = tie;
                if (!isTold || told == null) {
                    return false;
                }
                // Where the guid was tied anew meanwhile, all of it is looked at again.
                isUnparked = parked.unpark(tenantId, vendorGuid, waiting, told);
            } while (!isUnparked || waiting.size() == PARKED_AT_ONCE);
            return true;
        }
    }
}
