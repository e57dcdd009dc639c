package dev.mtdconnector.storage;

import com.azure.core.util.Context;
import com.azure.storage.queue.QueueClient;
import com.azure.storage.queue.QueueServiceClient;
import com.azure.storage.queue.models.QueueErrorCode;
import com.azure.storage.queue.models.QueueStorageException;
import dev.mtdconnector.schedule.JobQueues;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * The queues of an Azure storage account, or of Azurite. A missing queue is created. Messages are base64 on the wire,
 * as the queue trigger expects them, and never expire: a job that waits out an incident is still a job.
 *
 * <p>A failure is a {@link StorageException}, after which the message may have been sent.
 */
public final class AzureQueues implements JobQueues {

    private static final Duration NEVER = Duration.ofSeconds(-1);

    private final QueueServiceClient service;

    public AzureQueues(StorageSettings settings) {
        this.service = StorageClients.queues(settings);
    }

    @Override
    public void send(String queue, String message, Duration delay) {
        QueueRules.check(queue, message, delay);
        QueueClient client = service.getQueueClient(queue);
        // The service counts whole seconds; rounded up, because the delay is what the caller waits at least.
        Duration seconds = Duration.ofSeconds(delay.plusSeconds(1).minusNanos(1).toSeconds());
        try {
            try {
                client.sendMessageWithResponse(message, seconds, NEVER, null, Context.NONE);
            } catch (QueueStorageException e) {
                if (!QueueErrorCode.QUEUE_NOT_FOUND.equals(e.getErrorCode())) {
                    throw e;
                }
                client.createIfNotExists();
                client.sendMessageWithResponse(message, seconds, NEVER, null, Context.NONE);
            }
        } catch (RuntimeException | LinkageError e) {
            Interrupts.restore(e);
            throw new StorageException("Queue " + queue + " could not be used", e);
        }
    }

    @Override
    public OptionalLong depth(String queue) {
        try {
            return OptionalLong.of(service.getQueueClient(queue).getProperties().getApproximateMessagesCountLong());
        } catch (QueueStorageException e) {
            if (QueueErrorCode.QUEUE_NOT_FOUND.equals(e.getErrorCode())) {
                return OptionalLong.of(0);
            }
            throw new StorageException("Queue " + queue + " could not be used", e);
        } catch (RuntimeException | LinkageError e) {
            Interrupts.restore(e);
            throw new StorageException("Queue " + queue + " could not be used", e);
        }
    }
}
