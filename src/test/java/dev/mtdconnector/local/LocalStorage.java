package dev.mtdconnector.local;

import com.azure.storage.queue.QueueServiceClient;
import com.azure.storage.queue.QueueServiceClientBuilder;
import dev.mtdconnector.app.Edges;
import dev.mtdconnector.schedule.JobQueues;
import dev.mtdconnector.storage.AzureQueues;
import dev.mtdconnector.storage.StorageSettings;
import dev.mtdconnector.testing.AzureQueueReader;
import dev.mtdconnector.testing.MemoryQueues;
import dev.mtdconnector.testing.MemoryTables;
import dev.mtdconnector.testing.QueueReader;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** The storage account of a local world. */
final class LocalStorage implements AutoCloseable {

    private final String connectionString;
    private final @Nullable MemoryTables tables;
    private final QueueReader reader;
    private final JobQueues sender;
    private final @Nullable Azurite started;

    private LocalStorage(
            String connectionString,
            @Nullable MemoryTables tables,
            QueueReader reader,
            JobQueues sender,
            @Nullable Azurite started) {
        this.connectionString = connectionString;
        this.tables = tables;
        this.reader = reader;
        this.sender = sender;
        this.started = started;
    }

    /** Tables and queues in memory. */
    static LocalStorage inMemory(Clock clock) {
        MemoryQueues queues = new MemoryQueues(clock);
        return new LocalStorage("UseDevelopmentStorage=true", new MemoryTables(), queues, queues, null);
    }

    /** An account that exists. */
    static LocalStorage at(String connectionString) {
        return azure(connectionString, null);
    }

    /** An Azurite that begins empty and ends with the world. */
    static LocalStorage fresh() {
        Azurite azurite = Azurite.startInMemory(Azurite.Ports.FREE);
        return azure(azurite.connectionString(), azurite);
    }

    /** The Azurite on its well-known ports; started, with its data in this folder, when none listens. */
    static LocalStorage wellKnown(Path folder) {
        Azurite azurite = null;
        if (!Azurite.isListening(Azurite.Ports.WELL_KNOWN)) {
            PortCheck.requireFree(Azurite.Ports.WELL_KNOWN);
            azurite = Azurite.start(folder, Azurite.Ports.WELL_KNOWN);
        }
        return azure(Azurite.connectionString(Azurite.Ports.WELL_KNOWN), azurite);
    }

    private static LocalStorage azure(String connectionString, @Nullable Azurite started) {
        return new LocalStorage(
                connectionString,
                null,
                new AzureQueueReader(connectionString),
                new AzureQueues(StorageSettings.of(connectionString)),
                started);
    }

    /**
     * Makes the queues that are missing. The host does without, and so does the platform, but the SDK logs an error each
     * time it asks for one that is not there.
     */
    void createQueues(Collection<String> names) {
        if (tables == null) {
            QueueServiceClient service = new QueueServiceClientBuilder()
                    .connectionString(connectionString)
                    .buildClient();
            names.parallelStream().forEach(name -> service.getQueueClient(name).createIfNotExists());
        }
    }

    /** For {@code STATE_STORAGE}; nothing is there when the storage is in memory. */
    String connectionString() {
        return connectionString;
    }

    QueueReader reader() {
        return reader;
    }

    JobQueues sender() {
        return sender;
    }

    /** True when this world's end is Azurite's end. */
    boolean isOurs() {
        return started != null;
    }

    /** The edges, with what is in memory in the place of the account. */
    Edges replaceIn(Edges edges) {
        MemoryTables memory = tables;
        return memory == null
                ? edges
                : new Edges(
                        () -> memory,
                        () -> sender,
                        edges.directory(),
                        edges.directoryChanges(),
                        edges.grantedRoles(),
                        edges.signingKeys(),
                        edges.codeRedemption(),
                        edges.groupMembership(),
                        edges.directoryNames(),
                        edges.intuneConnection(),
                        edges.intunePublisher(),
                        edges.directoryTargets(),
                        edges.reportedStates(),
                        edges.detectedApps(),
                        edges.mailer(),
                        edges.riskApi(),
                        edges.clock(),
                        edges.sleeper());
    }

    @Override
    public void close() {
        if (started != null) {
            started.close();
        }
    }
}
