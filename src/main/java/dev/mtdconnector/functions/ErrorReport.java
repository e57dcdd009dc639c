package dev.mtdconnector.functions;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.QueueTrigger;
import dev.mtdconnector.app.App;
import dev.mtdconnector.schedule.JobKind;

/** Tells people of one tenant's errors. */
public final class ErrorReport {

    private final App app;

    public ErrorReport(App app) {
        this.app = app;
    }

    @FunctionName("ErrorReport")
    public void run(
            @QueueTrigger(name = "tenantId", queueName = "error-report", connection = "STATE_STORAGE") String tenantId,
            ExecutionContext context) {
        app.run(JobKind.ERROR_REPORT, tenantId);
    }

    /** Records a message that this function failed on again and again. */
    @FunctionName("ErrorReportPoison")
    public void inspect(
            @QueueTrigger(name = "tenantId", queueName = "error-report-poison", connection = "STATE_STORAGE")
                    String tenantId,
            ExecutionContext context) {
        app.poisoned(JobKind.ERROR_REPORT, tenantId);
    }
}
