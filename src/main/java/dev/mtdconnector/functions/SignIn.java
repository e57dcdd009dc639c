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

/** The sign-in: its form, and where Entra sends the browser back to. */
public final class SignIn {

    private final App app;

    public SignIn(App app) {
        this.app = app;
    }

    @FunctionName("SignIn")
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
                            route = "signin/{*path}")
                    HttpRequestMessage<Optional<String>> request,
            ExecutionContext context) {
        return HttpAdapter.answer(app, request);
    }
}
