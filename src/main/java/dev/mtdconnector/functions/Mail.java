package dev.mtdconnector.functions;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.QueueTrigger;
import dev.mtdconnector.app.App;
import dev.mtdconnector.schedule.JobKind;

/** Sends one tenant's recorded mails. */
public final class Mail {

    private final App app;

    public Mail(App app) {
        this.app = app;
    }

    @FunctionName("Mail")
    public void run(
            @QueueTrigger(name = "tenantId", queueName = "mail", connection = "STATE_STORAGE") String tenantId,
            ExecutionContext context) {
        app.run(JobKind.MAIL, tenantId);
    }

    /** Records a message that this function failed on again and again. */
    @FunctionName("MailPoison")
    public void inspect(
            @QueueTrigger(name = "tenantId", queueName = "mail-poison", connection = "STATE_STORAGE") String tenantId,
            ExecutionContext context) {
        app.poisoned(JobKind.MAIL, tenantId);
    }
}
