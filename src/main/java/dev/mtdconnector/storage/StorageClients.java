package dev.mtdconnector.storage;

import com.azure.core.credential.TokenCredential;
import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpResponse;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.core.http.policy.ExponentialBackoff;
import com.azure.core.http.policy.RequestRetryCondition;
import com.azure.core.http.policy.RetryPolicy;
import com.azure.data.tables.TableServiceClient;
import com.azure.data.tables.TableServiceClientBuilder;
import com.azure.identity.ManagedIdentityCredentialBuilder;
import com.azure.storage.common.policy.RequestRetryOptions;
import com.azure.storage.common.policy.RetryPolicyType;
import com.azure.storage.queue.QueueMessageEncoding;
import com.azure.storage.queue.QueueServiceClient;
import com.azure.storage.queue.QueueServiceClientBuilder;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Builds the SDK's clients with bounds: three tries, each answered within ten seconds, under two seconds of waiting
 * between two. A call that gets no answer so ends after some half a minute, and the queue brings its job again.
 */
final class StorageClients {

    private static final int TRIES = 3;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration TRY_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration FIRST_DELAY = Duration.ofMillis(300);
    private static final Duration MAX_DELAY = Duration.ofSeconds(2);

    private StorageClients() {}

    static TableServiceClient tables(StorageSettings settings, Duration tryTimeout) {
        HttpClient http = http(tryTimeout);
        TableServiceClientBuilder builder = new TableServiceClientBuilder()
                .httpClient(http)
                .retryPolicy(new RetryPolicy(new ShortRetry()))
                .addPolicy(new Exchange.Policy());
        if (settings.connectionString() != null) {
            builder.connectionString(settings.connectionString());
        } else {
            builder.endpoint(address(settings.tableServiceUri())).credential(identity(settings, http));
        }
        return builder.buildClient();
    }

    static TableServiceClient tables(StorageSettings settings) {
        return tables(settings, TRY_TIMEOUT);
    }

    static QueueServiceClient queues(StorageSettings settings) {
        HttpClient http = http(TRY_TIMEOUT);
        QueueServiceClientBuilder builder = new QueueServiceClientBuilder()
                .httpClient(http)
                .messageEncoding(QueueMessageEncoding.BASE64)
                .retryOptions(new RequestRetryOptions(
                        RetryPolicyType.EXPONENTIAL, TRIES, TRY_TIMEOUT, FIRST_DELAY, MAX_DELAY, null));
        if (settings.connectionString() != null) {
            builder.connectionString(settings.connectionString());
        } else {
            builder.endpoint(address(settings.queueServiceUri())).credential(identity(settings, http));
        }
        return builder.buildClient();
    }

    private static HttpClient http(Duration tryTimeout) {
        return new JdkHttpClientBuilder()
                .connectionTimeout(CONNECT_TIMEOUT)
                .writeTimeout(tryTimeout)
                .responseTimeout(tryTimeout)
                .readTimeout(tryTimeout)
                .build();
    }

    private static TokenCredential identity(StorageSettings settings, HttpClient http) {
        ManagedIdentityCredentialBuilder builder = new ManagedIdentityCredentialBuilder().httpClient(http);
        if (settings.clientId() != null) {
            builder.clientId(settings.clientId());
        }
        return builder.build();
    }

    private static String address(@Nullable URI uri) {
        return Objects.requireNonNull(uri, "settings without connection string have all addresses")
                .toString();
    }

    /**
     * Gives up when the service says when to come back, since that may be long and a thread of the worker would wait
     * for it; and when the thread is asked to stop.
     */
    private static final class ShortRetry extends ExponentialBackoff {

        ShortRetry() {
            super(TRIES - 1, FIRST_DELAY, MAX_DELAY);
        }

        @Override
        public boolean shouldRetryCondition(RequestRetryCondition condition) {
            HttpResponse response = condition.getResponse();
            boolean toldWhen = response != null && response.getHeaderValue(HttpHeaderName.RETRY_AFTER) != null;
            boolean interrupted = Interrupts.isCauseOf(condition.getThrowable());
            return !toldWhen && !interrupted && super.shouldRetryCondition(condition);
        }
    }
}
