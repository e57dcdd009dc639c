package dev.mtdconnector.device;

import dev.mtdconnector.schedule.JobContext;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.Outcome;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.schedule.TenantJob;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Disconnects the devices of a tenant that were not heard of for so many days, and connects those again for which a larger
 * number leaves time; then deletes the lines of traces that are older than they are kept. Costs what becomes disconnected
 * and what is deleted: beside that it reads the devices that are about to be disconnected, on the day on which they will.
 * Idempotent; a long run goes on in another.
 */
public final class SweepJob implements TenantJob {

    static final Duration INTERVAL = Duration.ofHours(1);

    private static final Duration SLICE = Duration.ofMinutes(3);
    private static final int PAGE = 500;

    /** Devices whose old lines go between two looks at the lease: two requests each, or a few more. */
    private static final int SOME = 20;

    private final Watch watch;
    private final DeviceStore devices;
    private final TraceAge traces;
    private final Duration kept;
    private final Schedule schedule;
    private final Clock clock;

    /**
     * @param kept for how many whole days the line of a trace is kept; it goes on the day after the last of them
     */
    public SweepJob(Watch watch, DeviceStore devices, TraceAge traces, Duration kept, Schedule schedule, Clock clock) {
        this.watch = watch;
        this.devices = devices;
        this.traces = traces;
        this.kept = kept;
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
                        "connected")
                && sweep.forgets(Watch.Sighting.dayOf(now.minus(kept)));
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

        /**
         * @return false when it is time to let others run
         */
        private boolean forgets(LocalDate before) {
            boolean isDone;
            do {
                context.checkpoint();
                isDone = traces.forget(tenantId, before, SOME) < SOME;
            } while (!isDone && clock.instant().isBefore(now.plus(SLICE)));
            return isDone;
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
