package dev.mtdconnector.functions;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.QueueTrigger;
import dev.mtdconnector.app.App;
import dev.mtdconnector.schedule.JobKind;

/** Looks whether the connection of one tenant has to raise an alarm. */
public final class ConnectionCheck {

    private final App app;

    public ConnectionCheck(App app) {
        this.app = app;
    }

    @FunctionName("ConnectionCheck")
    public void run(
            @QueueTrigger(name = "tenantId", queueName = "connection-check", connection = "STATE_STORAGE")
                    String tenantId,
            ExecutionContext context) {
        app.run(JobKind.CONNECTION_CHECK, tenantId);
    }

    /** Records a message that this function failed on again and again. */
    @FunctionName("ConnectionCheckPoison")
    public void inspect(
            @QueueTrigger(name = "tenantId", queueName = "connection-check-poison", connection = "STATE_STORAGE")
                    String tenantId,
            ExecutionContext context) {
        app.poisoned(JobKind.CONNECTION_CHECK, tenantId);
    }
}
