package dev.mtdconnector.intake;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.common.AppException.FieldError;
import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.DeviceStore;
import dev.mtdconnector.device.Latecomers;
import dev.mtdconnector.http.Fields;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.tenant.Tenant;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Takes events of a tenant's feed. Idempotent and indifferent to order: of two events on one thing the later wins, by
 * its time and then its id. All events are checked before the first is applied; when storage fails half-way the sender
 * repeats the lot.
 */
public final class EventIntake implements Latecomers {

    private static final int PARKED_AT_ONCE = 200;

    private final IntakeStore store;
    private final DeviceStore devices;
    private final Schedule schedule;
    private final Clock clock;

    public EventIntake(IntakeStore store, DeviceStore devices, Schedule schedule, Clock clock) {
        this.store = store;
        this.devices = devices;
        this.schedule = schedule;
        this.clock = clock;
    }

    /**
     * What became of the events.
     *
     * @param foreign how many of the rejected named another enterprise
     */
    public record Result(int applied, int unchanged, int parked, int ignored, int foreign, List<Rejected> rejected) {}

    /** An event that was not taken, by its place among the events sent. */
    public record Rejected(int index, @Nullable String id, List<FieldError> errors) {}

    private enum Effect {
        APPLIED,
        UNCHANGED,
        PARKED,
        IGNORED
    }

    /**
     * @param body {@code {"events": [...]}}, a bare array, or one event: all three framings occur
     * @throws dev.mtdconnector.common.AppException REQUEST_INVALID when the body is none of these
     */
    public Result accept(Tenant tenant, JsonNode body) {
        List<Rejected> rejected = new ArrayList<>();
        List<Pair> readable = new ArrayList<>();
        int foreign = 0;
        int index = 0;
        for (JsonNode node : eventsOf(body)) {
            String path = "events[" + index + "]";
            EventReader.Reading reading = EventReader.read(node, path, clock);
            Event event = reading.event();
            if (event == null) {
                rejected.add(new Rejected(index, reading.id(), reading.errors()));
            } else if (!event.enterpriseGuid().equals(tenant.enterpriseGuid())) {
                foreign++;
                FieldError error = new FieldError(path + ".enterprise_guid", "is not this tenant's");
                rejected.add(new Rejected(index, reading.id(), List.of(error)));
            } else {
                readable.add(new Pair(event, node));
            }
            index++;
        }
        Map<Effect, Integer> counts = new EnumMap<>(Effect.class);
        Touched touched = new Touched();
        for (Pair pair : readable) {
            counts.merge(apply(tenant.tenantId(), pair.event, pair.node.toString(), touched), 1, Integer::sum);
        }
        publishIfNeeded(tenant.tenantId(), touched);
        return new Result(
                counts.getOrDefault(Effect.APPLIED, 0),
                counts.getOrDefault(Effect.UNCHANGED, 0),
                counts.getOrDefault(Effect.PARKED, 0),
                counts.getOrDefault(Effect.IGNORED, 0),
                foreign,
                rejected);
    }

    @Override
    public boolean release(String tenantId, String deviceId) {
        Optional<String> vendorGuid = store.vendorGuidOf(tenantId, deviceId);
        Touched touched = new Touched();
        vendorGuid.ifPresent(guid -> release(tenantId, guid, touched));
        return touched.outstanding;
    }

    private Effect apply(String tenantId, Event event, String raw, Touched touched) {
        if (event instanceof Event.OfDevice device) {
            return applyDevice(tenantId, device, raw, touched);
        }
        if (event instanceof Event.OfThreat threat) {
            return applyTo(tenantId, threat.vendorGuid(), event, raw, touched, device -> device.with(threat.threat()));
        }
        return Effect.IGNORED;
    }

    private Effect applyDevice(String tenantId, Event.OfDevice event, String raw, Touched touched) {
        String externalId = event.externalId();
        if (externalId != null && !store.deviceOf(tenantId, event.vendorGuid()).equals(Optional.of(externalId))) {
            store.tie(tenantId, event.vendorGuid(), externalId);
        }
        Effect effect = applyTo(tenantId, event.vendorGuid(), event, raw, touched, device -> changed(device, event));
        if (effect == Effect.APPLIED || effect == Effect.UNCHANGED) {
            release(tenantId, event.vendorGuid(), touched);
        }
        return effect;
    }

    private static Device changed(Device device, Event.OfDevice event) {
        if (!device.feed().isBefore(event.createdTime(), event.id())) {
            return device;
        }
        Device tied = device.withFeed(new Device.Feed(event.vendorGuid(), event.createdTime(), event.id()));
        if (event.activated() == null) {
            return tied;
        }
        if (!event.activated()) {
            return tied.deactivated();
        }
        Device activated = tied.activated(event.createdTime());
        return event.isProtected() ? activated.healthy(event.createdTime()) : activated;
    }

    private Effect applyTo(
            String tenantId,
            String vendorGuid,
            Event event,
            String raw,
            Touched touched,
            UnaryOperator<Device> change) {
        Optional<String> deviceId = store.deviceOf(tenantId, vendorGuid);
        Optional<DeviceStore.Changed> changed =
                deviceId.isEmpty() ? Optional.empty() : devices.change(tenantId, deviceId.get(), change);
        if (changed.isEmpty()) {
            store.park(tenantId, vendorGuid, event.id(), raw, clock.instant());
            return Effect.PARKED;
        }
        touched.outstanding |= changed.get().outstanding();
        return changed.get().before().equals(changed.get().after()) ? Effect.UNCHANGED : Effect.APPLIED;
    }

    private void release(String tenantId, String vendorGuid, Touched touched) {
        for (IntakeStore.Parked parked : store.parked(tenantId, vendorGuid, PARKED_AT_ONCE)) {
            Event event = EventReader.read(Fields.parse(parked.event()), "parked", clock)
                    .event();
            if (event instanceof Event.OfThreat threat) {
                applyTo(tenantId, vendorGuid, event, parked.event(), touched, device -> device.with(threat.threat()));
            } else if (event instanceof Event.OfDevice device) {
                applyTo(tenantId, vendorGuid, event, parked.event(), touched, known -> changed(known, device));
            }
            store.unpark(tenantId, vendorGuid, parked.eventId());
        }
    }

    private void publishIfNeeded(String tenantId, Touched touched) {
        if (touched.outstanding) {
            schedule.runNow(tenantId, JobKind.PUBLISH);
        }
    }

    private static Iterable<JsonNode> eventsOf(JsonNode body) {
        if (body.isArray()) {
            return body;
        }
        if (body.has("events") && !body.has("type")) {
            Fields fields = Fields.of(body);
            Iterable<JsonNode> events = fields.list("events");
            fields.done();
            return events;
        }
        return List.of(body);
    }

    private record Pair(Event event, JsonNode node) {}

    /** Whether any device that was touched waits for the publisher. */
    private static final class Touched {
        private boolean outstanding;
    }
}
