package dev.mtdconnector.graph;

import com.microsoft.aad.msal4j.AuthorizationCodeParameters;
import com.microsoft.aad.msal4j.IAuthenticationResult;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.signin.CodeRedemption;
import dev.mtdconnector.tenant.Registration;
import java.net.URI;
import java.util.Map;
import java.util.Set;

/** Redeems authorization codes with the base registration's credential. What else comes with the ID token is dropped. */
public final class LoginCodes implements CodeRedemption {

    private static final Set<String> SCOPES = Set.of("openid", "profile");

    /** The library asks for a refresh token ({@code offline_access}) as well, which nobody consented to or needs. */
    private static final Map<String, String> NO_MORE = Map.of("scope", "openid profile");

    private final AppCredentials credentials;

    public LoginCodes(AppCredentials credentials) {
        this.credentials = credentials;
    }

    @Override
    public String redeem(String tenantId, String code, String redirectUri, String codeVerifier) {
        try {
            IAuthenticationResult result = credentials
                    .application(Registration.BASE, tenantId)
                    .acquireToken(AuthorizationCodeParameters.builder(code, URI.create(redirectUri))
                            .codeVerifier(codeVerifier)
                            .scopes(SCOPES)
                            .extraQueryParameters(NO_MORE)
                            .build())
                    .join();
            if (result.idToken() == null || result.idToken().isBlank()) {
                throw new UpstreamException(
                        UpstreamException.Service.LOGIN,
                        UpstreamException.Kind.REFUSED,
                        "The sign-in service gave no ID token for a code of tenant " + tenantId);
            }
            return result.idToken();
        } catch (RuntimeException e) {
            throw TokenFailures.ofCode(tenantId, e);
        }
    }
}
