package dev.mtdconnector.local.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.annotation.BindingName;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.QueueTrigger;
import com.microsoft.azure.functions.annotation.TimerTrigger;
import com.microsoft.azure.functions.spi.inject.FunctionInstanceInjector;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class InvocationsTest {

    private static final List<String> SEEN = new CopyOnWriteArrayList<>();

    @TempDir
    private Path folder;

    @Test
    void aRunGetsItsTriggerItsBindingsAndAContextOfItsOwn() throws IOException {
        SEEN.clear();
        FunctionDeclaration function =
                FunctionDeclarations.of(Bound.class).list().get(0);
        Invocations invocations = new Invocations(Invocations.found(injectors()));

        invocations.run(function, "text", Map.of("DequeueCount", "3"));
        invocations.run(function, "text", Map.of());

        assertThat(SEEN).hasSize(2);
        assertThat(SEEN.get(0)).startsWith("text 3 Bound ");
        assertThat(SEEN.get(1)).startsWith("text null Bound ");
        String first = invocationOf(SEEN.get(0));
        assertThat(UUID.fromString(first)).isNotEqualTo(UUID.fromString(invocationOf(SEEN.get(1))));
    }

    @Test
    void withoutAnInjectorEveryRunHasANewInstance() throws Exception {
        FunctionInstanceInjector injector = Invocations.found(injectors());

        assertThat(injector.getInstance(Bound.class)).isNotSameAs(injector.getInstance(Bound.class));
    }

    @Test
    void theOneInjectorOfTheClassPathIsTaken() throws IOException {
        FunctionInstanceInjector injector = Invocations.found(injectors(First.class));

        assertThat(injector).isInstanceOf(First.class);
    }

    @Test
    void twoInjectorsAreAnError() throws IOException {
        ClassLoader loader = injectors(First.class, Second.class);

        assertThatThrownBy(() -> Invocations.found(loader)).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @ValueSource(classes = {NoInstance.class, NoClass.class})
    void whatFailsBeforeTheFunctionRunsIsAFailureOfTheRun(Class<?> type) throws IOException {
        FunctionDeclaration function = FunctionDeclarations.of(type).list().get(0);

        Invocations.Outcome outcome = new Invocations(Invocations.found(injectors())).run(function, "", Map.of());

        assertThat(outcome.failure()).isNotNull();
    }

    private static String invocationOf(String seen) {
        return seen.substring(seen.lastIndexOf(' ') + 1);
    }

    /** A class loader that sees these injectors and, of services, nothing else. */
    private ClassLoader injectors(Class<?>... types) throws IOException {
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.write(
                services.resolve(FunctionInstanceInjector.class.getName()),
                List.of(types).stream().map(Class::getName).toList());
        return new URLClassLoader(new URL[] {folder.toUri().toURL()}, InvocationsTest.class.getClassLoader()) {
            @Override
            public java.util.Enumeration<URL> getResources(String name) throws IOException {
                return name.startsWith("META-INF/services/") ? findResources(name) : super.getResources(name);
            }
        };
    }

    public static final class Bound {
        @FunctionName("Bound")
        public void run(
                @QueueTrigger(name = "m", queueName = "q", connection = "S") String message,
                @BindingName("DequeueCount") String count,
                ExecutionContext context) {
            SEEN.add(message + " " + count + " " + context.getFunctionName() + " " + context.getInvocationId());
        }
    }

    public static final class NoInstance {
        public NoInstance(String needed) {
            SEEN.add(needed);
        }

        @FunctionName("NoInstance")
        public void run(@TimerTrigger(name = "t", schedule = "0 * * * * *") String timer) {}
    }

    public static final class NoClass {
        @FunctionName("NoClass")
        public void run(@TimerTrigger(name = "t", schedule = "0 * * * * *") String timer) {
            if (!timer.isEmpty()) {
                return;
            }
            throw new NoClassDefFoundError("gone");
        }
    }

    public static final class First extends Injects {}

    public static final class Second extends Injects {}

    private static class Injects implements FunctionInstanceInjector {
        @Override
        public <T> T getInstance(Class<T> type) {
            throw new UnsupportedOperationException();
        }
    }
}
