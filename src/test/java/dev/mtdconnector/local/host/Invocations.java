package dev.mtdconnector.local.host;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.annotation.BindingName;
import com.microsoft.azure.functions.spi.inject.FunctionInstanceInjector;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.UUID;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Runs functions as the Java worker does: an instance from the injector, parameters bound, a context with a logger. */
final class Invocations {

    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(Invocations.class);

    /** What became of a run: a value (null for a void method), or what the function threw. */
    record Outcome(@Nullable Object value, @Nullable Throwable failure) {}

    private final FunctionInstanceInjector instances;

    Invocations(FunctionInstanceInjector instances) {
        this.instances = instances;
    }

    /**
     * The injector that a class path names, as the worker looks it up: several are an error; with none, each run has a
     * new instance from the public constructor without parameters.
     */
    static FunctionInstanceInjector found(ClassLoader loader) {
        List<FunctionInstanceInjector> found = ServiceLoader.load(FunctionInstanceInjector.class, loader).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
        if (found.size() > 1) {
            throw new IllegalStateException("Several FunctionInstanceInjectors: " + found);
        }
        return found.isEmpty() ? new NewInstances() : found.get(0);
    }

    /** Never throws for the function's sake. {@code names} are the values for {@code @BindingName}. */
    Outcome run(FunctionDeclaration function, Object trigger, Map<String, String> names) {
        String invocation = UUID.randomUUID().toString();
        try {
            Object instance = instances.getInstance(function.method().getDeclaringClass());
            Object[] arguments = Arrays.stream(function.method().getParameters())
                    .map(parameter -> argument(parameter, function, trigger, names, invocation))
                    .toArray();
            return new Outcome(function.method().invoke(instance, arguments), null);
        } catch (InvocationTargetException e) {
            return failed(function, invocation, e.getCause() == null ? e : e.getCause());
        } catch (Exception | LinkageError e) {
            return failed(function, invocation, e);
        }
    }

    private static Outcome failed(FunctionDeclaration function, String invocation, Throwable failure) {
        LOG.error("Function {} failed, invocation {}", function.name(), invocation, failure);
        return new Outcome(null, failure);
    }

    private static @Nullable Object argument(
            Parameter parameter,
            FunctionDeclaration function,
            Object trigger,
            Map<String, String> names,
            String invocation) {
        if (parameter.getType() == ExecutionContext.class) {
            return new Context(function.name(), invocation);
        }
        BindingName binding = parameter.getAnnotation(BindingName.class);
        return binding == null ? trigger : names.get(binding.value());
    }

    private record Context(String function, String invocation) implements ExecutionContext {

        @Override
        public Logger getLogger() {
            return Logger.getLogger("functions." + function);
        }

        @Override
        public String getInvocationId() {
            return invocation;
        }

        @Override
        public String getFunctionName() {
            return function;
        }
    }

    private static final class NewInstances implements FunctionInstanceInjector {
        @Override
        public <T> T getInstance(Class<T> type) throws Exception {
            return type.getConstructor().newInstance();
        }
    }
}
