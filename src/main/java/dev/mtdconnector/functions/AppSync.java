package dev.mtdconnector.functions;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.QueueTrigger;
import dev.mtdconnector.app.App;
import dev.mtdconnector.schedule.JobKind;

/** Matches Intune's inventory of iOS apps with the deny list of one tenant. */
public final class AppSync {

    private final App app;

    public AppSync(App app) {
        this.app = app;
    }

    @FunctionName("AppSync")
    public void run(
            @QueueTrigger(name = "tenantId", queueName = "app-sync", connection = "STATE_STORAGE") String tenantId,
            ExecutionContext context) {
        app.run(JobKind.APP_SYNC, tenantId);
    }

    /** Records a message that this function failed on again and again. */
    @FunctionName("AppSyncPoison")
    public void inspect(
            @QueueTrigger(name = "tenantId", queueName = "app-sync-poison", connection = "STATE_STORAGE")
                    String tenantId,
            ExecutionContext context) {
        app.poisoned(JobKind.APP_SYNC, tenantId);
    }
}
