package dev.mtdconnector.functions;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.QueueTrigger;
import dev.mtdconnector.app.App;
import dev.mtdconnector.schedule.JobKind;

/** Sends the heartbeat of one tenant's connector. */
public final class Heartbeat {

    private final App app;

    public Heartbeat(App app) {
        this.app = app;
    }

    @FunctionName("Heartbeat")
    public void run(
            @QueueTrigger(name = "tenantId", queueName = "heartbeat", connection = "STATE_STORAGE") String tenantId,
            ExecutionContext context) {
        app.run(JobKind.HEARTBEAT, tenantId);
    }

    /** Records a message that this function failed on again and again. */
    @FunctionName("HeartbeatPoison")
    public void inspect(
            @QueueTrigger(name = "tenantId", queueName = "heartbeat-poison", connection = "STATE_STORAGE")
                    String tenantId,
            ExecutionContext context) {
        app.poisoned(JobKind.HEARTBEAT, tenantId);
    }
}
