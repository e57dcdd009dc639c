package dev.mtdconnector.device;

import dev.mtdconnector.schedule.JobContext;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.Outcome;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.schedule.TenantJob;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Disconnects the devices of a tenant that were not heard of for so many days, and connects those again for which a larger
 * number leaves time. Costs what becomes disconnected: beside that it reads the devices that are about to, on the day on
 * which they will. Idempotent; a long run goes on in another.
 */
public final class SweepJob implements TenantJob {

    static final Duration INTERVAL = Duration.ofHours(1);

    private static final Duration SLICE = Duration.ofMinutes(3);
    private static final int PAGE = 500;

    private final Watch watch;
    private final DeviceStore devices;
    private final Schedule schedule;
    private final Clock clock;

    public SweepJob(Watch watch, DeviceStore devices, Schedule schedule, Clock clock) {
        this.watch = watch;
        this.devices = devices;
        this.schedule = schedule;
        this.clock = clock;
    }

    @Override
    public Outcome run(String tenantId, JobContext context) {
        Instant now = clock.instant();
        int days = watch.disconnectedAfterDays(tenantId);
        Instant cutoff = now.minus(Duration.ofDays(days));
        Sweep sweep = new Sweep(tenantId, days, now, context);
        boolean isDone = sweep.each(
                        after -> watch.silent(tenantId, cutoff, PAGE, after),
                        device -> isSilent(device, cutoff) ? device.disconnected(now) : device,
                        "disconnected")
                && sweep.each(
                        after -> watch.disconnected(tenantId, cutoff, PAGE, after),
                        device -> isSilent(device, cutoff) ? device : device.reconnected(),
                        "connected");
        if (sweep.isAnyOutstanding) {
            schedule.runNow(tenantId, JobKind.PUBLISH);
        }
        return isDone ? Outcome.finished() : Outcome.again(Duration.ZERO);
    }

    /** Not heard of since this time, though its check-ins are waited for. */
    private static boolean isSilent(Device device, Instant cutoff) {
        Instant heard = device.awaitedSince();
        return heard != null && !heard.isAfter(cutoff);
    }

    @FunctionalInterface
    private interface Pages {
        List<Watch.Note> after(Watch.@Nullable Sighting last);
    }

    private final class Sweep {
        private final String tenantId;
        private final int days;
        private final Instant now;
        private final JobContext context;
        private boolean isAnyOutstanding;

        private Sweep(String tenantId, int days, Instant now, JobContext context) {
            this.tenantId = tenantId;
            this.days = days;
            this.now = now;
            this.context = context;
        }

        /**
         * @return false when it is time to let others run
         */
        private boolean each(Pages pages, UnaryOperator<Device> change, String what) {
            Watch.@Nullable Sighting last = null;
            List<Watch.Note> page;
            do {
                page = pages.after(last);
                for (Watch.Note note : page) {
                    context.checkpoint();
                    look(note, change, what);
                    last = note.sighting();
                }
                if (clock.instant().isAfter(now.plus(SLICE))) {
                    return page.size() < PAGE;
                }
            } while (page.size() == PAGE);
            return true;
        }

        private void look(Watch.Note note, UnaryOperator<Device> change, String what) {
            Optional<DeviceStore.Changed> changed = devices.changeWithReason(
                    tenantId,
                    note.sighting().deviceId(),
                    change,
                    (before, after) -> TraceEntry.of(
                            now,
                            TraceEntry.Kind.SYSTEM,
                            "what",
                            what,
                            "lastCheckInAt",
                            String.valueOf(before.agent().lastCheckInAt()),
                            "disconnectedAfterDays",
                            String.valueOf(days)));
            boolean isStale = changed.map(DeviceStore.Changed::before)
                    .flatMap(Watch.Sighting::of)
                    .filter(note.sighting()::equals)
                    .isEmpty();
            if (isStale) {
                watch.drop(tenantId, note);
            }
            isAnyOutstanding |= changed.filter(done -> !done.before().equals(done.after()))
                    .filter(DeviceStore.Changed::outstanding)
                    .isPresent();
        }
    }
}
