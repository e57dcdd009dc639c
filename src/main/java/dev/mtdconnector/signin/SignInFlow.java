package dev.mtdconnector.signin;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.common.UpstreamException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Signs people in with Entra: OpenID Connect's code flow with PKCE, against the authority of the tenant that they name.
 *
 * <p>A sign-in is bound to the browser that began it by the secret in its cookie: PKCE's verifier and the nonce are
 * made of that secret and the state, so that neither is stored. A tenant that has not consented is told so before
 * anybody is sent to Entra, whose own page would leave them stranded.
 *
 * @see <a href="https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow">Authorization code flow</a>
 */
public final class SignInFlow {

    /** How long a person may take on Microsoft's pages. */
    public static final Duration PATIENCE = Duration.ofMinutes(30);

    private static final Pattern GUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final Pattern DOMAIN =
            Pattern.compile("(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]");
    private static final Pattern STATE = Pattern.compile("(" + GUID.pattern() + ")\\.[\\w-]{43}");

    /** Microsoft sets no limit for codes; real ones have some 1,200 characters. */
    private static final int LONGEST_CODE = 8192;

    private final Endpoints endpoints;
    private final Entra entra;
    private final TenantGate tenants;
    private final Sessions sessions;
    private final SessionStore store;
    private final Set<String> purposes;
    private final Witness witness;
    private final Secrets secrets;
    private final Clock clock;

    /**
     * @param purposes those that a sign-in may have; of others nobody is told
     */
    public SignInFlow(
            Endpoints endpoints,
            Entra entra,
            TenantGate tenants,
            Sessions sessions,
            SessionStore store,
            Set<String> purposes,
            Witness witness,
            Secrets secrets,
            Clock clock) {
        this.endpoints = endpoints;
        this.entra = entra;
        this.tenants = tenants;
        this.sessions = sessions;
        this.store = store;
        this.purposes = Set.copyOf(purposes);
        this.witness = witness;
        this.secrets = secrets;
        this.clock = clock;
    }

    /**
     * @param loginForBrowsers the sign-in service as browsers reach it, without a trailing slash
     * @param publicUrl our own address, without a trailing slash
     * @param clientId of the base registration
     */
    public record Endpoints(String loginForBrowsers, String publicUrl, String clientId) {

        /** Where Entra sends the browser back to; registered with the base registration. */
        public String redirectUri() {
            return publicUrl + "/signin/callback";
        }
    }

    /** What is asked of Entra on the way. */
    public record Entra(DirectoryNames names, CodeRedemption codes, IdTokenCheck idTokens) {}

    /**
     * Somebody is signed in.
     *
     * @param secret new, for the browser's cookie
     * @param noted the purpose for which the person is on record now; empty when it is none
     */
    public record SignedIn(String tenantId, String secret, String returnPath, String noted) {

        @Override
        public String toString() {
            return "SignedIn[" + tenantId + "]";
        }
    }

    /**
     * The directory that a person means.
     *
     * @param account a directory id, a domain, or a work address
     * @return empty when it is none of these, or no directory has the domain
     * @throws UpstreamException when the sign-in service cannot be asked for the domain
     */
    public Optional<String> resolve(String account) {
        String text = account.strip().toLowerCase(Locale.ROOT);
        if (GUID.matcher(text).matches()) {
            return Optional.of(text);
        }
        String domain = text.substring(text.lastIndexOf('@') + 1);
        return DOMAIN.matcher(domain).matches() ? entra.names().directoryId(domain) : Optional.empty();
    }

    /**
     * Begins a sign-in.
     *
     * @param tenantId as {@link #resolve} gives it
     * @param browserSecret what the browser's cookie holds
     * @param returnPath where to go afterwards; {@code /} when it is no path of ours
     * @param purpose what else the sign-in is to prove; ignored when it is none that there is
     * @param isChoice whether the person is to be asked for the account, also when Entra knows one
     * @return Entra's page
     * @throws AppException SIGN_IN_NOT_CONSENTED when the directory is not onboarded, or onboarded and without the base
     *     consent: a stranger does not learn which; TENANT_SUSPENDED
     */
    public String start(
            String tenantId,
            String browserSecret,
            @Nullable String returnPath,
            @Nullable String purpose,
            boolean isChoice) {
        letIn(tenantId);
        String state = tenantId + "." + secrets.create();
        String proven = purpose != null && purposes.contains(purpose) ? purpose : "";
        Instant now = clock.instant();
        store.saveAttempt(
                new SignInAttempt(
                        tenantId,
                        Secrets.hash(state),
                        Secrets.hash(browserSecret),
                        ReturnPath.of(returnPath),
                        proven,
                        now.plus(PATIENCE)),
                now);
        return endpoints.loginForBrowsers() + "/" + tenantId + "/oauth2/v2.0/authorize"
                + "?client_id=" + encode(endpoints.clientId())
                + "&response_type=code"
                + "&redirect_uri=" + encode(endpoints.redirectUri())
                + "&response_mode=query"
                + "&scope=openid%20profile"
                + "&state=" + encode(state)
                + "&nonce=" + nonce(browserSecret, state)
                + "&code_challenge=" + Secrets.challenge(verifier(browserSecret, state))
                + "&code_challenge_method=S256"
                // Who goes on record says so: a link alone must not make a record of whoever opens it.
                + (isChoice || !proven.isEmpty() ? "&prompt=select_account" : "");
    }

    /**
     * The browser came back. The attempt is used up before anything is done with what it brought.
     *
     * @param query what Entra put into the address
     * @param browserSecret what the cookie holds, empty without one
     * @throws AppException SIGN_IN_EXPIRED for what was not begun in this browser within {@link #PATIENCE}, or was
     *     finished already; SIGN_IN_DECLINED; SIGN_IN_NOT_CONSENTED; SIGN_IN_NOT_AUTHORIZED; TENANT_SUSPENDED;
     *     DIRECTORY_UNAVAILABLE
     * @throws UpstreamException when Entra or the directory cannot be asked
     */
    public SignedIn finish(Map<String, String> query, String browserSecret) {
        String state = query.getOrDefault("state", "");
        SignInAttempt attempt = useUp(state, browserSecret);
        TenantGate.Entry tenant = letIn(attempt.tenantId());
        if (query.containsKey("error")) {
            throw DeclinedSignIn.of(query.getOrDefault("error", ""), query.getOrDefault("error_description", ""));
        }
        Identity who = identify(attempt.tenantId(), query.getOrDefault("code", ""), state, browserSecret);
        boolean isNoted = !attempt.purpose().isEmpty() && witness.signedIn(who, attempt.purpose());
        Role role = role(tenant, who).orElseThrow(() -> notAuthorized(tenant, isNoted));
        String secret = secrets.create();
        sessions.begin(who, role, secret);
        return new SignedIn(
                attempt.tenantId(), secret, ReturnPath.of(attempt.returnPath()), isNoted ? attempt.purpose() : "");
    }

    /** The directory that a state parameter names, which proves nothing; empty when it has not our form. */
    public static Optional<String> tenantOf(String state) {
        Matcher matcher = STATE.matcher(state);
        return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    private SignInAttempt useUp(String state, String browserSecret) {
        return tenantOf(state)
                .flatMap(tenantId -> store.attempt(tenantId, Secrets.hash(state)))
                .filter(attempt -> attempt.expiresAt().isAfter(clock.instant()))
                .filter(attempt -> Secrets.matches(browserSecret, attempt.browserHash()))
                .filter(store::useUp)
                .orElseThrow(() -> new AppException(ErrorCode.SIGN_IN_EXPIRED));
    }

    private TenantGate.Entry letIn(String tenantId) {
        TenantGate.Entry entry =
                tenants.find(tenantId).orElseThrow(() -> new AppException(ErrorCode.SIGN_IN_NOT_CONSENTED));
        if (!entry.isActive()) {
            throw new AppException(ErrorCode.TENANT_SUSPENDED);
        }
        if (!entry.isConsented()) {
            throw new AppException(ErrorCode.SIGN_IN_NOT_CONSENTED);
        }
        return entry;
    }

    private Identity identify(String tenantId, String code, String state, String browserSecret) {
        if (code.isEmpty() || code.length() > LONGEST_CODE) {
            throw new AppException(ErrorCode.SIGN_IN_EXPIRED);
        }
        Identity who;
        try {
            String idToken =
                    entra.codes().redeem(tenantId, code, endpoints.redirectUri(), verifier(browserSecret, state));
            who = entra.idTokens().verify(idToken, tenantId, nonce(browserSecret, state));
        } catch (UpstreamException e) {
            throw switch (e.kind()) {
                case REFUSED -> new AppException(ErrorCode.SIGN_IN_EXPIRED);
                case CONSENT_MISSING -> new AppException(ErrorCode.SIGN_IN_NOT_CONSENTED);
                default -> e;
            };
        } catch (AppException e) {
            throw e.code() == ErrorCode.DIRECTORY_UNAVAILABLE ? e : unacceptable();
        }
        if (!who.tenantId().equals(tenantId)) {
            throw unacceptable();
        }
        return who;
    }

    private Optional<Role> role(TenantGate.Entry tenant, Identity who) {
        try {
            return sessions.role(tenant, who.tenantId(), who.userId());
        } catch (UpstreamException e) {
            boolean isConsent = e.kind() == UpstreamException.Kind.CONSENT_MISSING
                    || (e.kind() == UpstreamException.Kind.FORBIDDEN && e.service() == UpstreamException.Service.GRAPH);
            throw isConsent ? new AppException(ErrorCode.SIGN_IN_NOT_CONSENTED) : e;
        }
    }

    private static AppException unacceptable() {
        return new AppException(
                ErrorCode.SIGN_IN_DECLINED, "What Microsoft answered does not prove who you are to the connector.");
    }

    private static AppException notAuthorized(TenantGate.Entry tenant, boolean isNoted) {
        StringBuilder detail = new StringBuilder("You are in none of the access groups of " + tenant.name() + ".");
        if (isNoted) {
            detail.append(" That you signed in is recorded with the consent.");
        }
        detail.append(" Ask for one of these groups:");
        String separator = " ";
        for (Role role : Role.values()) {
            String group = tenant.accessGroups().get(role);
            if (group != null) {
                detail.append(separator)
                        .append(group)
                        .append(" (")
                        .append(role.label())
                        .append(')');
                separator = ", ";
            }
        }
        return new AppException(
                ErrorCode.SIGN_IN_NOT_AUTHORIZED, detail.append('.').toString());
    }

    private static String nonce(String browserSecret, String state) {
        return Secrets.derive(browserSecret, "nonce " + state);
    }

    private static String verifier(String browserSecret, String state) {
        return Secrets.derive(browserSecret, "pkce " + state);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
