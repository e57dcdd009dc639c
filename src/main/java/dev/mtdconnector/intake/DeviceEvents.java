package dev.mtdconnector.intake;

import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.DeviceStore;
import dev.mtdconnector.device.DeviceStore.Step;
import dev.mtdconnector.device.DeviceStore.Taken;
import dev.mtdconnector.http.Fields;
import dev.mtdconnector.intake.IntakeStore.Tie;
import dev.mtdconnector.intake.ParkedEvents.Parked;
import dev.mtdconnector.intake.ParkedEvents.Reason;
import dev.mtdconnector.intake.ParkedEvents.Waiting;
import dev.mtdconnector.tenant.Tenant;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Events on devices: finds which device is meant, tells it, or lets the events wait.
 *
 * <p>A vendor guid means the device that the latest event with an Entra device id named, and what is known by that guid is
 * at that device: it moves when a later event names another. Every order of the same events ends in the same state, also
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
        boolean namesDevice = taking.tie(inOrder);
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
            taking.release();
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
        int count =
                parked.park(taking.tenantId, taking.vendorGuid, taking.reason(), List.copyOf(waiting.values()), now);
        List<String> parkedNow = List.copyOf(waiting.keySet()).subList(0, count);
        for (Incoming one : events) {
            effects.put(one, parkedNow.contains(placeOf(one.event())) ? Effect.PARKED : Effect.FULL);
        }
        // The device may have come while the events were being parked, and nobody would look for them any more.
        if (taking.tell(steps).isPresent()) {
            events.forEach(event -> effects.put(event, Effect.APPLIED));
            taking.release();
        }
    }

    private static String placeOf(Event event) {
        return event.createdTime() + " " + event.id();
    }

    /** Tells a device what waits for it; true when the device waits for the publisher after that. */
    boolean release(String tenantId, String deviceId) {
        boolean isOutstanding = false;
        for (String vendorGuid : store.vendorGuidsOf(tenantId, deviceId)) {
            Taking taking = new Taking(tenantId, vendorGuid);
            if (taking.isTiedTo(deviceId)) {
                taking.release();
            }
            isOutstanding |= taking.isOutstanding;
        }
        // Also what an earlier try told, which ended before anybody heard of it.
        return isOutstanding || devices.isOutstanding(tenantId, deviceId);
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

        private boolean isTiedTo(String deviceId) {
            return tie != null && tie.deviceId().equals(deviceId);
        }

        private Reason reason() {
            return tie == null ? Reason.GUID_UNKNOWN : Reason.DEVICE_NOT_ENROLLED;
        }

        /** Ties the guid as the latest of the events says; false when none names a device. */
        private boolean tie(List<Incoming> inOrder) {
            Event.@Nullable OnDevice latest = null;
            for (Incoming one : inOrder) {
                Event.OnDevice event = (Event.OnDevice) one.event();
                latest = event.externalId() == null ? latest : event;
            }
            if (latest == null || latest.externalId() == null) {
                return false;
            }
            if (tie == null || tie.isBefore(latest)) {
                tie = store.tie(tenantId, latest.externalId(), latest);
            }
            return true;
        }

        /** Applies the steps to the device that the guid means; empty when there is none, or it is not enrolled. */
        private Optional<List<Boolean>> tell(List<Step> steps) {
            for (int attempt = 0; attempt < TRIES; attempt++) {
                move();
                if (tie == null) {
                    tie = store.tie(tenantId, vendorGuid).orElse(null);
                    if (tie == null) {
                        return Optional.empty();
                    }
                    continue;
                }
                Optional<Taken> taken = devices.changeEach(tenantId, tie.deviceId(), steps);
                taken.ifPresent(done -> isOutstanding |= done.outstanding());
                Tie told = tie;
                tie = store.tie(tenantId, vendorGuid).orElse(told);
                if (tie.deviceId().equals(told.deviceId())) {
                    return taken.map(Taken::changed);
                }
                // It was another device's by then: what was told goes there.
                taken.ifPresent(done -> moveFrom(told.deviceId()));
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
            Tie to = tie;
            Optional<Device> from = devices.find(tenantId, deviceId);
            if (to == null || to.deviceId().equals(deviceId) || from.isEmpty()) {
                return true;
            }
            List<DeviceSteps.Moved> all = DeviceSteps.moved(from.get(), vendorGuid);
            List<DeviceSteps.Moved> moved = all.subList(0, arrive(all, deviceId, to));
            List<Step> leaving = DeviceSteps.leaving(moved, vendorGuid, to, clock.instant());
            devices.changeEach(tenantId, deviceId, leaving).ifPresent(done -> isOutstanding |= done.outstanding());
            boolean isAllMoved = moved.size() == all.size();
            Tie now = store.tie(tenantId, vendorGuid).orElse(to);
            if (!now.deviceId().equals(to.deviceId())) {
                // It goes on from there, or back: who brings it may have looked before it left here.
                tie = now;
                isAllMoved &= arrive(moved, deviceId, now) == moved.size();
                isAllMoved &= moveFrom(to.deviceId());
            }
            return isAllMoved;
        }

        /** How many of them, from the first, are at the device now, or wait for it. */
        private int arrive(List<DeviceSteps.Moved> moved, String fromDeviceId, Tie to) {
            if (moved.isEmpty()) {
                return 0;
            }
            List<Step> arriving = moved.stream()
                    .map(one -> one.arrivingFrom(fromDeviceId, clock.instant()))
                    .toList();
            Optional<Taken> taken = devices.changeEach(tenantId, to.deviceId(), arriving);
            if (taken.isPresent()) {
                isOutstanding |= taken.get().outstanding();
                return moved.size();
            }
            List<Waiting> waiting =
                    moved.stream().map(DeviceSteps.Moved::asWaiting).toList();
            return parked.park(tenantId, vendorGuid, Reason.DEVICE_NOT_ENROLLED, waiting, clock.instant());
        }

        private void release() {
            List<Parked> waiting;
            boolean isUnparked;
            do {
                waiting = parked.parked(tenantId, vendorGuid, PARKED_AT_ONCE);
                if (waiting.isEmpty()) {
                    return;
                }
                List<Step> steps = waiting.stream()
                        .map(one -> EventReader.read(Fields.parse(one.event()), "parked", clock)
                                .event())
                        .filter(Event.OnDevice.class::isInstance)
                        .map(event -> DeviceSteps.of((Event.OnDevice) event, clock.instant()))
                        .toList();
                boolean isTold = tell(steps).isPresent();
                Tie told = tie;
                if (!isTold || told == null) {
                    return;
                }
                // Where the guid was tied anew meanwhile, all of it is looked at again.
                isUnparked = parked.unpark(tenantId, vendorGuid, waiting, told);
            } while (!isUnparked || waiting.size() == PARKED_AT_ONCE);
        }
    }
}
