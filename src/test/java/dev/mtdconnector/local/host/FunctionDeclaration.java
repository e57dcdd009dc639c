package dev.mtdconnector.local.host;

import com.microsoft.azure.functions.HttpMethod;
import com.microsoft.azure.functions.annotation.AuthorizationLevel;
import java.lang.reflect.Method;
import java.util.List;
import java.util.stream.Collectors;

/** One function: its name, the method that runs, and what triggers it. */
public record FunctionDeclaration(String name, Method method, Trigger trigger) {

    /** What makes a function run. */
    public sealed interface Trigger {}

    /**
     * A request.
     *
     * @param route the template as the platform sees it: the function's name where the annotation has none
     * @param methods empty for all
     */
    public record Http(String route, List<HttpMethod> methods, AuthorizationLevel level) implements Trigger {
        public Http {
            methods = List.copyOf(methods);
        }
    }

    /** A schedule in the form that {@link Schedule} reads. */
    public record Timer(String schedule) implements Trigger {}

    /** Messages of a queue; {@code connection} names the setting with the storage account. */
    public record Queue(String queue, String connection) implements Trigger {}

    /** One line for a golden file. */
    String line() {
        if (trigger instanceof Http http) {
            String methods = http.methods().isEmpty()
                    ? "ANY"
                    : http.methods().stream().map(HttpMethod::name).sorted().collect(Collectors.joining(","));
            return name + ": http route=" + http.route() + " methods=" + methods + " auth=" + http.level();
        }
        if (trigger instanceof Timer timer) {
            return name + ": timer schedule=" + timer.schedule();
        }
        Queue queue = (Queue) trigger;
        return name + ": queue queue=" + queue.queue() + " connection=" + queue.connection();
    }
}
