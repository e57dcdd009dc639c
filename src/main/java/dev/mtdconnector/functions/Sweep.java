package dev.mtdconnector.functions;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.QueueTrigger;
import dev.mtdconnector.app.App;
import dev.mtdconnector.schedule.JobKind;

/** Finds the devices of one tenant that were not heard of for too long. */
public final class Sweep {

    private final App app;

    public Sweep(App app) {
        this.app = app;
    }

    @FunctionName("Sweep")
    public void run(
            @QueueTrigger(name = "tenantId", queueName = "sweep", connection = "STATE_STORAGE") String tenantId,
            ExecutionContext context) {
        app.run(JobKind.SWEEP, tenantId);
    }

    /** Records a message that this function failed on again and again. */
    @FunctionName("SweepPoison")
    public void inspect(
            @QueueTrigger(name = "tenantId", queueName = "sweep-poison", connection = "STATE_STORAGE") String tenantId,
            ExecutionContext context) {
        app.poisoned(JobKind.SWEEP, tenantId);
    }
}
