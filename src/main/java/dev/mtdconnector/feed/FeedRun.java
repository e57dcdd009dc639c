package dev.mtdconnector.feed;

import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.common.TransientFailure;
import dev.mtdconnector.feed.FeedProgress.Trouble;
import dev.mtdconnector.intake.EventIntake;
import dev.mtdconnector.schedule.JobContext;
import dev.mtdconnector.tenant.Tenant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run over one tenant's feed: what it goes by, and how far it is. */
final class FeedRun {

    private static final EventIntake.Result NOTHING = new EventIntake.Result(0, 0, 0, 0, 0, 0, List.of());

    /** With the pauses between them seven minutes: long enough for what passes by itself. */
    static final int TRIES_WITH_AN_EVENT = 5;

    private static final Logger LOG = LoggerFactory.getLogger(FeedRun.class);

    private final Tenant tenant;
    private final FeedConnection connection;
    private final ApplicationKey key;
    private final JobContext context;
    private final FeedStore store;
    private final EventIntake intake;
    private final FeedNotices notices;
    private final Map<String, Long> counts = new TreeMap<>();
    private final FeedProgress before;
    private FeedProgress progress;
    private int requests;

    FeedRun(
            Tenant tenant,
            FeedConnection connection,
            FeedProgress progress,
            ApplicationKey key,
            JobContext context,
            FeedStore store,
            EventIntake intake,
            FeedNotices notices) {
        this.tenant = tenant;
        this.connection = connection;
        this.before = progress;
        this.progress = progress;
        this.key = key;
        this.context = context;
        this.store = store;
        this.intake = intake;
        this.notices = notices;
    }

    /** Somebody else changed the feed meanwhile, as an administrator does: this run must write nothing more. */
    static final class ChangedException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        ChangedException() {
            super("The feed was changed meanwhile");
        }
    }

    private void pass(String event, RuntimeException failure) {
        LOG.error("An event of the feed of {} is kept and passed", tenantId(), failure);
        intake.keepFailed(tenant, event);
        notices.eventFailed(tenantId(), failure.getClass().getSimpleName());
        count("rejected_failed", 1);
    }

    /**
     * Notes whose the feed is by what is on a page, while nothing has shown it.
     *
     * @throws ForeignException when only others are named there: nothing of the page is to be taken
     */
    void nameOwners(RiskApi.Page page) {
        if (!progress.isConfirmed()) {
            progress = progress.confirmed(isOurs(tenant.enterpriseGuid(), page.items()));
        }
    }

    /** Whether the feed is this enterprise's by what events or items name; false when they name nobody. */
    static boolean isOurs(String enterpriseGuid, List<String> items) {
        Set<String> named = items.stream()
                .flatMap(item -> ListedItems.tree(item).stream())
                .flatMap(item -> ListedItems.enterpriseOf(item).stream())
                .collect(Collectors.toSet());
        if (!named.isEmpty() && !named.contains(enterpriseGuid)) {
            throw new ForeignException();
        }
        return !named.isEmpty();
    }

    /** The key is another enterprise's. */
    static final class ForeignException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** The intake failed at an event, by a defect of ours. */
    static final class DefectException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        DefectException(RuntimeException cause) {
            super("The intake failed at an event: " + cause.getClass().getSimpleName(), cause);
        }
    }

    Tenant tenant() {
        return tenant;
    }

    String tenantId() {
        return tenant.tenantId();
    }

    FeedConnection connection() {
        return connection;
    }

    ApplicationKey key() {
        return key;
    }

    /** How far it was when the run began. */
    FeedProgress before() {
        return before;
    }

    FeedProgress progress() {
        return progress;
    }

    /** How many items to ask for at once. */
    int limit() {
        return progress.position().limit();
    }

    int requests() {
        return requests;
    }

    void checkpoint() {
        context.checkpoint();
    }

    /** Notes a request that is about to be sent. */
    void asks() {
        context.checkpoint();
        requests++;
        count("requests", 1);
    }

    void count(String what, long number) {
        if (number != 0) {
            counts.merge(what, number, Long::sum);
        }
    }

    /**
     * Has the intake take events; what became of them is counted with the next {@link #save}.
     *
     * @throws DefectException when it fails at one of them; after some runs that ended so, that one is kept and passed
     */
    EventIntake.Result take(List<String> events) {
        if (events.isEmpty()) {
            return NOTHING;
        }
        EventIntake.Result result;
        try {
            result = intake.accept(tenant, events, context::checkpoint);
        } catch (RuntimeException e) {
            holdAt(e);
            return takeApart(events, e);
        }
        count("applied", result.applied());
        count("unchanged", result.unchanged());
        count("parked", result.parked());
        count("kept", result.kept());
        count("rejected_foreign", result.foreign());
        count("rejected_full", result.full());
        count("rejected_invalid", result.rejected().size() - result.foreign() - result.full());
        return result;
    }

    /** What an item of a list says as events; nothing of one at which that fails, as {@link #take} has it. */
    List<String> said(String item, Supplier<List<String>> reading) {
        try {
            return reading.get();
        } catch (RuntimeException e) {
            holdAt(e);
            pass(item, e);
            return List.of();
        }
    }

    /** Ends the run by this failure, unless it is a defect that lasts. */
    private void holdAt(RuntimeException failure) {
        boolean isDefect = !(failure instanceof TransientFailure
                || failure instanceof JobContext.StoppedException
                || failure instanceof JobContext.LeaseLostException);
        Trouble trouble = before.trouble();
        boolean lasts = trouble != null
                && trouble.errorCode().equals(ErrorCode.FEED_EVENT_FAILED.code())
                && trouble.attempts() >= TRIES_WITH_AN_EVENT;
        if (!isDefect) {
            throw failure;
        }
        if (!lasts) {
            throw new DefectException(failure);
        }
    }

    /** In halves, until the events at which it fails are found; what was taken already changes nothing. */
    private EventIntake.Result takeApart(List<String> events, RuntimeException failure) {
        if (events.size() == 1) {
            pass(events.get(0), failure);
            return NOTHING;
        }
        int half = events.size() / 2;
        return take(events.subList(0, half)).plus(take(events.subList(half, events.size())));
    }

    /**
     * Saves how far it is, with what was counted since.
     *
     * @throws ChangedException when the feed was changed, or disconnected, meanwhile
     */
    void save(FeedProgress next) {
        progress = store.save(tenantId(), next.plus(counts)).orElseThrow(ChangedException::new);
        counts.clear();
    }
}
