package dev.mtdconnector.graph;

import com.azure.core.credential.AccessToken;
import com.azure.core.credential.TokenCredential;
import com.azure.core.credential.TokenRequestContext;
import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpPipeline;
import com.azure.core.http.HttpPipelineBuilder;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.identity.AadCredentialBuilderBase;
import com.azure.identity.AzureAuthorityHosts;
import com.azure.identity.ClientAssertionCredentialBuilder;
import com.azure.identity.ClientCertificateCredentialBuilder;
import com.azure.identity.ClientSecretCredentialBuilder;
import com.azure.identity.ManagedIdentityCredential;
import com.azure.identity.ManagedIdentityCredentialBuilder;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.tenant.Registration;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Asks the sign-in service for tokens with the credentials of our registrations; keeps none.
 *
 * <p>Each token is asked for with a credential object of its own. Such an object keeps every token it got, and cannot be
 * told to forget one: kept, it would hand out again the very token that a resource has just refused, and a certificate
 * that was replaced on disk would stay unseen. What is worth keeping, {@link TokenCache} keeps.
 */
public final class AppCredentials {

    private static final Set<String> MICROSOFTS = Set.of(
            URI.create(AzureAuthorityHosts.AZURE_PUBLIC_CLOUD).getHost(),
            URI.create(AzureAuthorityHosts.AZURE_GOVERNMENT).getHost(),
            URI.create(AzureAuthorityHosts.AZURE_CHINA).getHost());

    private static final Pattern TOKEN = Pattern.compile("[!-~]+");

    private final LoginSettings settings;
    private final HttpClient http;
    private final HttpPipeline pipeline;
    private final Map<String, ManagedIdentityCredential> identities = new ConcurrentHashMap<>();

    /**
     * @param http see {@link #httpClient()}
     */
    public AppCredentials(LoginSettings settings, HttpClient http) {
        this.settings = settings;
        this.http = http;
        // No policies: whether and when to try again is decided by those who know what the token is for.
        this.pipeline = new HttpPipelineBuilder().httpClient(http).build();
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
        LoginSettings.App app = settings.registrations().get(key.registration());
        if (app == null) {
            throw notConfigured(key.registration());
        }
        try {
            AccessToken token = credential(app, key.tenantId())
                    .getTokenSync(
                            new TokenRequestContext().addScopes(key.scope()).setTenantId(key.tenantId()));
            // The library takes a success without a token for one, and what is no token would be quoted by whatever
            // refuses to send it.
            if (token == null
                    || token.getToken() == null
                    || !TOKEN.matcher(token.getToken()).matches()) {
                throw TokenFailures.withoutToken(key);
            }
            return token;
        } catch (RuntimeException e) {
            throw TokenFailures.of(key, e);
        }
    }

    /** The client id of a registration, as the directory knows it. */
    public String clientId(Registration registration) {
        LoginSettings.App app = settings.registrations().get(registration);
        if (app == null) {
            throw notConfigured(registration);
        }
        return app.clientId().toString();
    }

    private TokenCredential credential(LoginSettings.App app, String tenantId) {
        // An if chain: patterns in switch came after Java 17.
        if (app.credential() instanceof CredentialSettings.ClientSecret secret) {
            return configured(new ClientSecretCredentialBuilder(), app, tenantId)
                    .clientSecret(secret.secret())
                    .build();
        }
        if (app.credential() instanceof CredentialSettings.Certificate certificate) {
            ClientCertificateCredentialBuilder builder =
                    configured(new ClientCertificateCredentialBuilder(), app, tenantId);
            if (isPfx(certificate.path())) {
                builder.pfxCertificate(certificate.path());
            } else {
                builder.pemCertificate(certificate.path());
            }
            if (certificate.password() != null) {
                builder.clientCertificatePassword(certificate.password());
            }
            return builder.build();
        }
        CredentialSettings.ManagedIdentity identity = (CredentialSettings.ManagedIdentity) app.credential();
        return configured(new ClientAssertionCredentialBuilder(), app, tenantId)
                .clientAssertion(() -> assertion(identity))
                .build();
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

    private <T extends AadCredentialBuilderBase<T>> T configured(T builder, LoginSettings.App app, String tenantId) {
        builder.authorityHost(settings.endpoint().toString())
                .clientId(app.clientId().toString())
                .tenantId(tenantId)
                .pipeline(pipeline);
        if (!MICROSOFTS.contains(settings.endpoint().getHost())) {
            builder.disableInstanceDiscovery();
        }
        return builder;
    }

    private static boolean isPfx(String path) {
        String lower = path.toLowerCase(Locale.ROOT);
        return lower.endsWith(".pfx") || lower.endsWith(".p12");
    }

    private static UpstreamException notConfigured(Registration registration) {
        return new UpstreamException(
                UpstreamException.Service.LOGIN,
                UpstreamException.Kind.NOT_CONFIGURED,
                "The registration " + registration.label() + " is not in the settings");
    }
}
