package dev.mtdconnector.functions;

import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.HttpStatusType;
import dev.mtdconnector.app.App;
import dev.mtdconnector.http.HttpAnswer;
import dev.mtdconnector.http.HttpRequest;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Turns the platform's request into ours and our answer into the platform's. */
final class HttpAdapter {

    private HttpAdapter() {}

    /** Encoded, they would be slashes, dots and ends to some readers of a path and letters to others. */
    private static final Pattern AMBIGUOUS = Pattern.compile("(?i)%(?:2f|5c|2e|00)");

    static HttpResponseMessage answer(App app, HttpRequestMessage<Optional<String>> request) {
        HttpAnswer answer = app.handle(new HttpRequest(
                request.getHttpMethod().name(),
                path(request.getUri()),
                request.getQueryParameters(),
                request.getHeaders(),
                request.getBody().orElse(""),
                Map.of()));
        HttpResponseMessage.Builder builder = request.createResponseBuilder(HttpStatusType.custom(answer.status()));
        answer.headers().forEach(builder::header);
        return builder.body(answer.body()).build();
    }

    /** Decoded, but for a path of two readings: that stays as it came, and is no route's. */
    private static String path(URI uri) {
        String raw = uri.getRawPath();
        if (raw == null || raw.isEmpty()) {
            return "/";
        }
        return AMBIGUOUS.matcher(raw).find() ? raw : uri.getPath();
    }
}
