package dev.mtdconnector.local.host.sample;

import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.HttpStatus;
import com.microsoft.azure.functions.annotation.AuthorizationLevel;
import com.microsoft.azure.functions.annotation.BindingName;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** HTTP functions whose routes overlap and which show what reached them. */
public final class SampleHttp {

    /** Shows the request. */
    @FunctionName("Echo")
    public HttpResponseMessage echo(
            @HttpTrigger(
                            name = "request",
                            methods = {HttpMethod.GET, HttpMethod.POST, HttpMethod.HEAD},
                            route = "echo/{*rest}",
                            authLevel = AuthorizationLevel.ANONYMOUS)
                    HttpRequestMessage<Optional<String>> request,
            @BindingName("rest") @Nullable String rest) {
        String text = request.getHttpMethod() + " " + request.getUri() + "\nrest=" + rest + "\nquery="
                + request.getQueryParameters() + "\nx-test="
                + request.getHeaders().get("x-test") + "\nbody="
                + request.getBody().orElse("(none)");
        return request.createResponseBuilder(HttpStatus.OK).body(text).build();
    }

    /** Sets two cookies, of which the platform keeps one. */
    @FunctionName("Cookies")
    public HttpResponseMessage cookies(
            @HttpTrigger(name = "request", route = "cookies", authLevel = AuthorizationLevel.ANONYMOUS)
                    HttpRequestMessage<Optional<String>> request) {
        return request.createResponseBuilder(HttpStatus.OK)
                .header("Set-Cookie", "first=1")
                .header("Set-Cookie", "second=2")
                .build();
    }

    /** Throws. */
    @FunctionName("Broken")
    public HttpResponseMessage broken(
            @HttpTrigger(name = "request", authLevel = AuthorizationLevel.ANONYMOUS)
                    HttpRequestMessage<Optional<String>> request) {
        if (request.getUri().isAbsolute()) {
            throw new IllegalStateException("a secret detail of " + request.getUri());
        }
        return request.createResponseBuilder(HttpStatus.OK).build();
    }

    /** First by name of two on {@code twins/a}. */
    @FunctionName("AnyTwin")
    public HttpResponseMessage anyTwin(
            @HttpTrigger(
                            name = "request",
                            methods = {HttpMethod.GET},
                            route = "twins/{which}",
                            authLevel = AuthorizationLevel.ANONYMOUS)
                    HttpRequestMessage<Optional<String>> request) {
        return request.createResponseBuilder(HttpStatus.OK).body("AnyTwin").build();
    }

    /** More exact, but later by name. */
    @FunctionName("ExactTwin")
    public HttpResponseMessage exactTwin(
            @HttpTrigger(
                            name = "request",
                            methods = {HttpMethod.GET, HttpMethod.POST},
                            route = "twins/a",
                            authLevel = AuthorizationLevel.ANONYMOUS)
                    HttpRequestMessage<Optional<String>> request) {
        return request.createResponseBuilder(HttpStatus.OK).body("ExactTwin").build();
    }

    /** Needs a key. */
    @FunctionName("Guarded")
    public HttpResponseMessage guarded(
            @HttpTrigger(name = "request", route = "guarded", authLevel = AuthorizationLevel.FUNCTION)
                    HttpRequestMessage<Optional<String>> request) {
        return request.createResponseBuilder(HttpStatus.NO_CONTENT).build();
    }
}
