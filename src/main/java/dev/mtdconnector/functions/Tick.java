package dev.mtdconnector.functions;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.TimerTrigger;
import dev.mtdconnector.app.App;

/** Every minute: sends a message for every job that is due. */
public final class Tick {

    private final App app;

    public Tick(App app) {
        this.app = app;
    }

    @FunctionName("Tick")
    public void run(@TimerTrigger(name = "timer", schedule = "0 * * * * *") String timer, ExecutionContext context) {
        app.tick();
    }
}
