package dev.mtdconnector.enrollment;

import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.connector.Connector;
import dev.mtdconnector.connector.ConnectorStore;
import dev.mtdconnector.device.Latecomers;
import dev.mtdconnector.device.UnsupportedDevices;
import dev.mtdconnector.enrollment.EnrollmentState.Phase;
import dev.mtdconnector.enrollment.GroupGraph.TrackedGroup;
import dev.mtdconnector.notify.ErrorRecords;
import dev.mtdconnector.schedule.JobContext;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.Outcome;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.schedule.TenantJob;
import dev.mtdconnector.schedule.Trigger;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Follows the enrollment groups: devices of users who joined come into scope, those of users who left go out of it, at the
 * cost of what changed.
 *
 * <p>A sync has four phases ({@link Phase}); where it stands is stored with what it covers, so that one that was cut off
 * goes on there and comes to the same end. What is long goes on in another message after some minutes. A run that was
 * overtaken by another can write nothing.
 */
public final class EnrollmentSyncJob implements TenantJob {

    /** Under this name held removals stand among the tenant's errors. */
    static final String HELD_ERRORS = "held-removals";

    private final ConnectorStore connectors;
    private final EnrollmentLedger ledger;
    private final DeviceRegister register;
    private final DirectoryChanges changes;
    private final OptionalSources sources;
    private final SupportRules supportRules;
    private final UnsupportedDevices unsupported;
    private final Latecomers latecomers;
    private final Schedule schedule;
    private final ErrorRecords errors;
    private final HeldNotice heldNotice;
    private final Clock clock;
    private final SyncLimits limits;

    public EnrollmentSyncJob(
            ConnectorStore connectors,
            EnrollmentLedger ledger,
            DeviceRegister register,
            DirectoryChanges changes,
            OptionalSources sources,
            SupportRules supportRules,
            UnsupportedDevices unsupported,
            Latecomers latecomers,
            Schedule schedule,
            ErrorRecords errors,
            HeldNotice heldNotice,
            Clock clock) {
        this(
                connectors,
                ledger,
                register,
                changes,
                sources,
                supportRules,
                unsupported,
                latecomers,
                schedule,
                errors,
                heldNotice,
                clock,
                SyncLimits.USUAL);
    }

    EnrollmentSyncJob(
            ConnectorStore connectors,
            EnrollmentLedger ledger,
            DeviceRegister register,
            DirectoryChanges changes,
            OptionalSources sources,
            SupportRules supportRules,
            UnsupportedDevices unsupported,
            Latecomers latecomers,
            Schedule schedule,
            ErrorRecords errors,
            HeldNotice heldNotice,
            Clock clock,
            SyncLimits limits) {
        this.connectors = connectors;
        this.ledger = ledger;
        this.register = register;
        this.changes = changes;
        this.sources = sources;
        this.supportRules = supportRules;
        this.unsupported = unsupported;
        this.latecomers = latecomers;
        this.schedule = schedule;
        this.errors = errors;
        this.heldNotice = heldNotice;
        this.clock = clock;
        this.limits = limits;
    }

    @Override
    public Outcome run(String tenantId, JobContext context) {
        Optional<Connector> connector = connectors.find(tenantId);
        if (connector.isEmpty() || connector.get().groups().isEmpty()) {
            return Outcome.obsolete();
        }
        SyncStep step = new SyncStep(limits, connector.get(), ledger, register, changes, sources, context, clock);
        DeviceEnroller enroller = new DeviceEnroller(step, supportRules, unsupported, latecomers);
        begin(step, context.trigger());
        try {
            if (!readAndFold(step) || !settle(step, enroller) || !follow(step, enroller)) {
                return Outcome.again(Duration.ZERO);
            }
            if (!new Reconcile(step, enroller).slice()) {
                return Outcome.again(Duration.ZERO);
            }
            new IntunePass(step, enroller).slice();
            tellOfHeld(step);
            return end(step);
        } catch (UpstreamException e) {
            return giveUp(step, enroller, context.outcomeOf(e));
        } finally {
            if (enroller.hasOutstanding()) {
                schedule.runNow(tenantId, JobKind.PUBLISH);
            }
        }
    }

    /** A run that goes on after a break, or in place of one that was cut off, is the same run. */
    private static void begin(SyncStep step, Trigger trigger) {
        EnrollmentState state = step.book().state();
        boolean isNew = state.tally().startedAt() == null;
        step.book()
                .note(state.withTally(
                        isNew ? Tally.begun(step.now(), trigger) : state.tally().continued()));
    }

    /** A run that failed ends here: where it came to is stored already, and what it did stands in the history. */
    private Outcome giveUp(SyncStep step, DeviceEnroller enroller, Outcome outcome) {
        tellOfHeld(step);
        EnrollmentState state = step.counted(enroller.tallied(step.book().state()));
        step.book().giveUp(new SyncRun(step.now(), state.tally(), codeOf(outcome)));
        return outcome;
    }

    private static @Nullable ErrorCode codeOf(Outcome outcome) {
        if (outcome instanceof Outcome.Waiting waiting) {
            return waiting.code();
        }
        return outcome instanceof Outcome.Failed failed ? failed.code() : null;
    }

    private static boolean readAndFold(SyncStep step) {
        if (step.book().state().phase() != Phase.READING) {
            return true;
        }
        GroupReading reading = new GroupReading(step);
        if (!reading.read()) {
            return false;
        }
        new Folding(step, reading).fold();
        return true;
    }

    private static boolean settle(SyncStep step, DeviceEnroller enroller) {
        if (step.book().state().phase() != Phase.SETTLING) {
            return true;
        }
        if (!new Settling(step, enroller).settle()) {
            return false;
        }
        step.book().note(step.book().state().in(Phase.FOLLOWING));
        return true;
    }

    private boolean follow(SyncStep step, DeviceEnroller enroller) {
        return new DeviceFollowing(step, enroller, unsupported).follow();
    }

    /** Whoever gets the tenant's errors is told of each set once: a set is the work of one run. */
    private void tellOfHeld(SyncStep step) {
        String tenantId = step.tenantId();
        EnrollmentState state = step.book().state();
        int held = state.tally().held();
        if (held > 0) {
            errors.failed(
                    tenantId,
                    HELD_ERRORS,
                    new Outcome.Failed(
                            ErrorCode.ENROLLMENT_REMOVALS_HELD,
                            held + " more devices would leave and are held in set " + state.holdSet(),
                            null));
            heldNotice.held(step.connector(), state.holdSet(), held);
        } else if (step.isReleasing() && ledger.held(tenantId, null, 1).isEmpty()) {
            errors.recovered(tenantId, HELD_ERRORS);
        }
    }

    /** A run that changed nothing is no row of the history: it is counted in the state. */
    private static Outcome end(SyncStep step) {
        EnrollmentState state = step.counted(step.book().state());
        Optional<TrackedGroup> gone = step.book().graph().groups().stream()
                .filter(group -> group.isPinned() && group.isGone())
                .findFirst();
        ErrorCode error = gone.isPresent() ? ErrorCode.ENROLLMENT_GROUP_GONE : null;
        boolean isQuiet = error == null && !state.tally().hasChanges();
        EnrollmentLedger.Page page = new EnrollmentLedger.Page(
                state.in(Phase.READING).ended(step.now(), isQuiet), step.book().graph());
        if (!isQuiet) {
            page.ending(new SyncRun(step.now(), state.tally(), error));
        }
        step.book().write(page);
        return gone.isPresent()
                ? Outcome.failed(
                        ErrorCode.ENROLLMENT_GROUP_GONE,
                        "The group " + gone.get().id() + " does not exist any more; no device was removed for that")
                : Outcome.finished();
    }
}
