package dev.mtdconnector.graph;

import com.microsoft.kiota.RequestInformation;
import com.microsoft.kiota.RequestOption;
import com.microsoft.kiota.authentication.AuthenticationProvider;
import dev.mtdconnector.common.UpstreamException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts the caller's token on a request, and refuses one that would go anywhere but to our Graph.
 *
 * <p>The SDK's own provider sends an empty token to a host that it does not know, and the request with it; here such a
 * request is not sent at all.
 */
final class GraphAuthentication implements AuthenticationProvider {

    private static final String AUTHORIZATION = "Authorization";

    private final GraphSettings settings;
    private final AccessTokens tokens;

    GraphAuthentication(GraphSettings settings, AccessTokens tokens) {
        this.settings = settings;
        this.tokens = tokens;
    }

    @Override
    public void authenticateRequest(RequestInformation request, @Nullable Map<String, Object> context) {
        checkIsOurs(request);
        request.headers.remove(AUTHORIZATION);
        request.headers.add(AUTHORIZATION, "Bearer " + tokens.token(key(callerOf(request))));
    }

    /** Forgets the token that a request set out with. */
    void drop(GraphCaller caller, @Nullable String authorization) {
        if (authorization != null) {
            tokens.drop(key(caller), authorization.substring("Bearer ".length()));
        }
    }

    /** Forgets the token that is held now. */
    void renew(GraphCaller caller) {
        tokens.drop(key(caller), tokens.token(key(caller)));
    }

    private AccessTokens.Key key(GraphCaller caller) {
        return new AccessTokens.Key(caller.registration(), caller.tenantId(), settings.tokenScope());
    }

    /**
     * @throws UpstreamException of kind REFUSED when the request's address is not Graph's
     */
    void checkIsOurs(RequestInformation request) {
        if (!isOurs(request)) {
            throw new UpstreamException(
                    UpstreamException.Service.GRAPH,
                    UpstreamException.Kind.REFUSED,
                    "Graph named an address that is not Graph's; nothing was sent there");
        }
    }

    private boolean isOurs(RequestInformation request) {
        try {
            URI uri = request.getUri();
            URI own = settings.endpoint();
            return own.getScheme().equalsIgnoreCase(uri.getScheme())
                    && own.getHost().equalsIgnoreCase(uri.getHost())
                    && port(own) == port(uri)
                    && uri.getRawUserInfo() == null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static int port(URI uri) {
        if (uri.getPort() != -1) {
            return uri.getPort();
        }
        return "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
    }

    private static GraphCaller callerOf(RequestInformation request) {
        for (RequestOption option : request.getRequestOptions()) {
            if (option instanceof GraphCaller caller) {
                return caller;
            }
        }
        throw new IllegalStateException("A request without a caller");
    }
}
