package dev.mtdconnector.local.host.sample;

import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.annotation.FunctionName;
import com.microsoft.azure.functions.annotation.QueueTrigger;
import com.microsoft.azure.functions.annotation.StorageAccount;
import com.microsoft.azure.functions.annotation.TimerTrigger;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Timers and queue functions that write down what they were given and then do what a test says. */
public final class SampleJobs {

    public final List<String> minutes = new CopyOnWriteArrayList<>();
    public final List<String> messages = new CopyOnWriteArrayList<>();
    public final List<String> poisoned = new CopyOnWriteArrayList<>();
    public volatile Consumer<String> work = input -> {};
    public volatile Consumer<String> poisonWork = input -> {};

    /** Every minute. */
    @FunctionName("EveryMinute")
    public void everyMinute(@TimerTrigger(name = "timer", schedule = "0 * * * * *") String timer) {
        minutes.add(timer);
        work.accept(timer);
    }

    /** Takes jobs. */
    @FunctionName("Jobs")
    @StorageAccount("STATE_STORAGE")
    public void jobs(
            @QueueTrigger(name = "message", queueName = "sample-jobs") String message, ExecutionContext context) {
        context.getLogger().fine("invocation " + context.getInvocationId());
        messages.add(message);
        work.accept(message);
    }

    /** Takes failed jobs. */
    @FunctionName("JobsPoison")
    public void jobsPoison(
            @QueueTrigger(name = "message", queueName = "sample-jobs-poison", connection = "STATE_STORAGE")
                    String message) {
        poisoned.add(message);
        poisonWork.accept(message);
    }
}
