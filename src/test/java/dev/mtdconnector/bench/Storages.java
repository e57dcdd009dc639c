package dev.mtdconnector.bench;

import com.azure.data.tables.TableServiceClientBuilder;
import dev.mtdconnector.bench.BenchOptions.Storage;
import dev.mtdconnector.local.Azurite;
import dev.mtdconnector.storage.AzureTables;
import dev.mtdconnector.storage.StorageSettings;
import dev.mtdconnector.storage.Tables;
import dev.mtdconnector.testing.MemoryTables;
import java.util.List;
import java.util.function.Function;

/** Empty tables for one run. */
final class Storages {

    private Storages() {}

    static <T> T with(Storage storage, Function<Tables, T> work) {
        if (storage == Storage.MEMORY) {
            return work.apply(new MemoryTables());
        }
        try (Azurite azurite = Azurite.startInMemory(Azurite.Ports.FREE)) {
            createTables(azurite.connectionString());
            return work.apply(new AzureTables(StorageSettings.of(azurite.connectionString())));
        }
    }

    /** Beforehand, so that no run pays for it. */
    static void createTables(String connectionString) {
        var service = new TableServiceClientBuilder()
                .connectionString(connectionString)
                .buildClient();
        List.of(
                        "enrollment",
                        "devices",
                        "unsupported",
                        "rescan",
                        "connectors",
                        "jobs",
                        "due",
                        "errors",
                        "intake",
                        "intakelog",
                        "feeds")
                .forEach(service::createTableIfNotExists);
    }
}
