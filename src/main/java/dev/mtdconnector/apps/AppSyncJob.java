package dev.mtdconnector.apps;

import dev.mtdconnector.apps.AppSyncRun.State;
import dev.mtdconnector.apps.AppSyncSwitch.Allowed;
import dev.mtdconnector.apps.FindingStore.Finding;
import dev.mtdconnector.apps.FindingStore.Place;
import dev.mtdconnector.common.UpstreamErrors;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.device.DeviceStore;
import dev.mtdconnector.schedule.JobContext;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.Outcome;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.schedule.TenantJob;
import dev.mtdconnector.schedule.Trigger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Once a day matches the apps that Intune detected with the tenant's deny list, and resolves to devices only those that match.
 *
 * <p>Whether it may is asked first, each time: where Intune's administrator does not allow it, or a role is missing, nothing
 * else is read. What is ended was looked for in a reading that was whole: of an app whose devices could not be read, and of an
 * inventory that was cut off, nothing is. Idempotent; a long run goes on in another after the last device that it looked at.
 */
public final class AppSyncJob implements TenantJob {

    private static final Duration SLICE = Duration.ofMinutes(3);
    private static final long SECONDS_OF_DAY = Duration.ofDays(1).toSeconds();
    private static final int PAGE = 500;

    /** Longer than it takes until a job runs once more after a change. */
    private static final Duration JUST_NOW = Schedule.SAFETY_DELAY.multipliedBy(5);

    private final AppListStore lists;
    private final FindingStore store;
    private final AppSyncSwitch permission;
    private final DetectedApps inventory;
    private final DeviceStore devices;
    private final Schedule schedule;
    private final Clock clock;

    public AppSyncJob(
            AppListStore lists,
            FindingStore store,
            AppSyncSwitch permission,
            DetectedApps inventory,
            DeviceStore devices,
            Schedule schedule,
            Clock clock) {
        this.lists = lists;
        this.store = store;
        this.permission = permission;
        this.inventory = inventory;
        this.devices = devices;
        this.schedule = schedule;
        this.clock = clock;
    }

    /** The tenant's own time of the day, after this: the tenants are spread over all of it. */
    static Instant nextSlot(String tenantId, Instant now) {
        long second = Math.floorMod((long) tenantId.hashCode() * 7919, SECONDS_OF_DAY);
        Instant slot = now.truncatedTo(ChronoUnit.DAYS).plusSeconds(second);
        return slot.isAfter(now) ? slot : slot.plusSeconds(SECONDS_OF_DAY);
    }

    @Override
    public Outcome run(String tenantId, JobContext context) {
        DenyList list = new DenyList(lists.denied(tenantId));
        @Nullable AppSyncRun before = store.latest(tenantId).orElse(null);
        if (before != null && isJustDone(before, list, context)) {
            return Outcome.finishedUntil(nextSlot(tenantId, clock.instant()));
        }
        Run run = new Run(tenantId, list, context, before);
        try {
            return run.work();
        } catch (UpstreamException e) {
            if (isRefused(e)) {
                run.endUnconfirmed();
            }
            run.save(
                    isRefused(e) ? State.NOT_PERMITTED : State.FAILED,
                    null,
                    UpstreamErrors.codeOf(e).code());
            return context.outcomeOf(e);
        } finally {
            if (run.findings.isAnyOutstanding()) {
                schedule.runNow(tenantId, JobKind.PUBLISH);
            }
        }
    }

    /**
     * After each change a job runs once more, in case a run under way had looked before it. This one had not, and reading an
     * inventory twice is dear.
     */
    private boolean isJustDone(AppSyncRun before, DenyList list, JobContext context) {
        Instant end = before.finishedAt();
        return context.trigger() == Trigger.SCHEDULE
                && !context.hasTakenOver()
                && before.problem() == null
                && before.state() != State.NOTHING_DENIED
                && before.listVersion().equals(list.version())
                && end != null
                && end.plus(JUST_NOW).isAfter(clock.instant());
    }

    private static boolean isRefused(UpstreamException e) {
        return e.kind() == UpstreamException.Kind.FORBIDDEN || e.kind() == UpstreamException.Kind.CONSENT_MISSING;
    }

    /** One run, or what is left of it. */
    private final class Run {
        private final String tenantId;
        private final DenyList list;
        private final JobContext context;
        private final Findings findings;
        private final Tally tally;
        private final Instant now = clock.instant();
        private final Instant startedAt;
        private final @Nullable String cursor;
        private final @Nullable Instant succeededAt;
        private final boolean wasEmpty;

        private Run(String tenantId, DenyList list, JobContext context, @Nullable AppSyncRun before) {
            this.tenantId = tenantId;
            this.list = list;
            this.context = context;
            this.findings = new Findings(store, devices, tenantId, now);
            AppSyncRun stopped = before != null
                            && before.state() == State.RUNNING
                            && before.cursor() != null
                            && before.listVersion().equals(list.version())
                    ? before
                    : null;
            this.startedAt = stopped == null ? now : stopped.startedAt();
            this.cursor = stopped == null ? null : stopped.cursor();
            this.succeededAt = before == null ? null : before.succeededAt();
            this.wasEmpty = before != null
                    && before.state() == State.DONE
                    && before.counts().read() == 0;
            this.tally = new Tally(stopped == null ? AppSyncRun.Counts.NONE : stopped.counts());
        }

        private Outcome work() {
            if (list.entries().isEmpty()) {
                endAll("denied-entry-removed", finding -> true);
                save(State.NOTHING_DENIED, null, null);
                return Outcome.obsolete();
            }
            endAll("denied-entry-removed", this::isAllowedByNow);
            if (!permission.isPermitted(tenantId)) {
                endUnconfirmed();
                return ended(State.NOT_PERMITTED);
            }
            Allowed allowed = permission.allowed(tenantId);
            if (!allowed.apps()) {
                endAll("app-sync-off", finding -> true);
                return ended(State.OFF);
            }
            MatchedApps matched = new MatchedApps(list);
            inventory.each(tenantId, matched::take);
            tally.read = matched.read();
            tally.matched = matched.matched();
            for (MatchedApps.App app : matched.apps().values()) {
                String reached = pass(app, allowed, matched.isCut());
                if (reached != null) {
                    save(State.RUNNING, reached, null);
                    return Outcome.again(Duration.ZERO);
                }
            }
            if (matched.isWhole()) {
                endAll("denied-app-gone", finding -> !matched.apps().containsKey(finding.appKey()));
            } else {
                tally.unread++;
                if (tally.read == 0 && wasEmpty) {
                    endUnconfirmed();
                }
            }
            return ended(State.DONE);
        }

        /** What no reading confirmed for as long as Intune takes to look at every device is not held against anybody. */
        private void endUnconfirmed() {
            if (succeededAt == null || !now.isBefore(succeededAt.plus(DetectedApps.REFRESHED_WITHIN))) {
                endAll("denied-app-unconfirmed", finding -> true);
            }
        }

        private boolean isAllowedByNow(Finding finding) {
            return list.denying(finding.name(), finding.publisher()).isEmpty();
        }

        private Outcome ended(State state) {
            save(state, null, null);
            return Outcome.finishedUntil(nextSlot(tenantId, clock.instant()));
        }

        private void save(State state, @Nullable String reached, @Nullable String problem) {
            Instant end = state == State.RUNNING ? null : clock.instant();
            boolean isWhole = state == State.DONE && tally.unread == 0;
            store.save(
                    tenantId,
                    new AppSyncRun(
                            state,
                            list.version(),
                            reached,
                            startedAt,
                            end,
                            isWhole ? end : succeededAt,
                            problem,
                            tally.counts()));
        }

        /**
         * @param isCut whether there are versions that nobody asks for, so that it may be on other devices too
         * @return where it got to when it is time to let others run; null at the end
         */
        private @Nullable String pass(MatchedApps.App app, Allowed allowed, boolean isCut) {
            String done = cursor == null ? "" : cursor;
            // Beyond its last device: an app that was passed in an earlier run.
            String end = app.key() + "~";
            if (done.compareTo(end) >= 0) {
                return null;
            }
            context.checkpoint();
            TreeSet<String> on = new TreeSet<>();
            TreeSet<String> personal = new TreeSet<>();
            boolean isWhole = installations(app, allowed, on, personal) && !isCut;
            personal.removeAll(on);
            boolean isBegun = done.startsWith(app.key());
            if (!isBegun) {
                tally.personal += personal.size();
                tally.installations += on.size() + personal.size();
                tally.unread += isWhole ? 0 : 1;
            }
            List<String> known = store.devicesWith(tenantId, app.key());
            TreeSet<String> all = new TreeSet<>(on);
            all.addAll(known);
            TreeSet<String> noted = new TreeSet<>(known);
            for (String deviceId : all) {
                String here = app.key() + "|" + deviceId;
                if (here.compareTo(done) <= 0) {
                    continue;
                }
                context.checkpoint();
                if (on.contains(deviceId)) {
                    found(app, deviceId, noted.contains(deviceId));
                } else if (isWhole || personal.contains(deviceId)) {
                    String why = personal.contains(deviceId) ? "personal-apps-off" : "denied-app-gone";
                    findings.ended(new Finding(app.key(), deviceId, app.name(), app.publisher()), why);
                    tally.ended++;
                }
                if (isTime()) {
                    return here;
                }
            }
            return isTime() ? end : null;
        }

        private boolean isTime() {
            return clock.instant().isAfter(now.plus(SLICE));
        }

        private void found(MatchedApps.App app, String deviceId, boolean isKnown) {
            boolean isMeant = findings.found(app, deviceId, isKnown);
            tally.onDevices += isMeant ? 1 : 0;
            tally.notEnrolled += isMeant ? 0 : 1;
            tally.found += isMeant && !isKnown ? 1 : 0;
            tally.ended += !isMeant && isKnown ? 1 : 0;
        }

        /**
         * @return false when Intune did not know one of the app's versions any more, so that there may be others
         */
        private boolean installations(MatchedApps.App app, Allowed allowed, Set<String> on, Set<String> personal) {
            boolean isWhole = true;
            for (String id : app.ids()) {
                context.checkpoint();
                try {
                    inventory.installations(tenantId, id, one -> {
                        if (one.isCompanyOwned() || allowed.personalApps()) {
                            on.add(one.deviceId());
                        } else {
                            personal.add(one.deviceId());
                        }
                    });
                } catch (UpstreamException e) {
                    if (e.kind() != UpstreamException.Kind.NOT_FOUND) {
                        throw e;
                    }
                    isWhole = false;
                }
            }
            return isWhole;
        }

        private void endAll(String why, Predicate<Finding> which) {
            @Nullable Place last = null;
            List<Finding> page;
            do {
                page = store.findings(tenantId, PAGE, last);
                for (Finding finding : page) {
                    if (which.test(finding)) {
                        context.checkpoint();
                        findings.ended(finding, why);
                        tally.ended++;
                    }
                    last = finding.place();
                }
            } while (page.size() == PAGE);
        }
    }
}
