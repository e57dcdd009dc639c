package dev.mtdconnector.tenant;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.common.Sleeper;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.signin.Secrets;
import dev.mtdconnector.tenant.TenantStore.ConsentAttempt;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The admin consent: sends the browser to Microsoft's page, and when it comes back reads from the directory what was
 * really granted. What the browser carries proves nothing but that this browser started this consent.
 *
 * @see <a href="https://learn.microsoft.com/entra/identity-platform/v2-admin-consent">Admin consent, Microsoft Entra</a>
 */
public final class ConsentFlow {

    /** How long an administrator may take on Microsoft's page. */
    static final Duration PATIENCE = Duration.ofMinutes(30);

    /** A directory replicates: a consent of this moment may not be readable yet, so it is looked for again. */
    private static final Duration[] REPLICATION_WAITS = {
        Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4)
    };

    private final TenantStore store;
    private final GrantedRoles grantedRoles;
    private final Secrets secrets;
    private final Endpoints endpoints;
    private final Listener listener;
    private final Clock clock;
    private final Sleeper sleeper;

    public ConsentFlow(
            TenantStore store,
            GrantedRoles grantedRoles,
            Secrets secrets,
            Endpoints endpoints,
            Listener listener,
            Clock clock,
            Sleeper sleeper) {
        this.store = store;
        this.grantedRoles = grantedRoles;
        this.secrets = secrets;
        this.endpoints = endpoints;
        this.listener = listener;
        this.clock = clock;
        this.sleeper = sleeper;
    }

    /**
     * @param loginForBrowsers the sign-in service as browsers reach it, without a trailing slash
     * @param publicUrl our own address, without a trailing slash
     * @param clientIds the client id of each registration
     * @param scopes the {@code .default} scope of the resource that each registration asks for
     */
    public record Endpoints(
            String loginForBrowsers,
            String publicUrl,
            Map<Registration, String> clientIds,
            Map<Registration, String> scopes) {
        public Endpoints {
            clientIds = Map.copyOf(clientIds);
            scopes = Map.copyOf(scopes);
        }
    }

    /** Is told whenever a consent is found granted, also when it was granted before. */
    @FunctionalInterface
    public interface Listener {
        void granted(String tenantId, Registration registration);
    }

    /**
     * A consent that was started.
     *
     * @param location Microsoft's page
     * @param browserSecret goes into the browser's cookie
     */
    public record Started(String location, String browserSecret) {

        /** Without the state that stands in the address, and without the secret. */
        @Override
        public String toString() {
            return "Started[…]";
        }
    }

    /** How it ended: {@link Declined} and {@link Invalid} changed nothing. */
    public sealed interface Ended {

        /** The roles were read; the consent says which are there. */
        record Read(Tenant tenant, Registration registration, Consent consent) implements Ended {}

        /** The administrator, or Microsoft, said no. {@code error} is the OAuth error code, made safe to show. */
        record Declined(Tenant tenant, Registration registration, String error) implements Ended {}

        /** The state is unknown, used up, too old, or another browser's. */
        record Invalid() implements Ended {}
    }

    /**
     * @throws AppException TENANT_UNKNOWN
     */
    public Started start(String tenantId, Registration registration) {
        if (store.find(tenantId).isEmpty()) {
            throw new AppException(ErrorCode.TENANT_UNKNOWN);
        }
        String state = tenantId + "." + secrets.create();
        String browserSecret = secrets.create();
        Instant now = clock.instant();
        store.saveAttempt(
                new ConsentAttempt(
                        tenantId, Secrets.hash(state), Secrets.hash(browserSecret), registration, now.plus(PATIENCE)),
                now);
        String location = endpoints.loginForBrowsers()
                + "/" + tenantId + "/v2.0/adminconsent"
                + "?client_id=" + encode(String.valueOf(endpoints.clientIds().get(registration)))
                + "&scope=" + encode(String.valueOf(endpoints.scopes().get(registration)))
                + "&redirect_uri=" + encode(redirectUri())
                + "&state=" + encode(state);
        return new Started(location, browserSecret);
    }

    /** Where Microsoft's page sends the browser back to; registered with each registration. */
    public String redirectUri() {
        return endpoints.publicUrl() + "/consent/callback";
    }

    /**
     * The browser came back.
     *
     * @param query what Microsoft put into the address
     * @param browserSecret what the cookie holds, empty without one
     */
    public Ended finish(Map<String, String> query, String browserSecret) {
        String state = query.getOrDefault("state", "");
        String tenantId = state.indexOf('.') == 36 ? state.substring(0, 36) : "";
        Optional<ConsentAttempt> found =
                tenantId.isEmpty() ? Optional.empty() : store.attempt(tenantId, Secrets.hash(state));
        Optional<Tenant> tenant = tenantId.isEmpty() ? Optional.empty() : store.find(tenantId);
        if (found.isEmpty()
                || tenant.isEmpty()
                || !found.get().expiresAt().isAfter(clock.instant())
                || !Secrets.matches(browserSecret, found.get().browserHash())) {
            return new Ended.Invalid();
        }
        ConsentAttempt attempt = found.get();
        String error = query.get("error");
        if (error != null) {
            return new Ended.Declined(tenant.get(), attempt.registration(), error.replaceAll("[^a-z_]", "?"));
        }
        // The tenant in the address is no proof of anything, but another one than asked is somebody's mistake.
        if (!tenantId.equalsIgnoreCase(query.getOrDefault("tenant", tenantId))) {
            return new Ended.Invalid();
        }
        Consent consent = readPatiently(tenantId, attempt.registration());
        if (!store.finishAttempt(attempt, consent)) {
            return new Ended.Invalid();
        }
        tell(tenantId, attempt.registration(), consent);
        return new Ended.Read(tenant.get(), attempt.registration(), consent);
    }

    /**
     * Reads again what is granted.
     *
     * @throws UpstreamException when the directory cannot be asked
     */
    public Consent check(String tenantId, Registration registration) {
        Consent consent = read(tenantId, registration);
        store.saveConsent(tenantId, registration, consent);
        tell(tenantId, registration, consent);
        return consent;
    }

    private void tell(String tenantId, Registration registration, Consent consent) {
        if (consent.isGranted()) {
            listener.granted(tenantId, registration);
        }
    }

    private Consent readPatiently(String tenantId, Registration registration) {
        for (Duration wait : REPLICATION_WAITS) {
            Consent consent = read(tenantId, registration);
            if (consent.isGranted()) {
                return consent;
            }
            try {
                sleeper.sleep(wait);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return consent;
            }
        }
        return read(tenantId, registration);
    }

    private Consent read(String tenantId, Registration registration) {
        try {
            return Consent.of(registration, grantedRoles.of(tenantId, registration), clock.instant());
        } catch (UpstreamException e) {
            // The base registration reads for all: what stops it says nothing of another registration's consent, and
            // a credential of ours that the sign-in service refuses says nothing of any.
            boolean isOwn = registration == Registration.BASE;
            boolean isGraph = e.service() == UpstreamException.Service.GRAPH;
            if (e.kind() == UpstreamException.Kind.CONSENT_MISSING && (isOwn || isGraph)) {
                return Consent.withoutPrincipal(clock.instant());
            }
            if (e.kind() == UpstreamException.Kind.FORBIDDEN && isOwn && isGraph) {
                // We may not even read what we have: the role for reading it is among what is missing.
                return Consent.of(registration, Set.of(), clock.instant());
            }
            throw e;
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
