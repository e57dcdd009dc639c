package dev.mtdconnector.functions;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.QueueTrigger;
import dev.mtdconnector.app.App;
import dev.mtdconnector.schedule.JobKind;

/** Deprovisions and in the end deletes a tenant that has left. */
public final class Offboard {

    private final App app;

    public Offboard(App app) {
        this.app = app;
    }

    @FunctionName("Offboard")
    public void run(
            @QueueTrigger(name = "tenantId", queueName = "offboard", connection = "STATE_STORAGE") String tenantId,
            ExecutionContext context) {
        app.run(JobKind.OFFBOARD, tenantId);
    }

    /** Records a message that this function failed on again and again. */
    @FunctionName("OffboardPoison")
    public void inspect(
            @QueueTrigger(name = "tenantId", queueName = "offboard-poison", connection = "STATE_STORAGE")
                    String tenantId,
            ExecutionContext context) {
        app.poisoned(JobKind.OFFBOARD, tenantId);
    }
}
