package dev.mtdconnector.intake;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.AppException.FieldError;
import dev.mtdconnector.device.DeviceStore;
import dev.mtdconnector.device.Latecomers;
import dev.mtdconnector.intake.DeviceEvents.Effect;
import dev.mtdconnector.intake.DeviceEvents.Incoming;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.tenant.Tenant;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes events of a tenant's feed. Idempotent and indifferent to order: of two events on one thing the later wins, by
 * its time and then its id. All events are checked before the first is applied, and applied together for each device. A
 * failure at one device keeps no other from being told; the sender repeats the lot then.
 */
public final class EventIntake implements Latecomers {

    private static final Logger LOG = LoggerFactory.getLogger(EventIntake.class);

    private final IntakeStore store;
    private final ParkedEvents parked;
    private final IntakeLog log;
    private final DeviceEvents events;
    private final Schedule schedule;
    private final Clock clock;

    public EventIntake(
            IntakeStore store,
            ParkedEvents parked,
            IntakeLog log,
            DeviceStore devices,
            Schedule schedule,
            Clock clock) {
        this.store = store;
        this.parked = parked;
        this.log = log;
        this.events = new DeviceEvents(store, parked, devices, clock);
        this.schedule = schedule;
        this.clock = clock;
    }

    /**
     * What became of the events.
     *
     * @param kept how many change no device and are kept for a while
     * @param foreign how many of the rejected named another enterprise
     * @param full how many of the rejected found no room to wait for their device
     */
    public record Result(
            int applied, int unchanged, int parked, int kept, int foreign, int full, List<Rejected> rejected) {}

    /** An event that was not taken, by its place among the events sent. */
    public record Rejected(int index, @Nullable String id, List<FieldError> errors) {}

    /**
     * @param body as {@link EventBody} takes it
     * @throws AppException REQUEST_INVALID when the body is none of these, or holds too many events
     */
    public Result accept(Tenant tenant, String body) {
        Intake intake = new Intake(tenant);
        List<String> sent = EventBody.split(body);
        for (int index = 0; index < sent.size(); index++) {
            intake.read(index, sent.get(index));
        }
        return intake.take();
    }

    @Override
    public boolean areAny(String tenantId) {
        parked.expire(tenantId, clock.instant());
        return store.hasAny(tenantId);
    }

    @Override
    public Set<String> awaitedIntuneIds(String tenantId) {
        return parked.awaitedMdmIds(tenantId);
    }

    @Override
    public boolean release(String tenantId, String deviceId) {
        return events.release(tenantId, deviceId);
    }

    /**
     * Ties a vendor guid to a device as an administrator says, moves to it what is known by the guid, and tells it what
     * waited. Idempotent: after a failure it is said again.
     *
     * @throws AppException DEVICE_UNKNOWN when there is no such device
     */
    void tie(String tenantId, String vendorGuid, String deviceId, String actor) {
        events.tie(tenantId, vendorGuid, deviceId, actor);
        schedule.runNow(tenantId, JobKind.PUBLISH);
    }

    /** Takes back what an administrator said: the guid means what the feed says, or nothing. Idempotent likewise. */
    void untie(String tenantId, String vendorGuid, String actor) {
        events.untie(tenantId, vendorGuid, actor);
        schedule.runNow(tenantId, JobKind.PUBLISH);
    }

    /** Which device a guid means, who says so, and how much waits for it: for the audit trail, without personal data. */
    public Map<String, Object> stateOf(String tenantId, String vendorGuid) {
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("tie", store.tie(tenantId, vendorGuid).map(ParkedRoutes::tie).orElse(null));
        state.put(
                "waiting",
                parked.of(tenantId, vendorGuid).map(ParkedEvents.OfGuid::count).orElse(0L));
        return state;
    }

    /** The events of one request. */
    private final class Intake {
        private final Tenant tenant;
        private final Map<String, List<Incoming>> byGuid = new LinkedHashMap<>();
        private final List<Incoming> others = new ArrayList<>();
        private final List<Rejected> rejected = new ArrayList<>();
        private final Map<Effect, Integer> effects = new EnumMap<>(Effect.class);
        private final Map<String, Integer> counts = new TreeMap<>();
        private final List<Event.Unknown> words = new ArrayList<>();
        private int foreign;
        private boolean isOutstanding;
        private @Nullable RuntimeException failure;

        private Intake(Tenant tenant) {
            this.tenant = tenant;
        }

        private void read(int index, String raw) {
            String path = "events[" + index + "]";
            JsonNode node = EventBody.tree(raw);
            if (node == null) {
                rejected.add(new Rejected(index, null, List.of(EventBody.tooLong(path))));
                return;
            }
            EventReader.Reading reading = EventReader.read(node, path, clock);
            Event event = reading.event();
            if (event == null) {
                rejected.add(new Rejected(index, reading.id(), reading.errors()));
            } else if (event.enterpriseGuid() != null && !event.enterpriseGuid().equals(tenant.enterpriseGuid())) {
                foreign++;
                FieldError error = new FieldError(path + ".enterprise_guid", "is not this tenant's");
                rejected.add(new Rejected(index, reading.id(), List.of(error)));
            } else if (event instanceof Event.OnDevice onDevice) {
                byGuid.computeIfAbsent(onDevice.vendorGuid(), guid -> new ArrayList<>())
                        .add(new Incoming(event, raw, index));
            } else {
                others.add(new Incoming(event, raw, index));
            }
        }

        private Result take() {
            byGuid.forEach((guid, some) -> isolated(() -> takeAll(guid, some)));
            isolated(this::keep);
            if (isOutstanding) {
                schedule.runNow(tenant.tenantId(), JobKind.PUBLISH);
            }
            if (failure != null) {
                throw failure;
            }
            return new Result(
                    effects.getOrDefault(Effect.APPLIED, 0),
                    effects.getOrDefault(Effect.UNCHANGED, 0),
                    effects.getOrDefault(Effect.PARKED, 0),
                    effects.getOrDefault(Effect.KEPT, 0),
                    foreign,
                    effects.getOrDefault(Effect.FULL, 0),
                    rejected.stream()
                            .sorted(Comparator.comparingInt(Rejected::index))
                            .toList());
        }

        /** What happens to one device is no reason not to tell the others. */
        private void isolated(Runnable work) {
            try {
                work.run();
            } catch (RuntimeException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    LOG.warn("Events of {} failed besides", tenant.tenantId(), e);
                }
            }
        }

        private void takeAll(String guid, List<Incoming> some) {
            DeviceEvents.Outcome outcome = events.take(tenant, guid, some);
            isOutstanding |= outcome.isOutstanding();
            outcome.effects().forEach(this::note);
        }

        private void note(Incoming incoming, Effect effect) {
            effects.merge(effect, 1, Integer::sum);
            if (effect == Effect.FULL) {
                FieldError error = new FieldError(
                        "events[" + incoming.index() + "]",
                        "is of a device that is not known, and " + ParkedEvents.MOST + " events wait for such already");
                rejected.add(new Rejected(incoming.index(), incoming.event().id(), List.of(error)));
            } else if (effect != Effect.UNCHANGED) {
                String type = incoming.event().type();
                String counted = Vocabulary.TYPES.contains(type) ? type.toLowerCase(Locale.ROOT) : "other";
                counts.merge(counted + "_" + effect.name().toLowerCase(Locale.ROOT), 1, Integer::sum);
                words.addAll(incoming.event().unknown());
            }
        }

        /** Keeps what is to be kept, and counts: nothing is written when nothing was new. */
        private void keep() {
            Map<String, IntakeLog.Entry> entries = new LinkedHashMap<>();
            List<Event.Kept> kept = new ArrayList<>();
            for (Incoming incoming : others) {
                if (incoming.event() instanceof Event.Kept event) {
                    kept.add(event);
                    entries.putIfAbsent(event.id(), new IntakeLog.Entry(event, incoming.raw()));
                }
            }
            Set<Event.Kept> fresh = new LinkedHashSet<>(log.fresh(tenant.tenantId(), kept));
            for (Incoming incoming : others) {
                boolean isNew = fresh.contains(incoming.event())
                        && entries.values().stream().anyMatch(entry -> entry.event() == incoming.event());
                if (isNew) {
                    note(incoming, Effect.KEPT);
                } else {
                    effects.merge(Effect.KEPT, 1, Integer::sum);
                }
            }
            if (!counts.isEmpty()) {
                List<IntakeLog.Entry> news = entries.values().stream()
                        .filter(entry -> fresh.contains(entry.event()))
                        .toList();
                log.add(tenant.tenantId(), counts, words, news, clock.instant());
            }
        }
    }
}
