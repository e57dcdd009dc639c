package dev.mtdconnector.functions;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.QueueTrigger;
import dev.mtdconnector.app.App;
import dev.mtdconnector.schedule.JobKind;

/** Warns one tenant's contact of keys that expire. */
public final class KeyExpiry {

    private final App app;

    public KeyExpiry(App app) {
        this.app = app;
    }

    @FunctionName("KeyExpiry")
    public void run(
            @QueueTrigger(name = "tenantId", queueName = "key-expiry", connection = "STATE_STORAGE") String tenantId,
            ExecutionContext context) {
        app.run(JobKind.KEY_EXPIRY, tenantId);
    }

    /** Records a message that this function failed on again and again. */
    @FunctionName("KeyExpiryPoison")
    public void inspect(
            @QueueTrigger(name = "tenantId", queueName = "key-expiry-poison", connection = "STATE_STORAGE")
                    String tenantId,
            ExecutionContext context) {
        app.poisoned(JobKind.KEY_EXPIRY, tenantId);
    }
}
