package dev.mtdconnector.intake;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.AppException.FieldError;
import dev.mtdconnector.device.DeviceStore;
import dev.mtdconnector.device.Latecomers;
import dev.mtdconnector.intake.DeviceEvents.Effect;
import dev.mtdconnector.intake.DeviceEvents.Incoming;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.signin.Secrets;
import dev.mtdconnector.tenant.Tenant;
import java.time.Clock;
import java.time.Instant;
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
            int applied, int unchanged, int parked, int kept, int foreign, int full, List<Rejected> rejected) {

        /** Of both together; places among the events sent mean nothing in it. */
        public Result plus(Result other) {
            List<Rejected> both = new ArrayList<>(rejected);
            both.addAll(other.rejected);
            return new Result(
                    applied + other.applied,
                    unchanged + other.unchanged,
                    parked + other.parked,
                    kept + other.kept,
                    foreign + other.foreign,
                    full + other.full,
                    both);
        }
    }

    /** An event that was not taken, by its place among the events sent. */
    public record Rejected(int index, @Nullable String id, List<FieldError> errors) {}

    /** Events of the Mobile Risk API, as {@link MobileRiskFormat} takes them. */
    public Result accept(Tenant tenant, String body) {
        return accept(tenant, MobileRiskFormat.INSTANCE, body);
    }

    /**
     * @param body as the format takes it
     * @throws AppException REQUEST_INVALID when it is no such body, or holds too many events
     */
    public Result accept(Tenant tenant, FeedFormat format, String body) {
        Intake intake = new Intake(tenant, format);
        List<String> sent = format.split(body);
        for (int index = 0; index < sent.size(); index++) {
            intake.read(index, sent.get(index));
        }
        return intake.take(() -> {});
    }

    /**
     * The same of events that were taken apart already, each as it was sent: of a feed that is read. One that is no event is
     * rejected and costs no other.
     *
     * @param between called between devices; what it throws ends the taking, and what was taken stays
     */
    public Result accept(Tenant tenant, List<String> sent, Runnable between) {
        Intake intake = new Intake(tenant, MobileRiskFormat.INSTANCE);
        for (int index = 0; index < sent.size(); index++) {
            try {
                intake.read(index, sent.get(index));
            } catch (AppException e) {
                FieldError error = new FieldError("events[" + index + "]", String.valueOf(e.getMessage()));
                intake.rejected.add(new Rejected(index, null, List.of(error)));
            }
        }
        return intake.take(between);
    }

    /** Keeps an event at which the taking failed by a defect of ours, and counts it, for somebody to look at. */
    public void keepFailed(Tenant tenant, String sent) {
        Instant now = clock.instant();
        String id = "failed-" + Secrets.hash(sent);
        Event.Kept event = new Event.Kept(id, tenant.enterpriseGuid(), now, List.of(), "FAILED", null);
        log.add(tenant.tenantId(), Map.of("failed", 1), List.of(), List.of(new IntakeLog.Entry(event, sent)), now);
    }

    /** What one sent event is read as: events, or why it is refused. */
    public record Look(
            int index, List<Event> events, @Nullable Rejected rejected) {
        public Look {
            events = List.copyOf(events);
        }
    }

    /** Reads a body as {@link #accept} does, and does nothing with it. */
    public List<Look> look(Tenant tenant, FeedFormat format, String body) {
        Readings readings = new Readings(tenant, format, clock);
        List<Look> looks = new ArrayList<>();
        for (String raw : format.split(body)) {
            Readings.Taken taken = readings.read(looks.size(), raw);
            looks.add(new Look(
                    looks.size(), taken.events().stream().map(Incoming::event).toList(), taken.rejected()));
        }
        return looks;
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
        private final Readings readings;
        private final Map<String, List<Incoming>> byGuid = new LinkedHashMap<>();
        private final List<Incoming> others = new ArrayList<>();
        private final List<Rejected> rejected = new ArrayList<>();
        private final Map<Effect, Integer> effects = new EnumMap<>(Effect.class);
        private final Map<String, Integer> counts = new TreeMap<>();
        private final List<Event.Unknown> words = new ArrayList<>();
        private int foreign;
        private boolean isOutstanding;
        private @Nullable RuntimeException failure;

        private Intake(Tenant tenant, FeedFormat format) {
            this.tenant = tenant;
            this.readings = new Readings(tenant, format, clock);
        }

        private void read(int index, String raw) {
            Readings.Taken taken = readings.read(index, raw);
            Rejected refusal = taken.rejected();
            if (refusal != null) {
                rejected.add(refusal);
                foreign += taken.isForeign() ? 1 : 0;
            }
            for (Incoming incoming : taken.events()) {
                if (incoming.event() instanceof Event.OnDevice onDevice) {
                    byGuid.computeIfAbsent(onDevice.vendorGuid(), guid -> new ArrayList<>())
                            .add(incoming);
                } else {
                    others.add(incoming);
                }
            }
        }

        private Result take(Runnable between) {
            byGuid.forEach((guid, some) -> {
                between.run();
                isolated(() -> takeAll(guid, some));
            });
            between.run();
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
