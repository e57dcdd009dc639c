package dev.mtdconnector.local.host;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.annotation.BindingName;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.HttpTrigger;
import com.microsoft.azure.functions.annotation.QueueTrigger;
import com.microsoft.azure.functions.annotation.StorageAccount;
import com.microsoft.azure.functions.annotation.TimerTrigger;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The functions that classes declare by annotation, in the order of their names, which is the order in which the
 * platform tries their routes.
 *
 * <p>What the platform or its Java worker would refuse is refused here, and so is what this host cannot run: other
 * triggers, other parameter types, app-setting references ({@code %NAME%}).
 */
public final class FunctionDeclarations {

    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,127}");
    private static final String REQUEST_TYPE =
            "com.microsoft.azure.functions.HttpRequestMessage<java.util.Optional<java.lang.String>>";

    private final List<FunctionDeclaration> functions;

    private FunctionDeclarations(List<FunctionDeclaration> functions) {
        this.functions = List.copyOf(functions);
    }

    /** The functions of these classes. */
    public static FunctionDeclarations of(Class<?>... classes) {
        return of(Arrays.asList(classes));
    }

    /** The functions of all classes of a package and of those below it. */
    public static FunctionDeclarations inPackage(String packageName) {
        return of(ClassPathScan.classesOf(packageName));
    }

    private static FunctionDeclarations of(Collection<Class<?>> classes) {
        TreeMap<String, FunctionDeclaration> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (Class<?> type : classes) {
            for (Method method : type.getDeclaredMethods()) {
                FunctionName annotation = method.getAnnotation(FunctionName.class);
                if (annotation != null
                        && byName.put(annotation.value(), declaration(annotation.value(), method)) != null) {
                    throw new IllegalArgumentException("Two functions have the name " + annotation.value());
                }
            }
        }
        return new FunctionDeclarations(new ArrayList<>(byName.values()));
    }

    public List<FunctionDeclaration> list() {
        return functions;
    }

    /** The names of the queues that trigger functions. */
    public List<String> queues() {
        return functions.stream()
                .map(FunctionDeclaration::trigger)
                .filter(FunctionDeclaration.Queue.class::isInstance)
                .map(trigger -> ((FunctionDeclaration.Queue) trigger).queue())
                .toList();
    }

    /** One line a function, sorted by name: for a golden file. */
    public String listing() {
        return functions.stream()
                .sorted(Comparator.comparing(FunctionDeclaration::name))
                .map(function -> function.line() + "\n")
                .collect(Collectors.joining());
    }

    private static FunctionDeclaration declaration(String name, Method method) {
        require(NAME.matcher(name).matches(), name, "is not a function name");
        require(
                Modifier.isPublic(method.getModifiers())
                        && Modifier.isPublic(method.getDeclaringClass().getModifiers()),
                name,
                "must be a public method of a public class");
        long sameName = Arrays.stream(method.getDeclaringClass().getMethods())
                .filter(other -> other.getName().equals(method.getName()))
                .count();
        require(sameName == 1, name, "has an overloaded method, which the Java worker refuses");
        FunctionDeclaration.@Nullable Trigger trigger = null;
        for (Parameter parameter : method.getParameters()) {
            FunctionDeclaration.Trigger found = trigger(name, method, parameter);
            require(trigger == null || found == null, name, "has two triggers");
            trigger = found == null ? trigger : found;
        }
        if (trigger == null) {
            throw new IllegalArgumentException("Function " + name + " has no trigger that this host knows");
        }
        boolean http = trigger instanceof FunctionDeclaration.Http;
        require(
                method.getReturnType() == (http ? HttpResponseMessage.class : void.class),
                name,
                http ? "must return HttpResponseMessage" : "must return void");
        return new FunctionDeclaration(name, method, trigger);
    }

    private static FunctionDeclaration.@Nullable Trigger trigger(String name, Method method, Parameter parameter) {
        HttpTrigger http = parameter.getAnnotation(HttpTrigger.class);
        if (http != null) {
            require(
                    parameter.getParameterizedType() instanceof ParameterizedType
                            && parameter.getType() == HttpRequestMessage.class
                            && parameter.getParameterizedType().getTypeName().equals(REQUEST_TYPE),
                    name,
                    "must take an HttpRequestMessage<Optional<String>>");
            String route = http.route().isEmpty() ? name : http.route();
            return new FunctionDeclaration.Http(route, List.of(http.methods()), http.authLevel());
        }
        TimerTrigger timer = parameter.getAnnotation(TimerTrigger.class);
        if (timer != null) {
            require(parameter.getType() == String.class, name, "must take its timer as String");
            return new FunctionDeclaration.Timer(literal(name, timer.schedule()));
        }
        QueueTrigger queue = parameter.getAnnotation(QueueTrigger.class);
        if (queue != null) {
            require(parameter.getType() == String.class, name, "must take its message as String");
            StorageAccount account = method.getAnnotation(StorageAccount.class);
            String connection = queue.connection().isEmpty() && account != null ? account.value() : queue.connection();
            return new FunctionDeclaration.Queue(literal(name, queue.queueName()), connection);
        }
        boolean bound = parameter.getAnnotation(BindingName.class) != null && parameter.getType() == String.class;
        require(
                bound || parameter.getType() == ExecutionContext.class,
                name,
                "has a parameter that this host does not bind: " + parameter);
        return null;
    }

    private static String literal(String name, String value) {
        require(!value.contains("%"), name, "refers to an app setting, which this host does not resolve: " + value);
        return value;
    }

    private static void require(boolean condition, String function, String problem) {
        if (!condition) {
            throw new IllegalArgumentException("Function " + function + " " + problem);
        }
    }
}
