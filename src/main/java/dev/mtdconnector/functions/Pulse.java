package dev.mtdconnector.functions;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.QueueTrigger;
import dev.mtdconnector.app.App;

/** The second driver: a delayed message that does what the timer does and sends itself on. */
public final class Pulse {

    private final App app;

    public Pulse(App app) {
        this.app = app;
    }

    @FunctionName("Pulse")
    public void run(
            @QueueTrigger(name = "generation", queueName = "pulse", connection = "STATE_STORAGE") String generation,
            ExecutionContext context) {
        app.pulse(generation);
    }

    /** A pulse that failed again and again ends here; the timer or a health request begins the chain anew. */
    @FunctionName("PulsePoison")
    public void inspect(
            @QueueTrigger(name = "generation", queueName = "pulse-poison", connection = "STATE_STORAGE")
                    String generation,
            ExecutionContext context) {
        app.pulseLost(generation);
    }
}
