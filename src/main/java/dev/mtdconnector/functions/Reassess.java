package dev.mtdconnector.functions;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.QueueTrigger;
import dev.mtdconnector.app.App;
import dev.mtdconnector.schedule.JobKind;

/** Looks which devices Intune must be told of after a setting changed. */
public final class Reassess {

    private final App app;

    public Reassess(App app) {
        this.app = app;
    }

    @FunctionName("Reassess")
    public void run(
            @QueueTrigger(name = "tenantId", queueName = "reassess", connection = "STATE_STORAGE") String tenantId,
            ExecutionContext context) {
        app.run(JobKind.REASSESS, tenantId);
    }

    /** Records a message that this function failed on again and again. */
    @FunctionName("ReassessPoison")
    public void inspect(
            @QueueTrigger(name = "tenantId", queueName = "reassess-poison", connection = "STATE_STORAGE")
                    String tenantId,
            ExecutionContext context) {
        app.poisoned(JobKind.REASSESS, tenantId);
    }
}
