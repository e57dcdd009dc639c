package dev.mtdconnector.app;

import dev.mtdconnector.feed.FeedNotices;
import dev.mtdconnector.feed.FeedRoutes;
import dev.mtdconnector.feed.FeedSettings;
import dev.mtdconnector.feed.FeedView;
import dev.mtdconnector.feed.RiskApi;
import dev.mtdconnector.feed.RiskFeedJob;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.schedule.TenantJob;
import dev.mtdconnector.signin.SealedSecrets;
import dev.mtdconnector.storage.FeedTable;
import dev.mtdconnector.stream.StreamRoutes;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The threat feed that a tenant connects, and reading it. */
final class FeedWiring implements Feature {

    private final Shared shared;
    private final FeedTable feeds;
    private final SealedSecrets sealed;
    private final FeedNotices notices;

    FeedWiring(Shared shared) {
        this.shared = shared;
        this.feeds = new FeedTable(shared.stores().tables());
        this.sealed = new SealedSecrets(shared.settings().sealing(), new SecureRandom());
        this.notices = new FeedNotices(
                feeds, shared.services().errors(), shared.services().mails(), shared.clock());
    }

    FeedTable feeds() {
        return feeds;
    }

    @Override
    public List<Route> routes() {
        Clock clock = shared.clock();
        Schedule schedule = shared.services().schedule();
        RiskApi api = shared.lazy().riskApi();
        List<Route> routes = new ArrayList<>(new StreamRoutes(feeds.stream(), clock).routes());
        routes.addAll(new FeedRoutes(
                        new FeedSettings(feeds, api, sealed, notices, schedule, clock),
                        new FeedView(feeds, schedule, clock),
                        shared.stores().tenants(),
                        clock)
                .routes());
        return routes;
    }

    @Override
    public Map<JobKind, TenantJob> jobs() {
        return Map.of(
                JobKind.RISK_FEED,
                new RiskFeedJob(
                        shared.stores().tenants(),
                        feeds,
                        shared.lazy().riskApi(),
                        sealed,
                        shared.services().intake(),
                        shared.stores().intake(),
                        shared.stores().devices(),
                        notices,
                        tenantId -> feeds.stream()
                                .find(tenantId)
                                .filter(stream ->
                                        stream.isFollowed(shared.clock().instant()))
                                .isPresent(),
                        shared.clock()));
    }
}
