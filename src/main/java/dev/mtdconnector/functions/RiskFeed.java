package dev.mtdconnector.functions;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.QueueTrigger;
import dev.mtdconnector.app.App;
import dev.mtdconnector.schedule.JobKind;

/** Reads the threat feed of one tenant. */
public final class RiskFeed {

    private final App app;

    public RiskFeed(App app) {
        this.app = app;
    }

    @FunctionName("RiskFeed")
    public void run(
            @QueueTrigger(name = "tenantId", queueName = "risk-feed", connection = "STATE_STORAGE") String tenantId,
            ExecutionContext context) {
        app.run(JobKind.RISK_FEED, tenantId);
    }

    /** Records a message that this function failed on again and again. */
    @FunctionName("RiskFeedPoison")
    public void inspect(
            @QueueTrigger(name = "tenantId", queueName = "risk-feed-poison", connection = "STATE_STORAGE")
                    String tenantId,
            ExecutionContext context) {
        app.poisoned(JobKind.RISK_FEED, tenantId);
    }
}
