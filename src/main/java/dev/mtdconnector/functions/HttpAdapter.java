package dev.mtdconnector.functions;

import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.HttpStatusType;
import dev.mtdconnector.app.App;
import dev.mtdconnector.http.HttpAnswer;
import dev.mtdconnector.http.HttpRequest;
import java.util.Map;
import java.util.Optional;

/** Turns the platform's request into ours and our answer into the platform's. */
final class HttpAdapter {

    private HttpAdapter() {}

    static HttpResponseMessage answer(App app, HttpRequestMessage<Optional<String>> request) {
        String path = request.getUri().getPath();
        HttpAnswer answer = app.handle(new HttpRequest(
                request.getHttpMethod().name(),
                path == null || path.isEmpty() ? "/" : path,
                request.getQueryParameters(),
                request.getHeaders(),
                request.getBody().orElse(""),
                Map.of()));
        HttpResponseMessage.Builder builder = request.createResponseBuilder(HttpStatusType.custom(answer.status()));
        answer.headers().forEach(builder::header);
        return builder.body(answer.body()).build();
    }
}
