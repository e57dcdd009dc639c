package dev.mtdconnector.lookout;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.common.UpstreamException.Kind;
import dev.mtdconnector.common.UpstreamException.Service;
import dev.mtdconnector.feed.ApplicationKey;
import dev.mtdconnector.feed.RiskApi;
import dev.mtdconnector.stream.EventStreams;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The event stream of the Mobile Risk API v2. No thread waits for a stream: as many can be open as there are sockets, and
 * those of the executor take turns with what comes. A token that is refused is dropped, so that the next attempt has another.
 *
 * @see <a href="https://doc.lookout.com">Mobile Risk API v2, event stream</a>
 */
public final class LookoutStream implements EventStreams {

    private static final Duration CONNECT = Duration.ofSeconds(10);

    private final String address;
    private final RiskTokens tokens;
    private final RiskHttp http;
    private final HttpClient client;

    /**
     * @param endpoint the base address, without a trailing slash
     * @param executor a few threads, on which receivers are called
     */
    public LookoutStream(URI endpoint, LookoutClient api, Executor executor) {
        this.address = endpoint + "/mra/stream/v2/events?types=" + LookoutClient.TYPES;
        this.tokens = api.tokens();
        this.http = api.http();
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT)
                .executor(executor)
                .build();
    }

    @Override
    public Connection open(ApplicationKey key, RiskApi.From from, Receiver receiver) {
        String token = tokens.token(key);
        String place = from instanceof RiskApi.From.After after
                ? "&id=" + URLEncoder.encode(after.place(), StandardCharsets.UTF_8)
                : "&start_time=" + LookoutClient.time(((RiskApi.From.Since) from).time());
        HttpRequest request = HttpRequest.newBuilder(URI.create(address + place))
                .header("Authorization", "Bearer " + token)
                .header("Accept", "text/event-stream")
                .GET()
                .build();
        Telling telling = new Telling(receiver);
        CompletableFuture<HttpResponse<Void>> exchange = client.sendAsync(request, info -> {
            if (info.statusCode() == 200) {
                return new Body(telling);
            }
            if (info.statusCode() == 401) {
                tokens.drop(key, token);
            }
            telling.end(http.failure(info.statusCode(), info.headers(), "the event stream", true));
            return HttpResponse.BodySubscribers.discarding();
        });
        CompletableFuture<?> unused = exchange.whenComplete((response, failure) -> telling.end(
                failure == null
                        ? null
                        : new UpstreamException(
                                Service.RISK_FEED, Kind.UNAVAILABLE, "The event stream broke off", null, failure)));
        return () -> {
            telling.mute();
            exchange.cancel(true);
        };
    }

    /** Tells the receiver of the end once, and nothing after it. */
    private static final class Telling {
        private final Receiver receiver;
        private final AtomicBoolean isOver = new AtomicBoolean();

        private Telling(Receiver receiver) {
            this.receiver = receiver;
        }

        private void mute() {
            isOver.set(true);
        }

        private boolean isOver() {
            return isOver.get();
        }

        private void end(@Nullable UpstreamException failure) {
            if (isOver.compareAndSet(false, true)) {
                receiver.ended(failure);
            }
        }
    }

    /** Asks for the next bytes when those before have been taken. */
    private static final class Body implements HttpResponse.BodySubscriber<Void> {
        private final Telling telling;
        private final CompletableFuture<Void> body = new CompletableFuture<>();
        private Flow.@Nullable Subscription subscription;

        private Body(Telling telling) {
            this.telling = telling;
        }

        @Override
        public CompletionStage<Void> getBody() {
            return body;
        }

        @Override
        public void onSubscribe(Flow.Subscription newSubscription) {
            subscription = newSubscription;
            newSubscription.request(1);
        }

        @Override
        public void onNext(List<ByteBuffer> items) {
            for (ByteBuffer item : items) {
                if (!telling.isOver()) {
                    telling.receiver.bytes(item);
                }
            }
            if (subscription == null) {
                return;
            }
            if (telling.isOver()) {
                subscription.cancel();
                body.complete(null);
            } else {
                subscription.request(1);
            }
        }

        @Override
        public void onError(Throwable failure) {
            body.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            body.complete(null);
        }
    }
}
