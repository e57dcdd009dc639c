package dev.mtdconnector.common;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A service that we depend on did not do what was asked. Adapters throw it; jobs decide by {@link #kind()} alone.
 *
 * <p>The message is for our log and an operator: it names the service, the status and the upstream's own request id,
 * never a token, a secret or a body.
 */
public final class UpstreamException extends RuntimeException implements TransientFailure {

    private static final long serialVersionUID = 1L;

    /** Which service. */
    public enum Service {
        GRAPH,
        LOGIN,
        INTUNE,
        MAIL,
        /** The Mobile Risk API of the threat feed. */
        RISK_FEED
    }

    /** What it means for the job that asked. */
    public enum Kind {
        /** Too many requests: try again after {@link #retryAfter()}, or by own pacing where it is not given. */
        THROTTLED,
        /** No answer, or a fault of the service: try again later. */
        UNAVAILABLE,
        /** The tenant has not consented, or has taken its consent back. */
        CONSENT_MISSING,
        /** Our identity is known and may not do this: a role is missing, or the request is our defect. */
        FORBIDDEN,
        /** The thing asked for does not exist. */
        NOT_FOUND,
        /** A cursor is too old: start from the beginning. */
        GONE,
        /** The service is not configured on our side. */
        NOT_CONFIGURED,
        /** The service calls our request wrong: our defect, or a changed upstream. */
        REFUSED
    }

    private final Service service;
    private final Kind kind;
    private final @Nullable Duration retryAfter;

    public UpstreamException(
            Service service, Kind kind, String message, @Nullable Duration retryAfter, @Nullable Throwable cause) {
        super(message, cause);
        this.service = service;
        this.kind = kind;
        this.retryAfter = retryAfter;
    }

    public UpstreamException(Service service, Kind kind, String message) {
        this(service, kind, message, null, null);
    }

    public Service service() {
        return service;
    }

    public Kind kind() {
        return kind;
    }

    /** How long the service asked us to wait; null when it did not say. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }

    /** True when the same request may succeed later without anybody doing anything. */
    public boolean isTransient() {
        return kind == Kind.THROTTLED || kind == Kind.UNAVAILABLE;
    }
}
