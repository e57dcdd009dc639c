package dev.mtdconnector.functions;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.QueueTrigger;
import dev.mtdconnector.app.App;
import dev.mtdconnector.schedule.JobKind;

/** Reads again what one tenant granted. */
public final class ConsentCheck {

    private final App app;

    public ConsentCheck(App app) {
        this.app = app;
    }

    @FunctionName("ConsentCheck")
    public void run(
            @QueueTrigger(name = "tenantId", queueName = "consent", connection = "STATE_STORAGE") String tenantId,
            ExecutionContext context) {
        app.run(JobKind.CONSENT, tenantId);
    }

    /** Records a message that this function failed on again and again. */
    @FunctionName("ConsentCheckPoison")
    public void inspect(
            @QueueTrigger(name = "tenantId", queueName = "consent-poison", connection = "STATE_STORAGE")
                    String tenantId,
            ExecutionContext context) {
        app.poisoned(JobKind.CONSENT, tenantId);
    }
}
