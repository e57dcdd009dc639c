package dev.mtdconnector.local;

import com.microsoft.azure.functions.spi.inject.FunctionInstanceInjector;
import dev.mtdconnector.app.App;
import dev.mtdconnector.app.Edges;
import dev.mtdconnector.app.Settings;
import dev.mtdconnector.common.Sleeper;
import dev.mtdconnector.local.host.DevelopmentHost;
import dev.mtdconnector.local.host.FunctionDeclarations;
import dev.mtdconnector.local.host.HostSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The product as it would be deployed, in a development host. */
final class LocalConnector implements AutoCloseable {

    private static final String FUNCTIONS = "dev.mtdconnector.functions";

    private final DevelopmentHost host;
    private final LocalStorage storage;
    private final Clock clock;
    private final Instances instances;

    private LocalConnector(DevelopmentHost host, LocalStorage storage, Clock clock, Instances instances) {
        this.host = host;
        this.storage = storage;
        this.clock = clock;
        this.instances = instances;
    }

    /** Takes the port; the settings, which name it, come with {@link #run}. */
    static LocalConnector bind(LocalOptions options, int port, LocalStorage storage, Clock clock) throws IOException {
        HostSettings settings = HostSettings.read(Path.of("host.json"));
        Instances instances = new Instances();
        DevelopmentHost host = DevelopmentHost.bind(
                new DevelopmentHost.Parts(
                        options.lease() == null ? settings : settings.withLease(options.lease()),
                        FunctionDeclarations.inPackage(FUNCTIONS),
                        instances,
                        storage.reader(),
                        storage.sender(),
                        clock,
                        port),
                options.manual() ? DevelopmentHost.Mode.MANUAL : DevelopmentHost.Mode.AUTOMATIC);
        return new LocalConnector(host, storage, clock, instances);
    }

    /**
     * Wires the app and lets the host run.
     *
     * @throws dev.mtdconnector.app.InvalidSettingsException when the settings cannot be used
     */
    void run(Map<String, String> environment, LocalOptions options, Sleeper sleeper) {
        Settings settings = Settings.from(environment);
        Edges edges = storage.replaceIn(Edges.of(settings, clock, sleeper));
        instances.app = new App(settings, options.edges().apply(edges));
        host.run();
    }

    DevelopmentHost host() {
        return host;
    }

    @Override
    public void close() {
        host.close();
    }

    /** As the product's own injector, with an app that is wired here instead of from the environment. */
    private static final class Instances implements FunctionInstanceInjector {

        private volatile @Nullable App app;

        @Override
        public <T> T getInstance(Class<T> functionClass) throws Exception {
            return functionClass.getConstructor(App.class).newInstance(app);
        }
    }
}
