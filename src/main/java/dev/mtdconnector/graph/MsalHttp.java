package dev.mtdconnector.graph;

import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpMethod;
import com.azure.core.util.Context;
import com.microsoft.aad.msal4j.HttpRequest;
import com.microsoft.aad.msal4j.HttpResponse;
import com.microsoft.aad.msal4j.IHttpClient;
import com.microsoft.aad.msal4j.IHttpResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Sends what msal4j asks for over the HTTP client of the Azure SDK: once, and reads no endless answer. */
final class MsalHttp implements IHttpClient {

    private static final int MAX_BODY = 256 << 10;

    private final HttpClient http;

    MsalHttp(HttpClient http) {
        this.http = http;
    }

    @Override
    public IHttpResponse send(HttpRequest request) throws IOException {
        var outgoing = new com.azure.core.http.HttpRequest(
                HttpMethod.valueOf(request.httpMethod().name()), request.url());
        request.headers().forEach((name, value) -> outgoing.setHeader(HttpHeaderName.fromString(name), value));
        if (request.body() != null) {
            outgoing.setHeader(HttpHeaderName.CONTENT_TYPE, "application/x-www-form-urlencoded");
            outgoing.setBody(request.body());
        }
        try (var answer = http.sendSync(outgoing, Context.NONE);
                InputStream body = answer.getBodyAsBinaryData().toStream()) {
            byte[] bytes = body.readNBytes(MAX_BODY + 1);
            if (bytes.length > MAX_BODY) {
                throw new IOException("The answer is larger than " + MAX_BODY + " bytes");
            }
            Map<String, List<String>> headers = new HashMap<>();
            answer.getHeaders().forEach(header -> headers.put(header.getName(), header.getValuesList()));
            HttpResponse response = new HttpResponse()
                    .statusCode(answer.getStatusCode())
                    .body(new String(bytes, StandardCharsets.UTF_8));
            response.addHeaders(headers);
            return response;
        }
    }
}
