package dev.mtdconnector.intune;

import dev.mtdconnector.connector.Connector;
import dev.mtdconnector.connector.ConnectorStore;
import dev.mtdconnector.connector.PublishTarget;
import dev.mtdconnector.connector.Publishing;
import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.DeviceStore;
import dev.mtdconnector.device.ThreatState;
import dev.mtdconnector.device.Told;
import dev.mtdconnector.device.TraceEntry;
import dev.mtdconnector.intune.ReadBackStore.Round;
import dev.mtdconnector.intune.ReadBackStore.Suspect;
import dev.mtdconnector.intune.ReadBackStore.Unseen;
import dev.mtdconnector.schedule.JobContext;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.Outcome;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.schedule.TenantJob;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compares what the target shows of devices with what it was told: those that were told within the last hours, and in a slow
 * round all. A difference that is there at two readings is repaired: the device is told again, and again at ever longer
 * intervals while it does not help. Where the tenant did not grant that this is read, nothing is.
 */
public final class ReadBackJob implements TenantJob {

    /** Devices a run: ten batches of twenty. */
    static final int BUDGET = 200;

    /** Between two readings of a difference. */
    static final Duration LASTING = Duration.ofMinutes(10);

    /** How long Intune may take to show what it completed. */
    private static final Duration SETTLING = Duration.ofMinutes(2);

    private static final Duration RECENT = Duration.ofHours(6);
    private static final int MOST_SUSPECTS = 1000;
    private static final int MOST_DOUBLINGS = 7;

    private final ConnectorStore connectors;
    private final DeviceStore devices;
    private final Outbox outbox;
    private final ReadBackStore store;
    private final Comparison.Choice comparisons;
    private final Schedule schedule;
    private final Clock clock;

    public ReadBackJob(
            ConnectorStore connectors,
            DeviceStore devices,
            Outbox outbox,
            ReadBackStore store,
            Comparison.Choice comparisons,
            Schedule schedule,
            Clock clock) {
        this.connectors = connectors;
        this.devices = devices;
        this.outbox = outbox;
        this.store = store;
        this.comparisons = comparisons;
        this.schedule = schedule;
        this.clock = clock;
    }

    @Override
    public Outcome run(String tenantId, JobContext context) {
        Optional<Connector> connector = connectors.find(tenantId);
        if (connector.isEmpty()) {
            return Outcome.obsolete();
        }
        Publishing publishing = connector.get().publishing();
        boolean isTold = publishing.mode() == Publishing.Mode.PUBLISH;
        PublishTarget target = publishing.target();
        Optional<Comparison> comparison = isTold ? comparisons.of(tenantId, target) : Optional.empty();
        if (comparison.isEmpty()) {
            return Outcome.finished();
        }
        Instant now = clock.instant();
        Map<String, Suspect> suspects = new HashMap<>();
        Set<String> ids = new LinkedHashSet<>();
        for (Suspect suspect : store.suspects(tenantId, MOST_SUSPECTS)) {
            suspects.put(suspect.deviceId(), suspect);
            if (!suspect.nextAt().isAfter(now) && ids.size() < BUDGET) {
                ids.add(suspect.deviceId());
            }
        }
        List<Unseen> recent = store.unseen(tenantId, now.minus(RECENT), now.minus(SETTLING));
        recent.forEach(message ->
                message.deviceIds().stream().filter(id -> ids.size() < BUDGET).forEach(ids::add));
        Round round = store.round(tenantId);
        @Nullable String cursor = round.cursor();
        if (ids.size() < BUDGET) {
            DeviceStore.Page page = devices.list(tenantId, BUDGET - ids.size(), cursor);
            page.devices().forEach(device -> ids.add(device.deviceId()));
            cursor = page.next();
        }
        List<String> asked = List.copyOf(ids);
        Map<String, ThreatState> told = told(tenantId, asked, Verdict.textOf(target), now);
        Map<String, String> different =
                told.isEmpty() ? Map.of() : comparison.get().different(tenantId, told);
        Tally tally = new Tally();
        for (String deviceId : asked) {
            context.checkpoint();
            compare(
                    tenantId,
                    deviceId,
                    told.get(deviceId),
                    different.get(deviceId),
                    suspects.get(deviceId),
                    now,
                    tally);
        }
        for (Unseen message : recent) {
            List<String> left = new ArrayList<>(message.deviceIds());
            if (left.removeAll(ids)) {
                store.save(tenantId, new Unseen(message.messageId(), left));
            }
        }
        if (!asked.isEmpty()) {
            store.save(
                    tenantId,
                    new Round(
                            cursor,
                            now,
                            round.read() + asked.size(),
                            round.different() + tally.different,
                            round.repaired() + tally.repaired));
        }
        if (tally.repaired > 0) {
            schedule.runNow(tenantId, JobKind.PUBLISH);
        }
        return Outcome.finished();
    }

    private static final class Tally {
        private int different;
        private int repaired;
    }

    /** States that were confirmed there long enough ago to be shown. */
    private Map<String, ThreatState> told(
            String tenantId, List<String> deviceIds, @Nullable String place, Instant now) {
        Map<String, ThreatState> states = new LinkedHashMap<>();
        for (String deviceId : deviceIds) {
            Told told = devices.find(tenantId, deviceId).map(Device::told).orElse(Told.NOTHING);
            Instant confirmedAt = told.confirmedAt();
            ThreatState state = told.state();
            if (state != null && told.isAt(place) && confirmedAt != null && confirmedAt.isBefore(now.minus(SETTLING))) {
                states.put(deviceId, state);
            }
        }
        return states;
    }

    private void compare(
            String tenantId,
            String deviceId,
            @Nullable ThreatState state,
            @Nullable String shown,
            @Nullable Suspect suspect,
            Instant now,
            Tally tally) {
        if (state == null || shown == null) {
            if (suspect != null) {
                store.clear(tenantId, deviceId);
            }
            return;
        }
        tally.different++;
        if (suspect == null) {
            store.save(tenantId, new Suspect(deviceId, now, now.plus(LASTING), 0));
        } else if (!suspect.nextAt().isAfter(now)) {
            Duration pause = LASTING.multipliedBy(1L << Math.min(suspect.repairs() + 1, MOST_DOUBLINGS));
            outbox.markAgain(
                    tenantId,
                    deviceId,
                    TraceEntry.of(
                            now,
                            TraceEntry.Kind.READ_BACK,
                            "what",
                            "repaired",
                            "told",
                            state.wireName(),
                            "shown",
                            Lines.cut(shown),
                            "since",
                            suspect.firstAt().toString()));
            store.save(tenantId, new Suspect(deviceId, suspect.firstAt(), now.plus(pause), suspect.repairs() + 1));
            tally.repaired++;
        }
    }
}
