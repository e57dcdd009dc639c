package dev.mtdconnector.stream;

import dev.mtdconnector.feed.ApplicationKey;
import dev.mtdconnector.feed.FeedConnection;
import dev.mtdconnector.feed.FeedProgress;
import dev.mtdconnector.feed.FeedStore;
import dev.mtdconnector.feed.RiskFeedJob;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.signin.SealedSecrets;
import dev.mtdconnector.tenant.Tenant;
import dev.mtdconnector.tenant.TenantStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The feeds that tenants connected in their settings. */
public final class ConnectedFeeds implements FollowedFeeds {

    private static final int A_PAGE = 200;

    private final TenantStore tenants;
    private final FeedStore feeds;
    private final SealedSecrets sealed;
    private final Schedule schedule;

    public ConnectedFeeds(TenantStore tenants, FeedStore feeds, SealedSecrets sealed, Schedule schedule) {
        this.tenants = tenants;
        this.feeds = feeds;
        this.sealed = sealed;
        this.schedule = schedule;
    }

    @Override
    public List<String> tenants() {
        List<String> found = new ArrayList<>();
        @Nullable String after = null;
        List<Tenant> page;
        do {
            page = tenants.list(after, A_PAGE);
            for (Tenant tenant : page) {
                after = tenant.tenantId();
                if (isServed(tenant) && connection(tenant.tenantId()).isPresent()) {
                    found.add(tenant.tenantId());
                }
            }
        } while (!page.isEmpty());
        return found;
    }

    private static boolean isServed(Tenant tenant) {
        return tenant.status() == Tenant.Status.ACTIVE;
    }

    private Optional<FeedConnection> connection(String tenantId) {
        return feeds.connection(tenantId).filter(connection -> !connection.isClosing());
    }

    @Override
    public Optional<Feed> find(String tenantId) {
        Optional<Tenant> tenant = tenants.find(tenantId).filter(ConnectedFeeds::isServed);
        Optional<ApplicationKey> key = connection(tenantId)
                .flatMap(connection -> sealed.open(tenantId, RiskFeedJob.PURPOSE, connection.sealedKey()))
                .map(ApplicationKey::new);
        Optional<FeedProgress> progress = feeds.progress(tenantId);
        return tenant.isEmpty() || key.isEmpty() || progress.isEmpty()
                ? Optional.empty()
                : Optional.of(new Feed(
                        tenant.get(), key.get(), progress.get().position().coveredUntil()));
    }

    @Override
    public void missed(String tenantId) {
        schedule.runNow(tenantId, JobKind.RISK_FEED);
    }
}
