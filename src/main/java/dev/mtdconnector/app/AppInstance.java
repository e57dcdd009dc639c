package dev.mtdconnector.app;

import org.jspecify.annotations.Nullable;

/**
 * The one app of this process. The Functions worker makes its instances by a class that it finds itself, so this is the
 * only place that has to be static.
 */
public final class AppInstance {

    private static @Nullable App instance;

    private AppInstance() {}

    /**
     * The app, made from the environment at the first call.
     *
     * @throws InvalidSettingsException when the environment's settings cannot be used
     */
    public static synchronized App get() {
        App app = instance;
        if (app == null) {
            app = App.fromEnvironment();
            instance = app;
        }
        return app;
    }
}
