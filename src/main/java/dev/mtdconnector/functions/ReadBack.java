package dev.mtdconnector.functions;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.QueueTrigger;
import dev.mtdconnector.app.App;
import dev.mtdconnector.schedule.JobKind;

/** Compares what Intune shows with what it was told. */
public final class ReadBack {

    private final App app;

    public ReadBack(App app) {
        this.app = app;
    }

    @FunctionName("ReadBack")
    public void run(
            @QueueTrigger(name = "tenantId", queueName = "read-back", connection = "STATE_STORAGE") String tenantId,
            ExecutionContext context) {
        app.run(JobKind.READ_BACK, tenantId);
    }

    /** Records a message that this function failed on again and again. */
    @FunctionName("ReadBackPoison")
    public void inspect(
            @QueueTrigger(name = "tenantId", queueName = "read-back-poison", connection = "STATE_STORAGE")
                    String tenantId,
            ExecutionContext context) {
        app.poisoned(JobKind.READ_BACK, tenantId);
    }
}
