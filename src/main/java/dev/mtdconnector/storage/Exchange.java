package dev.mtdconnector.storage;

import com.azure.core.http.HttpPipelineCallContext;
import com.azure.core.http.HttpResponse;
import com.azure.core.http.policy.HttpPipelineSyncPolicy;
import com.azure.core.util.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What happened on the wire during one call of the SDK, as far as the SDK itself does not tell. */
final class Exchange {

    private static final String KEY = "dev.mtdconnector.storage.exchange";

    private final AtomicInteger tries = new AtomicInteger();
    private volatile @Nullable String transactionReply;

    /** To be passed to the SDK's method. */
    Context context() {
        return new Context(KEY, this);
    }

    /**
     * True when the SDK sent the request again. A refusal is ambiguous then: the first try may have been carried out,
     * and the second have met its effect.
     */
    boolean wasRepeated() {
        return tries.get() > 1;
    }

    /**
     * The ETags of an answered transaction, one a change, null for a deletion. They are read from the raw answer,
     * because the SDK (12.5.9) leaves the headers of the sub-responses empty.
     */
    List<@Nullable String> etags() {
        List<@Nullable String> etags = new ArrayList<>();
        for (String line : Objects.requireNonNullElse(transactionReply, "").split("\r?\n", -1)) {
            if (line.startsWith("HTTP/1.1 ")) {
                etags.add(null);
            } else if (line.regionMatches(true, 0, "etag:", 0, 5) && !etags.isEmpty()) {
                etags.set(etags.size() - 1, line.substring(5).strip());
            }
        }
        return etags;
    }

    /** Sees every try of every call; does nothing for a call that carries no exchange. */
    static final class Policy extends HttpPipelineSyncPolicy {

        @Override
        protected void beforeSendingRequest(HttpPipelineCallContext context) {
            context.getData(KEY).map(Exchange.class::cast).ifPresent(exchange -> exchange.tries.incrementAndGet());
        }

        @Override
        protected HttpResponse afterReceivedResponse(HttpPipelineCallContext context, HttpResponse response) {
            Exchange exchange = (Exchange) context.getData(KEY).orElse(null);
            if (exchange == null || !context.getHttpRequest().getUrl().getPath().endsWith("/$batch")) {
                return response;
            }
            HttpResponse buffered = response.buffer();
            exchange.transactionReply = buffered.getBodyAsBinaryData().toString();
            return buffered;
        }
    }
}
