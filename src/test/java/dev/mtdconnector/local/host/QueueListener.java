package dev.mtdconnector.local.host;

import dev.mtdconnector.schedule.JobQueues;
import dev.mtdconnector.testing.QueueReader;
import dev.mtdconnector.testing.QueueReader.Received;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Feeds the messages of one queue to one function.
 *
 * <p>A message is hidden for the lease while it runs, and the lease is renewed at half its time. Success removes it.
 * A failure gives it back after the visibility timeout; after the last try, or when it is found to have had too many, it
 * is copied to the poison queue and then removed, so that a crash between the two leaves it twice, never not at all. A
 * poison queue has no such queue of its own: what fails there stays hidden for the rest of the lease.
 * Source: {@code QueueListener} and {@code QueueProcessor} of the WebJobs SDK.
 */
final class QueueListener implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(QueueListener.class);
    private static final String POISON = "-poison";

    private final FunctionDeclaration function;
    private final String queue;
    private final HostSettings settings;
    private final QueueReader reader;
    private final JobQueues sender;
    private final Invocations invocations;
    private final int slots;
    private final Semaphore free;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final ExecutorService workers;
    private final ScheduledExecutorService renewals;

    QueueListener(
            FunctionDeclaration function,
            HostSettings settings,
            QueueReader reader,
            JobQueues sender,
            Invocations invocations) {
        this.function = function;
        this.queue = ((FunctionDeclaration.Queue) function.trigger()).queue();
        this.settings = settings;
        this.reader = reader;
        this.sender = sender;
        this.invocations = invocations;
        this.slots = settings.batchSize() + settings.newBatchThreshold();
        this.free = new Semaphore(slots);
        this.workers = Executors.newCachedThreadPool(new NamedThreads("host-queue-" + queue));
        this.renewals = Executors.newSingleThreadScheduledExecutor(new NamedThreads("host-renewal-" + queue));
    }

    /** Polls until closed. */
    void start() {
        workers.execute(this::poll);
    }

    /** Runs one message that is visible now, in this thread; empty when there is none. */
    Optional<Run> runOne() {
        Optional<Received> message = reader.receive(queue, settings.lease());
        while (message.isPresent()) {
            Optional<Run> run = process(message.get());
            if (run.isPresent()) {
                return run;
            }
            // It had been tried too often and was put away: the next one.
            message = reader.receive(queue, settings.lease());
        }
        return Optional.empty();
    }

    private void poll() {
        PollingDelay delay = new PollingDelay(settings.maxPollingInterval(), new Random());
        try {
            while (closing.getCount() > 0) {
                free.acquire(settings.batchSize());
                List<Received> batch = receiveBatch();
                free.release(settings.batchSize() - batch.size());
                for (Received message : batch) {
                    workers.execute(() -> processAndFree(message));
                }
                if (batch.isEmpty()) {
                    boolean ending = closing.await(delay.next().toMillis(), TimeUnit.MILLISECONDS);
                    LOG.trace("Queue {} asked again, ending: {}", queue, ending);
                } else {
                    delay.foundMessage();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<Received> receiveBatch() {
        List<Received> batch = new ArrayList<>();
        try {
            while (batch.size() < settings.batchSize() && closing.getCount() > 0) {
                Optional<Received> message = reader.receive(queue, settings.lease());
                if (message.isEmpty()) {
                    break;
                }
                batch.add(message.get());
            }
        } catch (RuntimeException e) {
            LOG.warn("Queue {} cannot be read", queue, e);
        }
        return batch;
    }

    private void processAndFree(Received message) {
        try {
            process(message);
        } catch (RuntimeException e) {
            LOG.warn("A message of queue {} stays hidden until its lease ends", queue, e);
        } finally {
            free.release();
        }
    }

    private Optional<Run> process(Received message) {
        if (message.dequeueCount() > settings.maxDequeueCount()) {
            poison(message);
            return Optional.empty();
        }
        Invocations.Outcome outcome;
        Received held;
        try (Lease lease = new Lease(message)) {
            outcome = invocations.run(
                    function,
                    message.text(),
                    Map.of(
                            "Id", message.id(),
                            "DequeueCount", Integer.toString(message.dequeueCount()),
                            "InsertionTime", message.insertedAt().toString()));
            held = lease.end();
        }
        if (outcome.failure() == null) {
            warnUnlessOurs(reader.delete(held));
        } else if (held.dequeueCount() >= settings.maxDequeueCount()) {
            poison(held);
        } else if (!isPoisonQueue()) {
            warnUnlessOurs(
                    reader.updateVisibility(held, settings.visibilityTimeout()).isPresent());
        }
        return Optional.of(new Run(function.name(), message.text(), outcome.failure()));
    }

    private void poison(Received message) {
        if (isPoisonQueue()) {
            // There is no queue behind a poison queue: the message stays, hidden until its lease ends, again and again.
            LOG.error("Message {} of {} has failed {} times", message.id(), queue, message.dequeueCount());
            return;
        }
        LOG.error("Message {} has failed {} times: moved to {}{}", message.id(), message.dequeueCount(), queue, POISON);
        sender.send(queue + POISON, message.text(), Duration.ZERO);
        warnUnlessOurs(reader.delete(message));
    }

    private boolean isPoisonQueue() {
        return queue.endsWith(POISON);
    }

    private void warnUnlessOurs(boolean ours) {
        if (!ours) {
            LOG.warn("A message of queue {} was taken by somebody else while {} ran", queue, function.name());
        }
    }

    /** Stops taking messages and waits for those that run. */
    @Override
    public void close() {
        closing.countDown();
        if (!Waiting.until(() -> free.availablePermits() == slots, Waiting.GRACE)) {
            LOG.warn("Function {} is still running; it is interrupted", function.name());
        }
        workers.shutdownNow();
        renewals.shutdownNow();
    }

    /** Keeps a message hidden while it runs. */
    private final class Lease implements AutoCloseable {

        private final ScheduledFuture<?> renewal;
        private Received held;
        private boolean ended;

        Lease(Received message) {
            this.held = message;
            long half = settings.lease().toMillis() / 2;
            this.renewal = renewals.scheduleAtFixedRate(this::renew, half, half, TimeUnit.MILLISECONDS);
        }

        private synchronized void renew() {
            if (!ended) {
                try {
                    held = reader.updateVisibility(held, settings.lease()).orElse(held);
                } catch (RuntimeException e) {
                    LOG.warn("The lease of message {} of {} was not renewed", held.id(), queue, e);
                }
            }
        }

        /** The message with its last receipt; renewed no more. */
        synchronized Received end() {
            ended = true;
            return held;
        }

        @Override
        public void close() {
            renewal.cancel(false);
        }
    }
}
