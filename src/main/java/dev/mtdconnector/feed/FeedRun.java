package dev.mtdconnector.feed;

import dev.mtdconnector.intake.EventIntake;
import dev.mtdconnector.schedule.JobContext;
import dev.mtdconnector.tenant.Tenant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One run over one tenant's feed: what it goes by, and how far it is. */
final class FeedRun {

    private static final EventIntake.Result NOTHING = new EventIntake.Result(0, 0, 0, 0, 0, 0, List.of());

    private final Tenant tenant;
    private final FeedConnection connection;
    private final ApplicationKey key;
    private final JobContext context;
    private final FeedStore store;
    private final EventIntake intake;
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
            EventIntake intake) {
        this.tenant = tenant;
        this.connection = connection;
        this.before = progress;
        this.progress = progress;
        this.key = key;
        this.context = context;
        this.store = store;
        this.intake = intake;
    }

    /** Somebody else changed the feed meanwhile, as an administrator does: this run must write nothing more. */
    static final class ChangedException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        ChangedException() {
            super("The feed was changed meanwhile");
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

    /** Has the intake take events; what became of them is counted with the next {@link #save}. */
    EventIntake.Result take(List<String> events) {
        if (events.isEmpty()) {
            return NOTHING;
        }
        EventIntake.Result result = intake.accept(tenant, events, context::checkpoint);
        count("applied", result.applied());
        count("unchanged", result.unchanged());
        count("parked", result.parked());
        count("kept", result.kept());
        count("rejected_foreign", result.foreign());
        count("rejected_full", result.full());
        count("rejected_invalid", result.rejected().size() - result.foreign() - result.full());
        return result;
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
