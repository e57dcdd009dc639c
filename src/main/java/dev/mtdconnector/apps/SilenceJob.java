package dev.mtdconnector.apps;

import dev.mtdconnector.apps.AppListStore.Progress;
import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.DeviceStore;
import dev.mtdconnector.device.TraceEntry;
import dev.mtdconnector.schedule.JobContext;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.Outcome;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.schedule.TenantJob;
import dev.mtdconnector.schedule.Trigger;
import dev.mtdconnector.threat.Allowance;
import dev.mtdconnector.threat.Allowances;
import dev.mtdconnector.threat.Threat;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Carries out a tenant's allow list: silences the threats that it covers, and has those count again that it covers no more. Looks
 * at the devices with silenced threats, and while any entry holds at those with threats that count; never at the others.
 *
 * <p>Runs after each change of the list, when the next entry ends, and once more {@link #AFTERWARDS}: by then every process
 * has the list that it went by. Idempotent; a long run goes on in another after the last device that it looked at.
 */
public final class SilenceJob implements TenantJob {

    /** Longer than a process may go by an older list. */
    static final Duration AFTERWARDS = CachedAllowances.KEPT.multipliedBy(2);

    /** For how long an entry that has ended is shown. */
    static final Duration SHOWN = Duration.ofDays(30);

    private static final Duration AT_THE_LATEST = Duration.ofDays(1);
    private static final Duration SLICE = Duration.ofMinutes(3);
    private static final int PAGE = 500;
    private static final String SILENCED = "1";
    private static final String EXPOSED = "2";

    private final AppListStore lists;
    private final CachedAllowances allowances;
    private final DeviceStore devices;
    private final Schedule schedule;
    private final Clock clock;

    public SilenceJob(
            AppListStore lists, CachedAllowances allowances, DeviceStore devices, Schedule schedule, Clock clock) {
        this.lists = lists;
        this.allowances = allowances;
        this.devices = devices;
        this.schedule = schedule;
        this.clock = clock;
    }

    @Override
    public Outcome run(String tenantId, JobContext context) {
        Instant now = clock.instant();
        for (Allowance entry : lists.allowed(tenantId)) {
            if (!entry.holds(now.minus(SHOWN))) {
                lists.removeAllowed(tenantId, entry.id());
            }
        }
        Allowances all = allowances.fresh(tenantId);
        List<Allowance> holding =
                all.entries().stream().filter(entry -> entry.holds(now)).toList();
        String version = versionOf(holding);
        Optional<Progress> stored = lists.progress(tenantId);
        @Nullable
        String cursor = stored.filter(progress -> progress.version().equals(version))
                .map(Progress::cursor)
                .orElse(null);
        Pass pass = new Pass(tenantId, all, now, context);
        @Nullable String reached = pass.work(cursor, holding.isEmpty());
        boolean isOnceMore = context.trigger() == Trigger.SETTINGS
                || pass.isAnyChanged
                || stored.filter(Progress::isOnceMore).isPresent();
        if (reached != null || stored.map(Progress::cursor).isPresent()) {
            lists.saveProgress(tenantId, new Progress(version, reached, reached != null && isOnceMore));
        }
        if (pass.isAnyOutstanding) {
            schedule.runNow(tenantId, JobKind.PUBLISH);
        }
        if (reached != null) {
            return Outcome.again(Duration.ZERO);
        }
        if (isOnceMore) {
            return Outcome.finishedUntil(earlier(next(holding, now), now.plus(AFTERWARDS)));
        }
        return all.entries().isEmpty() ? Outcome.obsolete() : Outcome.finishedUntil(next(holding, now));
    }

    private static Instant next(List<Allowance> holding, Instant now) {
        Instant next = now.plus(AT_THE_LATEST);
        for (Allowance entry : holding) {
            next = earlier(next, entry.until());
        }
        return next;
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private static String versionOf(List<Allowance> holding) {
        TreeSet<String> ids = new TreeSet<>();
        holding.forEach(entry -> ids.add(entry.id() + " " + entry.until()));
        return UUID.nameUUIDFromBytes(ids.toString().getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    private final class Pass {
        private final String tenantId;
        private final Allowances all;
        private final Instant now;
        private final JobContext context;
        private boolean isAnyOutstanding;
        private boolean isAnyChanged;

        private Pass(String tenantId, Allowances all, Instant now, JobContext context) {
            this.tenantId = tenantId;
            this.all = all;
            this.now = now;
            this.context = context;
        }

        /**
         * @param cursor where an earlier run got to; null at the beginning
         * @return where this one got to when it is time to let others run; null at the end
         */
        private @Nullable String work(@Nullable String cursor, boolean isNothingAllowed) {
            @Nullable String last = null;
            if (cursor == null || cursor.startsWith(SILENCED)) {
                last = cursor == null ? null : cursor.substring(1);
                List<String> page;
                do {
                    page = devices.silenced(tenantId, PAGE, last);
                    for (String deviceId : page) {
                        last = deviceId;
                        look(deviceId);
                        if (isTime()) {
                            return SILENCED + last;
                        }
                    }
                } while (page.size() == PAGE);
                last = null;
            } else {
                last = cursor.substring(1);
            }
            while (!isNothingAllowed) {
                DeviceStore.ExposedPage page = devices.exposed(tenantId, PAGE, last);
                for (DeviceStore.Exposed one : page.devices()) {
                    look(one.deviceId());
                    if (isTime()) {
                        return EXPOSED + one.deviceId();
                    }
                }
                last = page.next();
                if (last == null) {
                    break;
                }
            }
            return null;
        }

        private boolean isTime() {
            return clock.instant().isAfter(now.plus(SLICE));
        }

        private void look(String deviceId) {
            context.checkpoint();
            devices.changeWithReason(
                            tenantId,
                            deviceId,
                            device -> device.silencedBy(all, now),
                            (before, after) -> why(before, after))
                    .ifPresent(changed -> {
                        boolean isOther = !changed.before().equals(changed.after());
                        isAnyChanged |= isOther;
                        isAnyOutstanding |= isOther && changed.outstanding();
                    });
        }

        /** Of several threats that go one way the first is named. */
        private TraceEntry why(Device before, Device after) {
            @Nullable Threat silenced = null;
            @Nullable Threat counting = null;
            for (Threat threat : after.threats().values()) {
                Threat known = before.threats().get(threat.guid());
                boolean wasSilenced = known != null && known.silenced() != null;
                if (silenced == null && threat.silenced() != null && !wasSilenced) {
                    silenced = threat;
                } else if (counting == null && threat.silenced() == null && wasSilenced) {
                    counting = threat;
                }
            }
            Threat.Silenced mark = silenced == null ? null : silenced.silenced();
            return TraceEntry.of(
                    now,
                    TraceEntry.Kind.SYSTEM,
                    "what",
                    "allow-list",
                    "silenced",
                    silenced == null ? null : silenced.guid(),
                    "allowedAppId",
                    mark == null ? null : mark.allowanceId(),
                    "reason",
                    mark == null ? null : mark.reason(),
                    "by",
                    mark == null ? null : mark.by(),
                    "until",
                    mark == null ? null : mark.until().toString(),
                    "countsAgain",
                    counting == null ? null : counting.guid());
        }
    }
}
