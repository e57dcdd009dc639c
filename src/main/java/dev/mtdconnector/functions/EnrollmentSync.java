package dev.mtdconnector.functions;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.QueueTrigger;
import dev.mtdconnector.app.App;
import dev.mtdconnector.schedule.JobKind;

/** Reads the enrollment groups of one tenant. */
public final class EnrollmentSync {

    private final App app;

    public EnrollmentSync(App app) {
        this.app = app;
    }

    @FunctionName("EnrollmentSync")
    public void run(
            @QueueTrigger(name = "tenantId", queueName = "enrollment-sync", connection = "STATE_STORAGE")
                    String tenantId,
            ExecutionContext context) {
        app.run(JobKind.ENROLLMENT_SYNC, tenantId);
    }

    /** Records a message that this function failed on again and again. */
    @FunctionName("EnrollmentSyncPoison")
    public void inspect(
            @QueueTrigger(name = "tenantId", queueName = "enrollment-sync-poison", connection = "STATE_STORAGE")
                    String tenantId,
            ExecutionContext context) {
        app.poisoned(JobKind.ENROLLMENT_SYNC, tenantId);
    }
}
