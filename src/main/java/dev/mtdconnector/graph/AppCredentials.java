package dev.mtdconnector.graph;

import com.azure.core.credential.AccessToken;
import com.azure.core.credential.TokenRequestContext;
import com.azure.core.http.HttpClient;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.identity.AzureAuthorityHosts;
import com.azure.identity.ManagedIdentityCredential;
import com.azure.identity.ManagedIdentityCredentialBuilder;
import com.microsoft.aad.msal4j.ClientCredentialFactory;
import com.microsoft.aad.msal4j.ClientCredentialParameters;
import com.microsoft.aad.msal4j.ConfidentialClientApplication;
import com.microsoft.aad.msal4j.IAuthenticationResult;
import com.microsoft.aad.msal4j.IClientCredential;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.tenant.Registration;
import java.net.MalformedURLException;
import java.net.URI;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Asks the sign-in service for tokens with the credentials of our registrations; keeps none.
 *
 * <p>Each token is asked for with an application object of its own. Such an object keeps every token it got, and cannot
 * be told to forget one: kept, it would hand out again the very token that a resource has just refused, and a
 * certificate that was replaced on disk would stay unseen. What is worth keeping, {@link TokenCache} keeps.
 */
public final class AppCredentials {

    private static final Set<String> MICROSOFTS = Set.of(
            URI.create(AzureAuthorityHosts.AZURE_PUBLIC_CLOUD).getHost(),
            URI.create(AzureAuthorityHosts.AZURE_GOVERNMENT).getHost(),
            URI.create(AzureAuthorityHosts.AZURE_CHINA).getHost());

    private static final Pattern TOKEN = Pattern.compile("[!-~]+");

    private final LoginSettings settings;
    private final HttpClient http;
    private final Map<String, ManagedIdentityCredential> identities = new ConcurrentHashMap<>();

    /**
     * @param http see {@link #httpClient()}
     */
    public AppCredentials(LoginSettings settings, HttpClient http) {
        this.settings = settings;
        this.http = http;
    }

    /** The HTTP client for production: it trusts what the JVM trusts when this is called. */
    public static HttpClient httpClient() {
        return new JdkHttpClientBuilder()
                .connectionTimeout(Duration.ofSeconds(5))
                .responseTimeout(Duration.ofSeconds(15))
                .readTimeout(Duration.ofSeconds(15))
                .build();
    }

    /**
     * A new token.
     *
     * @throws UpstreamException as {@link AccessTokens#token} says
     */
    AccessToken fetch(AccessTokens.Key key) {
        try {
            IAuthenticationResult result = application(key.registration(), key.tenantId())
                    .acquireToken(ClientCredentialParameters.builder(Set.of(key.scope()))
                            .skipCache(true)
                            .build())
                    .join();
            // The library takes a success without a token for one, and what is no token would be quoted by whatever
            // refuses to send it.
            if (result.accessToken() == null
                    || !TOKEN.matcher(result.accessToken()).matches()) {
                throw TokenFailures.withoutToken(key);
            }
            return new AccessToken(
                    result.accessToken(), result.expiresOnDate().toInstant().atOffset(ZoneOffset.UTC));
        } catch (RuntimeException e) {
            throw TokenFailures.of(key, e);
        }
    }

    /** The client id of a registration, as the directory knows it. */
    public String clientId(Registration registration) {
        return app(registration).clientId().toString();
    }

    /**
     * A registration of ours as it presents itself in a tenant; new, and knowing no token. It sends each request once:
     * whether and when to try again is decided by those who know what the token is for.
     *
     * @throws UpstreamException NOT_CONFIGURED when there is no such registration, or its certificate cannot be read
     */
    ConfidentialClientApplication application(Registration registration, String tenantId) {
        LoginSettings.App app = app(registration);
        try {
            return ConfidentialClientApplication.builder(app.clientId().toString(), credential(app.credential()))
                    .authority(settings.endpoint()
                            .resolve("/" + Guids.checked(tenantId))
                            .toString())
                    .instanceDiscovery(MICROSOFTS.contains(settings.endpoint().getHost()))
                    .httpClient(new MsalHttp(http))
                    .disableInternalRetries()
                    .build();
        } catch (MalformedURLException e) {
            throw new IllegalStateException("The settings hold an address that is none", e);
        }
    }

    private IClientCredential credential(CredentialSettings settings) {
        // An if chain: patterns in switch came after Java 17.
        if (settings instanceof CredentialSettings.ClientSecret secret) {
            return ClientCredentialFactory.createFromSecret(secret.secret());
        }
        if (settings instanceof CredentialSettings.Certificate certificate) {
            return CertificateFile.read(certificate);
        }
        CredentialSettings.ManagedIdentity identity = (CredentialSettings.ManagedIdentity) settings;
        return ClientCredentialFactory.createFromCallback(() -> assertion(identity));
    }

    /** The managed identity's own token; its credential keeps it, as it is the same for every tenant. */
    private String assertion(CredentialSettings.ManagedIdentity identity) {
        return identities
                .computeIfAbsent(
                        identity.clientId(),
                        id -> new ManagedIdentityCredentialBuilder()
                                .clientId(id)
                                .httpClient(http)
                                .build())
                .getTokenSync(new TokenRequestContext().addScopes(identity.audience() + "/.default"))
                .getToken();
    }

    private LoginSettings.App app(Registration registration) {
        LoginSettings.App app = settings.registrations().get(registration);
        if (app == null) {
            throw new UpstreamException(
                    UpstreamException.Service.LOGIN,
                    UpstreamException.Kind.NOT_CONFIGURED,
                    "The registration " + registration.label() + " is not in the settings");
        }
        return app;
    }
}
