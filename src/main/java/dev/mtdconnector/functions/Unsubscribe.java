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

/** Ends mails of a kind by a link. */
public final class Unsubscribe {

    private final App app;

    public Unsubscribe(App app) {
        this.app = app;
    }

    @FunctionName("Unsubscribe")
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
                            route = "unsubscribe")
                    HttpRequestMessage<Optional<String>> request,
            ExecutionContext context) {
        return HttpAdapter.answer(app, request);
    }
}
