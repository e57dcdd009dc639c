package dev.mtdconnector.graph;

import com.azure.core.exception.HttpRequestException;
import com.azure.identity.CredentialUnavailableException;
import com.microsoft.aad.msal4j.AuthenticationErrorCode;
import com.microsoft.aad.msal4j.InteractionRequiredExceptionReason;
import com.microsoft.aad.msal4j.MsalClientException;
import com.microsoft.aad.msal4j.MsalInteractionRequiredException;
import com.microsoft.aad.msal4j.MsalServiceException;
import dev.mtdconnector.common.RetryAfter;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.common.UpstreamException.Kind;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What it means that a token was not to be had.
 *
 * <p>Decided by the {@code error} of RFC 6749 and the status; AADSTS numbers are no contract of Microsoft's and choose
 * words, with one exception: {@code invalid_client} says that our credential is wrong, and also that the tenant has no
 * service principal of ours, which only the number tells apart. So a tenant that does not exist, which the service calls {@code invalid_request}, is REFUSED and not
 * CONSENT_MISSING: nobody took a consent back.
 *
 * <p>The library's exceptions are not kept as a cause when the service answered: they carry its text.
 */
final class TokenFailures {

    private static final Pattern AADSTS = Pattern.compile("AADSTS[0-9]{4,9}");
    private static final Pattern OAUTH_ERROR = Pattern.compile("[a-z_]{1,40}");
    private static final Pattern CORRELATION_ID = Pattern.compile("[0-9a-fA-F-]{1,40}");

    private static final Map<String, String> WORDS = Map.of(
            "AADSTS700016", "the tenant does not know this application",
            "AADSTS7000229", "the application has no service principal in the tenant",
            "AADSTS65001", "nobody consented to this application",
            "AADSTS7000215", "the client secret is wrong",
            "AADSTS7000222", "the client secret has expired",
            "AADSTS700027", "the certificate is not the registered one",
            "AADSTS7000112", "the tenant has disabled this application",
            "AADSTS90002", "there is no such tenant",
            "AADSTS500011", "the tenant does not have the resource");

    private static final String NO_PRINCIPAL = "AADSTS7000229";
    private static final String UNNAMED = "(unnamed)";

    private final String what;
    private final boolean isOfCode;

    private TokenFailures(String what, boolean isOfCode) {
        this.what = what;
        this.isOfCode = isOfCode;
    }

    static UpstreamException of(AccessTokens.Key key, RuntimeException failure) {
        return of(key).of(failure);
    }

    private static TokenFailures of(AccessTokens.Key key) {
        return new TokenFailures(
                "No token of registration " + key.registration().label() + " for tenant " + key.tenantId() + " and "
                        + key.scope(),
                false);
    }

    /** Of an authorization code: unlike our own grant it may be used up, too old, or somebody else's. */
    static UpstreamException ofCode(String tenantId, RuntimeException failure) {
        return new TokenFailures("No ID token of tenant " + tenantId + " for a code", true).of(failure);
    }

    private UpstreamException of(RuntimeException failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < 20; depth++) {
            if (cause instanceof UpstreamException known) {
                return known;
            }
            if (cause instanceof MsalServiceException answered) {
                return answered(answered);
            }
            if (cause instanceof IOException
                    || cause instanceof TimeoutException
                    || cause instanceof HttpRequestException
                    || (cause instanceof MsalClientException parse
                            && AuthenticationErrorCode.INVALID_JSON.equals(parse.errorCode()))
                    || cause instanceof CredentialUnavailableException) {
                String how = cause.getClass().getSimpleName();
                return failure(Kind.UNAVAILABLE, "no answer of the sign-in service (" + how + ")", null);
            }
            cause = cause.getCause();
        }
        String how = failure.getClass().getSimpleName();
        return failure(Kind.NOT_CONFIGURED, "the credential cannot be used (" + how + ")", null);
    }

    /** The service said yes and gave nothing. */
    static UpstreamException withoutToken(AccessTokens.Key key) {
        return of(key).failure(Kind.UNAVAILABLE, "the answer of the sign-in service holds none", null);
    }

    private UpstreamException answered(MsalServiceException answer) {
        String error = named(OAUTH_ERROR, answer.errorCode());
        int status = answer.statusCode() == null ? 0 : answer.statusCode();
        Matcher number = AADSTS.matcher(answer.getMessage() == null ? "" : answer.getMessage());
        StringBuilder words =
                new StringBuilder("the answer was ").append(status).append(' ').append(error);
        if (number.find()) {
            words.append(' ').append(number.group());
            String meaning = WORDS.get(number.group());
            if (meaning != null) {
                words.append(", ").append(meaning);
            }
        }
        if (answer.correlationId() != null) {
            words.append(" (correlation id ")
                    .append(named(CORRELATION_ID, answer.correlationId()))
                    .append(')');
        }
        boolean noPrincipal = error.equals("invalid_client") && words.indexOf(NO_PRINCIPAL) >= 0;
        boolean notConsented = answer instanceof MsalInteractionRequiredException interaction
                && interaction.reason() == InteractionRequiredExceptionReason.CONSENT_REQUIRED;
        Kind kind = noPrincipal || notConsented ? Kind.CONSENT_MISSING : kind(error, status);
        return failure(kind, words.toString(), retryAfter(answer));
    }

    private Kind kind(String error, int status) {
        if (status == 429) {
            return Kind.THROTTLED;
        }
        if (status >= 500) {
            return Kind.UNAVAILABLE;
        }
        return switch (error) {
            case "unauthorized_client", "consent_required" -> Kind.CONSENT_MISSING;
            case "invalid_grant", "interaction_required" -> isOfCode ? Kind.REFUSED : Kind.CONSENT_MISSING;
            case "invalid_client", "access_denied" -> Kind.FORBIDDEN;
            case "invalid_resource", "invalid_target" -> Kind.NOT_FOUND;
            case "temporarily_unavailable", "server_error" -> Kind.UNAVAILABLE;
            // The library could not read the answer: it is some gateway's page, not the service's word.
            case "unknown", AuthenticationErrorCode.INVALID_JSON, UNNAMED -> Kind.UNAVAILABLE;
            default -> Kind.REFUSED;
        };
    }

    private static @Nullable Duration retryAfter(MsalServiceException answer) {
        Map<String, List<String>> headers = answer.headers();
        if (headers == null) {
            return null;
        }
        for (Map.Entry<String, List<String>> header : headers.entrySet()) {
            if ("retry-after".equals(header.getKey().toLowerCase(Locale.ROOT))
                    && !header.getValue().isEmpty()) {
                // Seconds are what this service sends; a date would need the time, and is as good as nothing.
                String value = header.getValue().get(0);
                return value.contains(":") ? null : RetryAfter.parse(value, Instant.EPOCH);
            }
        }
        return null;
    }

    private UpstreamException failure(Kind kind, String why, @Nullable Duration retryAfter) {
        return new UpstreamException(UpstreamException.Service.LOGIN, kind, what + ": " + why, retryAfter, null);
    }

    private static String named(Pattern pattern, @Nullable String value) {
        return value != null && pattern.matcher(value).matches() ? value : UNNAMED;
    }
}
