package dev.mtdconnector.local.host;

import com.microsoft.azure.functions.spi.inject.FunctionInstanceInjector;
import dev.mtdconnector.schedule.JobQueues;
import dev.mtdconnector.testing.MemoryQueues;
import dev.mtdconnector.testing.QueueReader;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Hosts of given function objects. */
final class Fixture {

    private static final int LIMIT_SECONDS = 30;

    private Fixture() {}

    static DevelopmentHost.Parts parts(Clock clock, MemoryQueues queues, int port, Object... functions) {
        return parts(clock, queues, queues, port, HostSettings.read(Path.of("host.json")), functions);
    }

    static DevelopmentHost.Parts parts(
            Clock clock, QueueReader reader, JobQueues sender, int port, HostSettings settings, Object... functions) {
        Class<?>[] classes = Arrays.stream(functions).map(Object::getClass).toArray(Class<?>[]::new);
        FunctionInstanceInjector instances = new FunctionInstanceInjector() {
            @Override
            public <T> T getInstance(Class<T> type) {
                return Arrays.stream(functions)
                        .filter(type::isInstance)
                        .map(type::cast)
                        .findAny()
                        .orElseThrow();
            }
        };
        return new DevelopmentHost.Parts(
                settings, FunctionDeclarations.of(classes), instances, reader, sender, clock, port);
    }

    static void await(CountDownLatch latch) {
        try {
            if (!latch.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("Nothing happened within " + LIMIT_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
