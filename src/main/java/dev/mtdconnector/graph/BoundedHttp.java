package dev.mtdconnector.graph;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * HTTP for small answers: bounded in size and, the body included, in time (the JDK's own timeout ends with the headers).
 * Follows no redirect, and never tries again.
 */
public final class BoundedHttp {

    private final HttpClient client;
    private final Duration total;
    private final int maxBody;

    /**
     * @param total for the whole exchange
     * @param maxBody bytes
     */
    public BoundedHttp(Duration total, int maxBody) {
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(Duration.ofSeconds(5))
                .build();
        this.total = total;
        this.maxBody = maxBody;
    }

    /** An answer of whatever status, complete; the body read as UTF-8. */
    public record Answer(int status, HttpHeaders headers, String body) {

        public @Nullable String header(String name) {
            return headers.firstValue(name).orElse(null);
        }

        /** Without headers and body: what answers here may be a sign-in service with a token. */
        @Override
        public String toString() {
            return "Answer[" + status + "]";
        }
    }

    /**
     * Sends once.
     *
     * @throws IOException when there is no complete answer in time, or it is too large; whether the request took effect
     *     is not known then
     */
    public Answer send(HttpRequest request) throws IOException {
        CompletableFuture<HttpResponse<String>> future = client.sendAsync(request, info -> new Limited(maxBody));
        try {
            HttpResponse<String> response = future.get(total.toMillis(), TimeUnit.MILLISECONDS);
            return new Answer(response.statusCode(), response.headers(), response.body());
        } catch (TimeoutException e) {
            future.cancel(true);
            throw new IOException("No complete answer within " + total.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            future.cancel(true);
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("Interrupted while waiting for an answer").initCause(e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException("The request failed", e.getCause());
        }
    }

    /** Collects a body, up to a limit. */
    private static final class Limited implements BodySubscriber<String> {

        private final CompletableFuture<String> result = new CompletableFuture<>();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final int limit;
        private Flow.@Nullable Subscription subscription;

        private Limited(int limit) {
            this.limit = limit;
        }

        @Override
        public CompletionStage<String> getBody() {
            return result;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            this.subscription = subscription;
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            for (ByteBuffer buffer : buffers) {
                if (bytes.size() + buffer.remaining() > limit) {
                    if (subscription != null) {
                        subscription.cancel();
                    }
                    result.completeExceptionally(new IOException("The answer is larger than " + limit + " bytes"));
                    return;
                }
                byte[] chunk = new byte[buffer.remaining()];
                buffer.get(chunk);
                bytes.writeBytes(chunk);
            }
        }

        @Override
        public void onError(Throwable failure) {
            result.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            result.complete(bytes.toString(StandardCharsets.UTF_8));
        }
    }
}
