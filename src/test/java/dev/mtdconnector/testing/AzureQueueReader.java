package dev.mtdconnector.testing;

import com.azure.core.util.Context;
import com.azure.storage.queue.QueueClient;
import com.azure.storage.queue.QueueMessageEncoding;
import com.azure.storage.queue.QueueServiceClient;
import com.azure.storage.queue.QueueServiceClientBuilder;
import com.azure.storage.queue.models.QueueErrorCode;
import com.azure.storage.queue.models.QueueMessageItem;
import com.azure.storage.queue.models.QueueStorageException;
import com.azure.storage.queue.models.UpdateMessageResult;
import java.time.Duration;
import java.util.Iterator;
import java.util.Objects;
import java.util.Optional;

/** Takes messages from real queues, such as Azurite's. */
public final class AzureQueueReader implements QueueReader {

    private final QueueServiceClient service;

    public AzureQueueReader(String connectionString) {
        this.service = new QueueServiceClientBuilder()
                .connectionString(connectionString)
                .messageEncoding(QueueMessageEncoding.BASE64)
                .buildClient();
    }

    @Override
    public Optional<Received> receive(String queue, Duration visibility) {
        try {
            Iterator<QueueMessageItem> items = client(queue)
                    .receiveMessages(1, visibility, null, Context.NONE)
                    .iterator();
            return items.hasNext() ? Optional.of(received(queue, items.next())) : Optional.empty();
        } catch (QueueStorageException e) {
            if (QueueErrorCode.QUEUE_NOT_FOUND.equals(e.getErrorCode())) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public boolean delete(Received message) {
        try {
            client(message.queue()).deleteMessage(message.id(), message.receipt());
            return true;
        } catch (QueueStorageException e) {
            requireStale(e);
            return false;
        }
    }

    @Override
    public Optional<Received> updateVisibility(Received message, Duration visibility) {
        try {
            UpdateMessageResult result =
                    client(message.queue()).updateMessage(message.id(), message.receipt(), message.text(), visibility);
            return Optional.of(new Received(
                    message.queue(),
                    message.id(),
                    result.getPopReceipt(),
                    message.text(),
                    message.dequeueCount(),
                    message.insertedAt(),
                    result.getTimeNextVisible().toInstant()));
        } catch (QueueStorageException e) {
            requireStale(e);
            return Optional.empty();
        }
    }

    private QueueClient client(String queue) {
        return service.getQueueClient(queue);
    }

    private static Received received(String queue, QueueMessageItem item) {
        return new Received(
                queue,
                item.getMessageId(),
                item.getPopReceipt(),
                item.getBody().toString(),
                Math.toIntExact(item.getDequeueCount()),
                item.getInsertionTime().toInstant(),
                Objects.requireNonNull(item.getTimeNextVisible()).toInstant());
    }

    private static void requireStale(QueueStorageException e) {
        if (!QueueErrorCode.POP_RECEIPT_MISMATCH.equals(e.getErrorCode())
                && !QueueErrorCode.MESSAGE_NOT_FOUND.equals(e.getErrorCode())) {
            throw e;
        }
    }
}
