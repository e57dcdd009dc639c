package dev.mtdconnector.functions;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.QueueTrigger;
import dev.mtdconnector.app.App;
import dev.mtdconnector.schedule.JobKind;

/** Carries out the allow list of one tenant. */
public final class Silence {

    private final App app;

    public Silence(App app) {
        this.app = app;
    }

    @FunctionName("Silence")
    public void run(
            @QueueTrigger(name = "tenantId", queueName = "silence", connection = "STATE_STORAGE") String tenantId,
            ExecutionContext context) {
        app.run(JobKind.SILENCE, tenantId);
    }

    /** Records a message that this function failed on again and again. */
    @FunctionName("SilencePoison")
    public void inspect(
            @QueueTrigger(name = "tenantId", queueName = "silence-poison", connection = "STATE_STORAGE")
                    String tenantId,
            ExecutionContext context) {
        app.poisoned(JobKind.SILENCE, tenantId);
    }
}
