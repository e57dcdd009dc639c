package dev.mtdconnector.stream;

import dev.mtdconnector.feed.ApplicationKey;
import dev.mtdconnector.tenant.Tenant;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The feeds that can be followed. */
public interface FollowedFeeds {

    /** Tenants that are served and have a feed connected, by id. */
    List<String> tenants();

    /** The feed of one of them; empty when it is not one of them any more, or its key cannot be opened. */
    Optional<Feed> find(String tenantId);

    /** Events may have been missed: the job that asks the feed looks at once, and finds out. */
    void missed(String tenantId);

    /**
     * A feed.
     *
     * @param coveredUntil until when the job that asks the feed has taken every event
     */
    record Feed(Tenant tenant, ApplicationKey key, Instant coveredUntil) {}
}
