package dev.mtdconnector.common;

/** Which of our error codes an upstream's failure is. */
public final class UpstreamErrors {

    private UpstreamErrors() {}

    public static ErrorCode codeOf(UpstreamException e) {
        return switch (e.service()) {
            case GRAPH, LOGIN ->
                switch (e.kind()) {
                    case CONSENT_MISSING -> ErrorCode.DIRECTORY_CONSENT_MISSING;
                    // What the sign-in service forbids is our credential, which no tenant can mend by a consent.
                    case FORBIDDEN ->
                        e.service() == UpstreamException.Service.GRAPH
                                ? ErrorCode.DIRECTORY_CONSENT_MISSING
                                : ErrorCode.DIRECTORY_REFUSED;
                    case THROTTLED, UNAVAILABLE -> ErrorCode.DIRECTORY_UNAVAILABLE;
                    case NOT_FOUND, GONE, REFUSED, NOT_CONFIGURED -> ErrorCode.DIRECTORY_REFUSED;
                };
            case INTUNE ->
                switch (e.kind()) {
                    case CONSENT_MISSING, FORBIDDEN -> ErrorCode.INTUNE_CONSENT_MISSING;
                    case THROTTLED, UNAVAILABLE -> ErrorCode.INTUNE_UNAVAILABLE;
                    case NOT_CONFIGURED -> ErrorCode.INTUNE_NOT_CONFIGURED;
                    case NOT_FOUND, GONE, REFUSED -> ErrorCode.INTUNE_REFUSED;
                };
            case MAIL ->
                e.kind() == UpstreamException.Kind.REFUSED ? ErrorCode.MAIL_REFUSED : ErrorCode.MAIL_UNAVAILABLE;
            case RISK_FEED ->
                switch (e.kind()) {
                    case CONSENT_MISSING, FORBIDDEN -> ErrorCode.FEED_KEY_INVALID;
                    case THROTTLED, UNAVAILABLE -> ErrorCode.FEED_UNAVAILABLE;
                    case NOT_FOUND, GONE, REFUSED, NOT_CONFIGURED -> ErrorCode.FEED_REFUSED;
                };
        };
    }
}
