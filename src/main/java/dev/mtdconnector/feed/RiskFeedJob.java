package dev.mtdconnector.feed;

import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.common.UpstreamErrors;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.device.DeviceStore;
import dev.mtdconnector.feed.FeedProgress.Reading;
import dev.mtdconnector.feed.FeedProgress.Reason;
import dev.mtdconnector.feed.FeedProgress.Trouble;
import dev.mtdconnector.intake.EventIntake;
import dev.mtdconnector.intake.IntakeStore;
import dev.mtdconnector.schedule.JobContext;
import dev.mtdconnector.schedule.Outcome;
import dev.mtdconnector.schedule.TenantJob;
import dev.mtdconnector.signin.SealedSecrets;
import dev.mtdconnector.tenant.Tenant;
import dev.mtdconnector.tenant.TenantStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a tenant's feed: lists first where events do not say what is, then events, until all there is has been read or others
 * are to have their turn. Idempotent. Nothing the feed answers ends the reading for good: what cannot be read is asked for
 * again, and what stays unreadable is passed by reading the lists anew.
 */
public final class RiskFeedJob implements TenantJob {

    /** What the key of a tenant's feed is sealed for. */
    public static final String PURPOSE = "risk-feed";

    /** How long one run goes on, and how much it may ask. */
    static final Duration SLICE = Duration.ofMinutes(3);

    static final int MOST_REQUESTS = 300;

    /** How often the feed is asked while its stream is followed. */
    static final Duration WHILE_FOLLOWED = Duration.ofMinutes(5);

    /** A page that cannot be read for so long is passed. */
    static final Duration UNREADABLE_PATIENCE = Duration.ofHours(1);

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(30);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);
    private static final int MOST_DOUBLINGS = 5;
    private static final int TRIES_WITH_A_KEY = 3;

    private static final Logger LOG = LoggerFactory.getLogger(RiskFeedJob.class);

    private final TenantStore tenants;
    private final FeedStore store;
    private final SealedSecrets sealed;
    private final EventIntake intake;
    private final ListReading lists;
    private final EventPolling polling;
    private final FeedClosing closing;
    private final FeedNotices notices;
    private final Predicate<String> isFollowed;
    private final Clock clock;

    /**
     * @param isFollowed whether a process follows the tenant's event stream now: it is quicker, and this is its safety net
     */
    public RiskFeedJob(
            TenantStore tenants,
            FeedStore store,
            RiskApi api,
            SealedSecrets sealed,
            EventIntake intake,
            IntakeStore ties,
            DeviceStore devices,
            FeedNotices notices,
            Predicate<String> isFollowed,
            Clock clock) {
        this.tenants = tenants;
        this.store = store;
        this.sealed = sealed;
        this.intake = intake;
        this.lists = new ListReading(api, ties, devices, clock);
        this.polling = new EventPolling(api, clock);
        this.closing = new FeedClosing(store, devices, intake, notices);
        this.notices = notices;
        this.isFollowed = isFollowed;
        this.clock = clock;
    }

    @Override
    public Outcome run(String tenantId, JobContext context) {
        Optional<Tenant> tenant = tenants.find(tenantId);
        Optional<FeedConnection> connection = store.connection(tenantId);
        Optional<FeedProgress> progress = store.progress(tenantId);
        if (tenant.isEmpty() || connection.isEmpty() || progress.isEmpty()) {
            return Outcome.obsolete();
        }
        try {
            if (connection.get().isClosing()) {
                closing.run(tenant.get(), connection.get(), progress.get(), context);
                return Outcome.obsolete();
            }
            FeedConnection current = connection.get();
            Optional<ApplicationKey> key =
                    sealed.open(tenantId, PURPOSE, current.sealedKey()).map(ApplicationKey::new);
            FeedRun run = new FeedRun(
                    tenant.get(),
                    current,
                    progress.get(),
                    key.orElseGet(() -> new ApplicationKey("")),
                    context,
                    store,
                    intake,
                    notices);
            if (key.isEmpty()) {
                return waiting(run, ErrorCode.SECRETS_NOT_CONFIGURED);
            }
            sealAnew(run);
            return read(run);
        } catch (FeedRun.ChangedException e) {
            return Outcome.again(Duration.ZERO);
        }
    }

    /** With the first of the deployment's keys, so that the others can be taken away. */
    private void sealAnew(FeedRun run) {
        if (!sealed.isOutdated(run.connection().sealedKey())) {
            return;
        }
        String anew = sealed.seal(run.tenantId(), PURPOSE, run.key().secret());
        if (!store.save(run.tenantId(), run.connection().sealedAnew(anew), run.progress())) {
            throw new FeedRun.ChangedException();
        }
        // Its rows have other versions now.
        throw new FeedRun.ChangedException();
    }

    private Outcome read(FeedRun run) {
        Instant until = clock.instant().plus(SLICE);
        try {
            warn(run);
            while (true) {
                if (isAllRead(run, until)) {
                    settle(run);
                    return finished(run);
                }
                if (!clock.instant().isBefore(until) || run.requests() >= MOST_REQUESTS) {
                    return Outcome.again(Duration.ZERO);
                }
            }
        } catch (FeedRun.ForeignException e) {
            return waiting(run, ErrorCode.FEED_FOREIGN);
        } catch (UpstreamException e) {
            ErrorCode code = UpstreamErrors.codeOf(e);
            if (code == ErrorCode.FEED_KEY_INVALID && isSettled(run, code)) {
                return waiting(run, code);
            }
            return failed(run, code, String.valueOf(e.getMessage()), e.retryAfter());
        } catch (FeedRun.DefectException e) {
            LOG.error("The feed of {} is read again: {}", run.tenantId(), e.getMessage(), e.getCause());
            return failed(run, ErrorCode.FEED_EVENT_FAILED, String.valueOf(e.getMessage()), null);
        } catch (UnreadablePageException e) {
            return unreadable(run, e);
        }
    }

    private Outcome finished(FeedRun run) {
        boolean isSlow = run.connection().every().compareTo(WHILE_FOLLOWED) < 0 && isFollowed.test(run.tenantId());
        return isSlow ? Outcome.finishedUntil(clock.instant().plus(WHILE_FOLLOWED)) : Outcome.finished();
    }

    /** Does a step; true when all there is has been read. */
    private boolean isAllRead(FeedRun run, Instant until) {
        Reading reading = run.progress().reading();
        if (reading != null) {
            if (lists.step(run, reading, until)) {
                notices.listsRead(run.tenantId(), reading);
            }
            return false;
        }
        switch (polling.step(run)) {
            case MORE -> {
                return false;
            }
            case CAUGHT_UP -> {
                return true;
            }
            case GAP -> {
                missed(run, "Events since " + run.progress().position().coveredUntil() + " cannot be had any more");
                return false;
            }
        }
        throw new IllegalStateException("Every step has an end");
    }

    /** Events were missed since what was covered: what is there is read instead. */
    private void missed(FeedRun run, String why) {
        Instant now = clock.instant();
        Instant since = run.progress().position().coveredUntil().minus(EventPolling.OVERLAP);
        notices.missed(run.tenantId(), now, why);
        run.count("gaps", 1);
        run.save(run.progress().with(ListReading.begun(Reason.GAP, now, since)).in(null));
    }

    /** Everything has been read: says what is well again, and whether it is silent. */
    private void settle(FeedRun run) {
        Instant now = clock.instant();
        FeedProgress.Rhythm rhythm = run.progress().rhythm();
        Instant silentSince = Silence.since(run.connection(), rhythm, now);
        if (run.before().trouble() != null) {
            notices.note(run.tenantId(), "read-again", "");
        }
        if ((silentSince == null) != (rhythm.silentSince() == null)) {
            notices.silence(run.tenantId(), now, silentSince);
            run.save(run.progress().with(rhythm.silent(silentSince)));
        }
    }

    private void warn(FeedRun run) {
        int due = KeyWarnings.due(run.connection(), clock.instant());
        if (due != run.progress().warnedDays() && due != FeedProgress.NOT_WARNED) {
            notices.keyExpires(run.tenant(), run.connection(), due);
            run.save(run.progress().warned(due));
        }
    }

    /** Nobody but an administrator or operator can mend it; looked at again every hour, and at once when they did. */
    private Outcome waiting(FeedRun run, ErrorCode code) {
        note(run, code);
        return Outcome.waiting(code);
    }

    private Outcome failed(FeedRun run, ErrorCode code, String message, @Nullable Duration asked) {
        int attempts = note(run, code);
        Duration own = FIRST_PAUSE.multipliedBy(1L << Math.min(attempts - 1, MOST_DOUBLINGS));
        Duration pause = own.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : own;
        return new Outcome.Failed(code, message, asked == null ? pause : asked);
    }

    /** Refused often enough to believe it: once may be a fault of the feed. */
    private static boolean isSettled(FeedRun run, ErrorCode code) {
        Trouble before = run.progress().trouble();
        return before != null && before.errorCode().equals(code.code()) && before.attempts() >= TRIES_WITH_A_KEY;
    }

    /** Asked for again, at last an event at a time; one that stays as it is for an hour is passed. */
    private Outcome unreadable(FeedRun run, UnreadablePageException e) {
        Trouble before = run.progress().trouble();
        boolean isOld = before != null
                && before.errorCode().equals(ErrorCode.FEED_PAGE_UNREADABLE.code())
                && before.since().plus(UNREADABLE_PATIENCE).isBefore(clock.instant());
        if (isOld) {
            pass(run, "A page could not be read for an hour: " + e.getMessage());
            return Outcome.again(Duration.ZERO);
        }
        Outcome outcome = failed(run, ErrorCode.FEED_PAGE_UNREADABLE, String.valueOf(e.getMessage()), null);
        run.save(run.progress().at(run.progress().position().shrunk()));
        return outcome;
    }

    /** Of events by reading lists instead; of lists by leaving the rest of them, which stays on record. */
    private void pass(FeedRun run, String why) {
        Reading reading = run.progress().reading();
        if (reading == null) {
            missed(run, why);
        } else {
            notices.missed(run.tenantId(), clock.instant(), why);
            ListReading.end(run, reading);
        }
    }

    /** How many times in a row by now. */
    private int note(FeedRun run, ErrorCode code) {
        Trouble before = run.progress().trouble();
        boolean isSame = before != null && before.errorCode().equals(code.code());
        Trouble trouble = isSame && before != null
                ? new Trouble(before.since(), before.errorCode(), before.attempts() + 1)
                : new Trouble(clock.instant(), code.code(), 1);
        if (!isSame) {
            notices.note(run.tenantId(), "failing", code.code());
        }
        run.save(run.progress().in(trouble));
        return trouble.attempts();
    }
}
