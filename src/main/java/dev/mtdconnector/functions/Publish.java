package dev.mtdconnector.functions;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.QueueTrigger;
import dev.mtdconnector.app.App;
import dev.mtdconnector.schedule.JobKind;

/** Tells Intune what changed in one tenant. */
public final class Publish {

    private final App app;

    public Publish(App app) {
        this.app = app;
    }

    @FunctionName("Publish")
    public void run(
            @QueueTrigger(name = "tenantId", queueName = "publish", connection = "STATE_STORAGE") String tenantId,
            ExecutionContext context) {
        app.run(JobKind.PUBLISH, tenantId);
    }

    /** Records a message that this function failed on again and again. */
    @FunctionName("PublishPoison")
    public void inspect(
            @QueueTrigger(name = "tenantId", queueName = "publish-poison", connection = "STATE_STORAGE")
                    String tenantId,
            ExecutionContext context) {
        app.poisoned(JobKind.PUBLISH, tenantId);
    }
}
