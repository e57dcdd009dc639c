package dev.mtdconnector.bench;

import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.enrollment.DirectoryChanges;
import dev.mtdconnector.enrollment.OptionalSources;
import dev.mtdconnector.local.host.HostSettings;
import dev.mtdconnector.schedule.JobGate;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.JobRunner;
import dev.mtdconnector.schedule.Outcome;
import dev.mtdconnector.schedule.Tick;
import dev.mtdconnector.storage.JobTable;
import dev.mtdconnector.testing.QueueReader;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** An instance of the product with one job kind: takes messages from its queue with as many threads as host.json lets it. */
final class Instance implements AutoCloseable {

    private final ConnectorsPart.Account account;
    private final JobRunner runner;
    private final Tick tick;
    private final HostSettings settings = HostSettings.read(Path.of("host.json"));
    private final int slots = settings.batchSize() + settings.newBatchThreshold();
    private final ExecutorService workers = Executors.newFixedThreadPool(slots);
    private volatile boolean isClosing;

    Instance(ConnectorsPart.Account account, DirectoryChanges changes, Consumer<String> ended, Clock clock) {
        this.account = account;
        JobTable jobs = new JobTable(account.tables());
        var job =
                Product.job(account.tables(), account.tables(), account.sender(), changes, OptionalSources.NONE, clock);
        this.tick = new Tick(jobs, account.sender(), clock);
        this.runner = new JobRunner(
                jobs,
                account.sender(),
                Map.of(JobKind.ENROLLMENT_SYNC, (tenantId, context) -> {
                    Outcome outcome = job.run(tenantId, context);
                    if (outcome instanceof Outcome.Finished) {
                        ended.accept(tenantId);
                    }
                    return outcome;
                }),
                new Open(),
                new Silent(),
                (tenantId, kind) -> false,
                clock);
    }

    void start() {
        for (int i = 0; i < slots; i++) {
            workers.execute(this::work);
        }
    }

    void tick() {
        tick.run();
    }

    private void work() {
        String queue = JobKind.ENROLLMENT_SYNC.queue();
        while (!isClosing) {
            Optional<QueueReader.Received> message = account.reader().receive(queue, Duration.ofMinutes(10));
            if (message.isEmpty()) {
                Load.pause(settings.maxPollingInterval());
                continue;
            }
            runner.run(JobKind.ENROLLMENT_SYNC, message.get().text());
            account.reader().delete(message.get());
        }
    }

    @Override
    public void close() {
        isClosing = true;
        workers.shutdown();
        try {
            if (!workers.awaitTermination(2, TimeUnit.MINUTES)) {
                workers.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Everything is granted. */
    private static final class Open implements JobGate {
        @Override
        public Optional<ErrorCode> closed(String tenantId, JobKind kind) {
            return Optional.empty();
        }

        @Override
        public Outcome failed(String tenantId, JobKind kind, UpstreamException failure) {
            return Outcome.failed(failure);
        }
    }

    /** Nobody reads of failures here. */
    private static final class Silent implements JobRunner.FailureReport {
        @Override
        public void failed(String tenantId, JobKind kind, Outcome.Failed failure) {
            // Expected of the broken ones.
        }

        @Override
        public void recovered(String tenantId, JobKind kind) {
            // Likewise.
        }
    }
}
