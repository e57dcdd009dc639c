package dev.mtdconnector.functions;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.annotation.AuthorizationLevel;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import dev.mtdconnector.app.App;
import java.util.Optional;

/** The JSON API of administrators and operators; who may ask is decided by the router. */
public final class Api {

    private final App app;

    public Api(App app) {
        this.app = app;
    }

    @FunctionName("Api")
    public HttpResponseMessage run(
            @HttpTrigger(
                            name = "request",
                            methods = {
                                HttpMethod.GET,
                                HttpMethod.POST,
                                HttpMethod.PUT,
                                HttpMethod.PATCH,
                                HttpMethod.DELETE,
                                HttpMethod.HEAD
                            },
                            authLevel = AuthorizationLevel.ANONYMOUS,
                            route = "api/v1/{*path}")
                    HttpRequestMessage<Optional<String>> request,
            ExecutionContext context) {
        return HttpAdapter.answer(app, request);
    }
}
