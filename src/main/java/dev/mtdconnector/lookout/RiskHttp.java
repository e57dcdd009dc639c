package dev.mtdconnector.lookout;

import dev.mtdconnector.common.RetryAfter;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.common.UpstreamException.Kind;
import dev.mtdconnector.common.UpstreamException.Service;
import dev.mtdconnector.feed.UnreadablePageException;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One exchange with the Mobile Risk API: bounded in bytes and, head and body together, in time. Follows no redirect, asks for
 * no compression and takes none, and never tries again.
 */
final class RiskHttp {

    private static final int MOST_OF_A_REQUEST_ID = 80;

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    private final Duration patience;
    private final Clock clock;

    /**
     * @param patience for a whole exchange
     */
    RiskHttp(Duration patience, Clock clock) {
        this.patience = patience;
        this.clock = clock;
    }

    /** A complete answer of whatever status. Not a record, whose text would show a token. */
    static final class Answer {
        private final int status;
        private final HttpHeaders headers;
        private final byte[] body;

        private Answer(int status, HttpHeaders headers, byte[] body) {
            this.status = status;
            this.headers = headers;
            this.body = body;
        }

        int status() {
            return status;
        }

        byte[] body() {
            return body;
        }

        boolean isOk() {
            return status == 200;
        }
    }

    /**
     * Sends once.
     *
     * @param limit bytes of the body
     * @throws UpstreamException UNAVAILABLE when there is no complete answer in time
     * @throws UnreadablePageException when it is larger, or compressed
     */
    Answer send(HttpRequest request, int limit) {
        CompletableFuture<HttpResponse<byte[]>> future = client.sendAsync(request, info -> new BoundedBody(limit));
        try {
            HttpResponse<byte[]> response = future.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            String encoding = response.headers().firstValue("Content-Encoding").orElse("identity");
            if (!encoding.equalsIgnoreCase("identity")) {
                throw new UnreadablePageException("The answer is compressed, which was not asked for");
            }
            return new Answer(response.statusCode(), response.headers(), response.body());
        } catch (TimeoutException e) {
            future.cancel(true);
            throw unavailable("gave no complete answer within " + patience.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            future.cancel(true);
            Thread.currentThread().interrupt();
            throw unavailable("was not waited for", e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof BoundedBody.TooLargeException
                    || (cause instanceof IOException && cause.getCause() instanceof BoundedBody.TooLargeException)) {
                throw new UnreadablePageException("The answer is larger than " + limit + " bytes");
            }
            throw unavailable("did not answer", cause == null ? e : cause);
        }
    }

    /** What an answer other than 200 means. */
    UpstreamException failure(Answer answer, String what, boolean namesPlace) {
        return failure(answer.status(), answer.headers, what, namesPlace);
    }

    UpstreamException failure(int status, HttpHeaders headers, String what, boolean namesPlace) {
        Kind kind;
        if (status == 401 || status == 403) {
            kind = Kind.FORBIDDEN;
        } else if (status == 429) {
            kind = Kind.THROTTLED;
        } else if (status >= 500 || status == 408) {
            kind = Kind.UNAVAILABLE;
        } else if (namesPlace && (status == 400 || status == 404 || status == 410 || status == 422)) {
            kind = Kind.GONE;
        } else {
            kind = Kind.REFUSED;
        }
        String message = "The Mobile Risk API answered " + status + " to " + what
                + header(headers, "request-id", header(headers, "x-request-id", ""));
        Duration wait = kind == Kind.THROTTLED || kind == Kind.UNAVAILABLE
                ? RetryAfter.parse(headers.firstValue("Retry-After").orElse(null), clock.instant())
                : null;
        return new UpstreamException(Service.RISK_FEED, kind, message, wait, null);
    }

    private static String header(HttpHeaders headers, String name, String absent) {
        String value = headers.firstValue(name).orElse("").replaceAll("[^A-Za-z0-9_.-]", "?");
        return value.isEmpty()
                ? absent
                : ", request " + value.substring(0, Math.min(value.length(), MOST_OF_A_REQUEST_ID));
    }

    private static UpstreamException unavailable(String what, @Nullable Throwable cause) {
        return new UpstreamException(Service.RISK_FEED, Kind.UNAVAILABLE, "The Mobile Risk API " + what, null, cause);
    }
}
