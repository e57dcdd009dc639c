package dev.mtdconnector.functions;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.QueueTrigger;
import dev.mtdconnector.app.App;
import dev.mtdconnector.schedule.JobKind;

/** Looks which devices Intune must be told of after the policy changed. */
public final class Rerate {

    private final App app;

    public Rerate(App app) {
        this.app = app;
    }

    @FunctionName("Rerate")
    public void run(
            @QueueTrigger(name = "tenantId", queueName = "rerate", connection = "STATE_STORAGE") String tenantId,
            ExecutionContext context) {
        app.run(JobKind.RERATE, tenantId);
    }

    /** Records a message that this function failed on again and again. */
    @FunctionName("ReratePoison")
    public void inspect(
            @QueueTrigger(name = "tenantId", queueName = "rerate-poison", connection = "STATE_STORAGE") String tenantId,
            ExecutionContext context) {
        app.poisoned(JobKind.RERATE, tenantId);
    }
}
