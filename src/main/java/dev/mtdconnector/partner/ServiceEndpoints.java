package dev.mtdconnector.partner;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.common.UpstreamException.Kind;
import dev.mtdconnector.common.UpstreamException.Service;
import dev.mtdconnector.graph.ServiceDirectory;
import dev.mtdconnector.tenant.ApplicationRole;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of Intune's partner service for a tenant, kept for 24 hours: a tenant can be moved from one to another,
 * so they are dropped when one of them cannot be reached.
 */
final class ServiceEndpoints {

    static final Duration FRESH = Duration.ofHours(24);
    private static final int MAX_TENANTS = 5_000;
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    /** The two services, by the provider names that Microsoft publishes. */
    enum SyncService {
        TENANT("PartnerTenantDataSyncService", "tenant"),
        DEVICE("PartnerDeviceDataSyncService", "device");

        private final String providerName;
        private final String path;

        SyncService(String providerName, String path) {
            this.providerName = providerName;
            this.path = path;
        }
    }

    private final @Nullable URI fixed;
    private final ServiceDirectory directory;
    private final Clock clock;

    /** Least recently used first; guarded by itself. */
    private final Map<String, Found> found = new LinkedHashMap<>(16, 0.75f, true);

    ServiceEndpoints(@Nullable URI fixed, ServiceDirectory directory, Clock clock) {
        this.fixed = fixed;
        this.directory = directory;
        this.clock = clock;
    }

    /** The address, without a slash at its end. */
    String of(String tenantId, SyncService service) {
        if (fixed != null) {
            return checked(fixed) + "/" + service.path;
        }
        URI uri = services(tenantId).get(service.providerName);
        if (uri == null) {
            throw new UpstreamException(
                    Service.INTUNE,
                    Kind.NOT_FOUND,
                    "Intune publishes no " + service.providerName + " for tenant " + tenantId);
        }
        return checked(uri);
    }

    void drop(String tenantId) {
        synchronized (found) {
            found.remove(tenantId);
        }
    }

    private Map<String, URI> services(String tenantId) {
        Instant now = clock.instant();
        synchronized (found) {
            Found held = found.get(tenantId);
            if (held != null && now.isBefore(held.at.plus(FRESH))) {
                return held.services;
            }
        }
        Map<String, URI> services = directory.endpoints(tenantId, ApplicationRole.INTUNE_API);
        synchronized (found) {
            found.put(tenantId, new Found(services, now));
            if (found.size() > MAX_TENANTS) {
                found.remove(found.keySet().iterator().next());
            }
        }
        return services;
    }

    /** Tokens go to this address, so it must be one that nobody can listen in on. */
    private static String checked(URI uri) {
        boolean safe = uri.getHost() != null
                && uri.getRawUserInfo() == null
                && uri.getRawQuery() == null
                && ("https".equalsIgnoreCase(uri.getScheme())
                        || ("http".equalsIgnoreCase(uri.getScheme()) && LOOPBACK.contains(uri.getHost())));
        if (!safe) {
            throw new UpstreamException(
                    Service.INTUNE, Kind.REFUSED, "The address of Intune's partner service is not an https address");
        }
        return uri.toString().replaceFirst("/+$", "");
    }

    private record Found(Map<String, URI> services, Instant at) {}
}
