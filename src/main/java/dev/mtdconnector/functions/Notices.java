package dev.mtdconnector.functions;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.QueueTrigger;
import dev.mtdconnector.app.App;
import dev.mtdconnector.schedule.JobKind;

/** Tells the administrators of one tenant of new threats, and sends them summaries. */
public final class Notices {

    private final App app;

    public Notices(App app) {
        this.app = app;
    }

    @FunctionName("Notices")
    public void run(
            @QueueTrigger(name = "tenantId", queueName = "notice", connection = "STATE_STORAGE") String tenantId,
            ExecutionContext context) {
        app.run(JobKind.NOTICE, tenantId);
    }

    /** Records a message that this function failed on again and again. */
    @FunctionName("NoticesPoison")
    public void inspect(
            @QueueTrigger(name = "tenantId", queueName = "notice-poison", connection = "STATE_STORAGE") String tenantId,
            ExecutionContext context) {
        app.poisoned(JobKind.NOTICE, tenantId);
    }
}
