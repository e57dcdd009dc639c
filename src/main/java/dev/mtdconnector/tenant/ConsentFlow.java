package dev.mtdconnector.tenant;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.common.Sleeper;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.signin.Secrets;
import dev.mtdconnector.tenant.Consent.Reading;
import dev.mtdconnector.tenant.ConsentStore.Attempt;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * The admin consent: sends the browser to Microsoft's page, and when it comes back reads from the directory what was
 * really granted. What the browser carries proves nothing but that this browser started this consent.
 *
 * @see <a href="https://learn.microsoft.com/entra/identity-platform/v2-admin-consent">Admin consent, Microsoft Entra</a>
 */
public final class ConsentFlow {

    /** How long an administrator may take on Microsoft's page. */
    static final Duration PATIENCE = Duration.ofMinutes(30);

    /** Waiting holds a worker, of which an instance has few: more than these are asked to come again. */
    static final int MOST_WAITING = 4;

    /** A directory replicates: a consent of this moment may not be readable yet, so it is looked for again. */
    private static final Duration[] REPLICATION_WAITS = {
        Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4)
    };

    private final ConsentStore store;
    private final TenantStore tenants;
    private final Consents consents;
    private final Secrets secrets;
    private final Endpoints endpoints;
    private final Clock clock;
    private final Sleeper sleeper;
    private final Semaphore waiting = new Semaphore(MOST_WAITING);

    public ConsentFlow(
            ConsentStore store,
            TenantStore tenants,
            Consents consents,
            Secrets secrets,
            Endpoints endpoints,
            Clock clock,
            Sleeper sleeper) {
        this.store = store;
        this.tenants = tenants;
        this.consents = consents;
        this.secrets = secrets;
        this.endpoints = endpoints;
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

    /** How it ended. All but {@link Read} changed nothing. */
    public sealed interface Ended {

        /** The roles were read; the consent says which are there. */
        record Read(Tenant tenant, Consent consent) implements Ended {}

        /**
         * The administrator, or Microsoft, said no. The same consent may still be accepted.
         *
         * @param error the OAuth error code, made safe to show
         */
        record Declined(Tenant tenant, Registration registration, Decline reason, String error) implements Ended {}

        /** What the browser brought does not fit. */
        record Refused(Refusal reason) implements Ended {}
    }

    /** Why nothing was granted; it chooses words, and nothing else. */
    public enum Decline {
        /** The person chose Cancel. */
        BY_THE_PERSON,
        /** The person may not grant this for the organization. */
        NOT_AN_ADMINISTRATOR,
        /** Microsoft could not do it at the moment. */
        BY_MICROSOFT
    }

    /** What does not fit. */
    public enum Refusal {
        /** No consent of this state is under way. */
        UNKNOWN,
        /** Another browser started it, or the cookie is gone. */
        OTHER_BROWSER,
        /** It led to a result before. */
        USED,
        /** Too much time went by. */
        EXPIRED,
        /** The answer names another directory than was asked. */
        OTHER_TENANT,
        /** Too many wait for the directory at the moment; nothing is wrong. */
        BUSY
    }

    /** Whether this deployment has the registration: nobody can consent to one that is not there. */
    boolean offers(Registration registration) {
        return endpoints.clientIds().containsKey(registration);
    }

    /** By which registration the tenant's states are written. */
    Registration publisher(String tenantId) {
        return consents.publisher(tenantId);
    }

    /** The tenant if it is served: nobody else is sent anywhere. */
    Optional<Tenant> served(String tenantId) {
        return tenants.find(tenantId).filter(tenant -> tenant.status() == Tenant.Status.ACTIVE);
    }

    /**
     * Starts a consent.
     *
     * @param browserSecret what the browser's cookie holds: only that browser can finish it
     * @return Microsoft's page
     * @throws AppException TENANT_UNKNOWN for a tenant that is not there or not served
     */
    public String start(String tenantId, Registration registration, String browserSecret) {
        if (served(tenantId).isEmpty()) {
            throw new AppException(ErrorCode.TENANT_UNKNOWN);
        }
        String state = tenantId + "." + secrets.create();
        Instant now = clock.instant();
        store.saveAttempt(
                new Attempt(
                        tenantId,
                        Secrets.hash(state),
                        Secrets.hash(browserSecret),
                        registration,
                        now.plus(PATIENCE),
                        null,
                        null),
                now);
        return endpoints.loginForBrowsers()
                + "/" + tenantId + "/v2.0/adminconsent"
                + "?client_id=" + encode(String.valueOf(endpoints.clientIds().get(registration)))
                + "&scope=" + encode(String.valueOf(endpoints.scopes().get(registration)))
                + "&redirect_uri=" + encode(redirectUri())
                + "&state=" + encode(state);
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
     * @throws UpstreamException when the directory cannot be asked: the same may be repeated
     */
    public Ended finish(Map<String, String> query, String browserSecret) {
        String state = query.getOrDefault("state", "");
        String tenantId = state.indexOf('.') == 36 ? state.substring(0, 36) : "";
        Optional<Attempt> found = tenantId.isEmpty() ? Optional.empty() : store.attempt(tenantId, Secrets.hash(state));
        Optional<Tenant> tenant = found.flatMap(attempt -> served(tenantId));
        if (found.isEmpty() || tenant.isEmpty()) {
            return new Ended.Refused(Refusal.UNKNOWN);
        }
        Attempt attempt = found.get();
        // First of all, so that what is said of somebody else's consent is the same whatever became of it.
        if (!Secrets.matches(browserSecret, attempt.browserHash())) {
            return new Ended.Refused(Refusal.OTHER_BROWSER);
        }
        if (attempt.usedAt() != null) {
            return new Ended.Refused(Refusal.USED);
        }
        if (!attempt.expiresAt().isAfter(clock.instant())) {
            return new Ended.Refused(Refusal.EXPIRED);
        }
        String error = query.get("error");
        if (error != null) {
            String shown = error.replaceAll("[^a-z_]", "?");
            String description = query.getOrDefault("error_description", "");
            return new Ended.Declined(tenant.get(), attempt.registration(), decline(error, description), shown);
        }
        // The tenant in the address is no proof of anything, but another one than asked is somebody's mistake.
        if (!tenantId.equalsIgnoreCase(query.getOrDefault("tenant", tenantId))) {
            return new Ended.Refused(Refusal.OTHER_TENANT);
        }
        Optional<Reading> reading = readPatiently(tenantId, attempt.registration());
        if (reading.isEmpty()) {
            return new Ended.Refused(Refusal.BUSY);
        }
        if (!reading.get().known()) {
            // Nothing to be seen yet: the same address may be opened again when the directory has caught up.
            return new Ended.Read(tenant.get(), consents.record(tenantId, attempt.registration(), reading.get()));
        }
        Optional<Consent> consent = consents.record(attempt, reading.get());
        return consent.isPresent() ? new Ended.Read(tenant.get(), consent.get()) : new Ended.Refused(Refusal.USED);
    }

    /** Empty when the directory has not caught up and too many wait for theirs already. */
    private Optional<Reading> readPatiently(String tenantId, Registration registration) {
        Reading reading = consents.read(tenantId, registration);
        if (reading.isComplete(registration)) {
            return Optional.of(reading);
        }
        if (!waiting.tryAcquire()) {
            return Optional.empty();
        }
        try {
            for (Duration wait : REPLICATION_WAITS) {
                sleeper.sleep(wait);
                reading = consents.read(tenantId, registration);
                if (reading.isComplete(registration)) {
                    break;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            waiting.release();
        }
        return Optional.of(reading);
    }

    private static Decline decline(String error, String description) {
        return switch (error) {
            case "consent_required", "interaction_required", "unauthorized_client" -> Decline.NOT_AN_ADMINISTRATOR;
            case "server_error", "temporarily_unavailable" -> Decline.BY_MICROSOFT;
            // Microsoft calls both the same; its number tells which words help.
            case "access_denied" ->
                description.contains("AADSTS90094") ? Decline.NOT_AN_ADMINISTRATOR : Decline.BY_THE_PERSON;
            default -> Decline.BY_THE_PERSON;
        };
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
