package dev.mtdconnector.functions;

import com.microsoft.azure.functions.spi.inject.FunctionInstanceInjector;
import dev.mtdconnector.app.App;
import dev.mtdconnector.app.AppInstance;

/**
 * Gives the Java worker its function instances, wired with the one app of this process. Found by the worker through
 * {@code META-INF/services}.
 */
public final class Injector implements FunctionInstanceInjector {

    @Override
    public <T> T getInstance(Class<T> functionClass) throws Exception {
        return functionClass.getConstructor(App.class).newInstance(AppInstance.get());
    }
}
