package dev.mtdconnector.local.host;

import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.HttpStatus;
import com.microsoft.azure.functions.HttpStatusType;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Requests and answers in the forms that the Java worker gives to a function. */
final class HttpMessages {

    private HttpMessages() {}

    /**
     * A request.
     *
     * @param headers one value a name, names in lower case
     * @param query one value a name
     */
    record Request(
            URI uri, HttpMethod method, Map<String, String> headers, Map<String, String> query, Optional<String> body)
            implements HttpRequestMessage<Optional<String>> {

        @Override
        public URI getUri() {
            return uri;
        }

        @Override
        public HttpMethod getHttpMethod() {
            return method;
        }

        @Override
        public Map<String, String> getHeaders() {
            return headers;
        }

        @Override
        public Map<String, String> getQueryParameters() {
            return query;
        }

        @Override
        public Optional<String> getBody() {
            return body;
        }

        @Override
        public HttpResponseMessage.Builder createResponseBuilder(HttpStatus status) {
            return new Answer().status(status);
        }

        @Override
        public HttpResponseMessage.Builder createResponseBuilder(HttpStatusType status) {
            return new Answer().status(status);
        }
    }

    /** The worker's builder is its own product, and its headers are a map: a name that is set twice has one value. */
    static final class Answer implements HttpResponseMessage, HttpResponseMessage.Builder {

        private final Map<String, String> headers = new HashMap<>();
        private HttpStatusType status = HttpStatus.OK;
        private @Nullable Object body;

        @Override
        public Builder status(HttpStatusType value) {
            this.status = value;
            return this;
        }

        @Override
        public Builder header(String key, String value) {
            headers.put(key, value);
            return this;
        }

        @Override
        @SuppressWarnings("NullAway") // the interface is not annotated; a function may well pass null
        public Builder body(@Nullable Object value) {
            this.body = value;
            return this;
        }

        @Override
        public HttpResponseMessage build() {
            return this;
        }

        @Override
        public HttpStatusType getStatus() {
            return status;
        }

        @Override
        public @Nullable String getHeader(String key) {
            return headers.get(key);
        }

        @Override
        public @Nullable Object getBody() {
            return body;
        }

        Map<String, String> headers() {
            return headers;
        }
    }
}
