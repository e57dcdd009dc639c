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
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of Intune's partner service for a tenant, kept for 24 hours: a tenant can be moved from one to another,
 * so they are dropped when one of them cannot be reached or fails.
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
    private final String domain;
    private final boolean isDeveloper;
    private final ServiceDirectory directory;
    private final Clock clock;

    /** Least recently used first; guarded by itself. */
    private final Map<String, Found> found = new LinkedHashMap<>(16, 0.75f, true);

    ServiceEndpoints(PartnerSettings settings, ServiceDirectory directory, Clock clock) {
        this.fixed = settings.serviceEndpoint();
        this.domain = domain(settings.tokenScope());
        this.isDeveloper = LOOPBACK.contains(settings.enrollmentUrl().getHost());
        this.directory = directory;
        this.clock = clock;
    }

    /** The address, without a slash at its end. */
    String of(String tenantId, SyncService service) {
        if (fixed != null) {
            return checked(fixed, true) + "/" + service.path;
        }
        URI uri = services(tenantId).get(service.providerName);
        if (uri == null) {
            throw new UpstreamException(
                    Service.INTUNE,
                    Kind.NOT_FOUND,
                    "Intune publishes no " + service.providerName + " for tenant " + tenantId);
        }
        return checked(uri, isIntunes(uri));
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

    /**
     * The domain of the service that the token is for: {@code manage.microsoft.com} of {@code api.manage.microsoft.com}.
     */
    private static String domain(String tokenScope) {
        String host = String.valueOf(URI.create(tokenScope).getHost()).toLowerCase(Locale.ROOT);
        String parent = host.substring(host.indexOf('.') + 1);
        return parent.contains(".") ? parent : host;
    }

    /**
     * The addresses stand in the customer's directory. Whatever got there, our token goes to Intune and we call nobody
     * else; a developer's Intune is on the same machine as the connector itself.
     */
    private boolean isIntunes(URI uri) {
        String host = String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT);
        return host.endsWith("." + domain) || (isDeveloper && LOOPBACK.contains(host));
    }

    /** Tokens go to this address, so it must be one that nobody can listen in on. */
    private static String checked(URI uri, boolean isTrusted) {
        boolean safe = isTrusted
                && uri.getHost() != null
                && uri.getRawUserInfo() == null
                && uri.getRawFragment() == null
                && uri.getRawQuery() == null
                && ("https".equalsIgnoreCase(uri.getScheme())
                        || ("http".equalsIgnoreCase(uri.getScheme()) && LOOPBACK.contains(uri.getHost())));
        if (!safe) {
            throw new UpstreamException(
                    Service.INTUNE,
                    Kind.REFUSED,
                    "The address of Intune's partner service is not an https address of Intune's");
        }
        return uri.toString().replaceFirst("/+$", "");
    }

    private record Found(Map<String, URI> services, Instant at) {}
}
