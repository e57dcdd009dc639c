package dev.mtdconnector.graph;

import dev.mtdconnector.common.RetryAfter;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.common.UpstreamException.Kind;
import dev.mtdconnector.common.UpstreamException.Service;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Clock;
import java.time.Duration;

/** The JSON documents that the sign-in service shows to anybody. Asked for once each time, at that service only. */
final class LoginDocuments {

    static final int MAX_BODY = 256 << 10;

    private final String root;
    private final Clock clock;
    private final BoundedHttp http = new BoundedHttp(Duration.ofSeconds(10), MAX_BODY);

    LoginDocuments(LoginSettings settings, Clock clock) {
        this.root = settings.endpoint().toString().replaceFirst("/+$", "");
        this.clock = clock;
    }

    /** The address of the service, without a trailing slash. */
    String root() {
        return root;
    }

    /**
     * An answer of whatever status.
     *
     * @param path with a leading slash; nothing in it needs encoding
     * @param what is asked for, in words
     */
    BoundedHttp.Answer get(String path, String what) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(root + path))
                .header("Accept", "application/json")
                .build();
        try {
            return http.send(request);
        } catch (IOException e) {
            String how = e.getClass().getSimpleName();
            throw new UpstreamException(Service.LOGIN, Kind.UNAVAILABLE, "No " + what + " (" + how + ")", null, e);
        }
    }

    /** What an answer that is not the document means. */
    UpstreamException refused(BoundedHttp.Answer answer, String what) {
        Kind kind = answer.status() == 429
                ? Kind.THROTTLED
                : answer.status() >= 500 ? Kind.UNAVAILABLE : answer.status() == 404 ? Kind.NOT_FOUND : Kind.REFUSED;
        return new UpstreamException(
                Service.LOGIN,
                kind,
                "The sign-in service answered " + answer.status() + " when asked for the " + what,
                RetryAfter.parse(answer.header("Retry-After"), clock.instant()),
                null);
    }
}
