package dev.mtdconnector.graph;

import com.nimbusds.jose.jwk.JWKSet;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.common.UpstreamException.Kind;
import dev.mtdconnector.common.UpstreamException.Service;
import dev.mtdconnector.signin.SigningKeys;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The signing keys of a tenant, from {@code {login}/{tenant}/discovery/v2.0/keys}; kept for 24 hours.
 *
 * <p>Anybody can present a token with a key id that nobody knows, so a reload is tried at most once a minute a tenant;
 * in between the kept keys are the answer, or, where there are none, the last failure for a few seconds.
 */
public final class LoginKeys implements SigningKeys {

    static final Duration FRESH = Duration.ofHours(24);
    static final Duration RELOAD_GAP = Duration.ofMinutes(1);
    static final Duration FAILURE_GAP = Duration.ofSeconds(5);
    static final int MAX_TENANTS = 1_000;

    private final LoginDocuments documents;
    private final Clock clock;

    /** Least recently used first; guarded by itself. */
    private final Map<String, TenantKeys> tenants = new LinkedHashMap<>(16, 0.75f, true);

    public LoginKeys(LoginSettings settings, Clock clock) {
        this.documents = new LoginDocuments(settings, clock);
        this.clock = clock;
    }

    @Override
    public JWKSet of(String tenantId, Instant atLeastAsNewAs) {
        String tenant = Guids.checked(tenantId);
        TenantKeys keys;
        synchronized (tenants) {
            keys = tenants.computeIfAbsent(tenant, TenantKeys::new);
            if (tenants.size() > MAX_TENANTS) {
                tenants.remove(tenants.keySet().iterator().next());
            }
        }
        return keys.get(atLeastAsNewAs);
    }

    /** One tenant's; its monitor makes those who ask at the same time share one request. */
    private final class TenantKeys {

        private final String tenant;
        private @Nullable JWKSet keys;
        private Instant loadedAt = Instant.MIN;
        private Instant triedAt = Instant.MIN;
        private @Nullable UpstreamException lastFailure;

        private TenantKeys(String tenant) {
            this.tenant = tenant;
        }

        private synchronized JWKSet get(Instant atLeastAsNewAs) {
            Instant now = clock.instant();
            JWKSet usable = keys != null && now.isBefore(loadedAt.plus(FRESH)) ? keys : null;
            if (usable != null && (!loadedAt.isBefore(atLeastAsNewAs) || now.isBefore(triedAt.plus(RELOAD_GAP)))) {
                return usable;
            }
            if (lastFailure != null && now.isBefore(triedAt.plus(FAILURE_GAP))) {
                throw lastFailure;
            }
            triedAt = now;
            try {
                JWKSet loaded = load(tenant);
                keys = loaded;
                loadedAt = now;
                lastFailure = null;
                return loaded;
            } catch (UpstreamException e) {
                lastFailure = e;
                throw e;
            }
        }
    }

    private JWKSet load(String tenant) {
        String what = "signing keys of tenant " + tenant;
        BoundedHttp.Answer answer = documents.get("/" + tenant + "/discovery/v2.0/keys", what);
        if (answer.status() != 200) {
            throw documents.refused(answer, what);
        }
        try {
            return JWKSet.parse(answer.body());
        } catch (ParseException e) {
            throw new UpstreamException(Service.LOGIN, Kind.REFUSED, "The " + what + " cannot be read");
        }
    }
}
