package dev.mtdconnector.local;

import com.microsoft.azure.functions.spi.inject.FunctionInstanceInjector;
import dev.mtdconnector.app.App;
import dev.mtdconnector.app.Edges;
import dev.mtdconnector.app.Settings;
import dev.mtdconnector.common.Sleeper;
import dev.mtdconnector.local.host.DevelopmentHost;
import dev.mtdconnector.local.host.DevelopmentHost.Mode;
import dev.mtdconnector.local.host.FunctionDeclarations;
import dev.mtdconnector.local.host.HostSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;

/** Starts the product as it would be deployed, in a development host. */
final class LocalConnector {

    private static final String FUNCTIONS = "dev.mtdconnector.functions";

    private LocalConnector() {}

    /**
     * @param environment the settings, which name the port too
     * @throws dev.mtdconnector.app.InvalidSettingsException when the settings cannot be used
     */
    static DevelopmentHost start(
            LocalOptions options,
            int port,
            Map<String, String> environment,
            LocalStorage storage,
            Clock clock,
            Sleeper sleeper)
            throws IOException {
        Settings settings = Settings.from(environment);
        Edges edges = storage.replaceIn(Edges.of(settings, clock, sleeper));
        App app = new App(settings, options.edges().apply(edges));
        FunctionDeclarations functions = FunctionDeclarations.inPackage(FUNCTIONS);
        storage.createQueues(functions.queues());
        HostSettings host = HostSettings.read(Path.of("host.json"));
        return DevelopmentHost.start(
                new DevelopmentHost.Parts(
                        options.lease() == null ? host : host.withLease(options.lease()),
                        functions,
                        new Instances(app),
                        storage.reader(),
                        storage.sender(),
                        clock,
                        port),
                options.manual() ? Mode.MANUAL : Mode.AUTOMATIC);
    }

    /** As the product's own injector, with an app that is wired here instead of from the environment. */
    private record Instances(App app) implements FunctionInstanceInjector {
        @Override
        public <T> T getInstance(Class<T> functionClass) throws Exception {
            return functionClass.getConstructor(App.class).newInstance(app);
        }
    }
}
