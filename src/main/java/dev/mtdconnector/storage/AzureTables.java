package dev.mtdconnector.storage;

import com.azure.data.tables.TableServiceClient;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The tables of an Azure storage account, or of Azurite. Opens no connection before a table is used. */
public final class AzureTables implements Tables {

    private final TableServiceClient service;
    private final ConcurrentMap<String, Table> tables = new ConcurrentHashMap<>();

    public AzureTables(StorageSettings settings) {
        this(StorageClients.tables(settings));
    }

    AzureTables(TableServiceClient service) {
        this.service = service;
    }

    @Override
    public Table table(String name) {
        return tables.computeIfAbsent(name, missing -> {
            TableRules.checkTableName(missing);
            return new AzureTable(service.getTableClient(missing));
        });
    }
}
