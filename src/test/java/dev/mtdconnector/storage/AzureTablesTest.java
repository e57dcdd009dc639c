package dev.mtdconnector.storage;

import dev.mtdconnector.local.Azurite;
import org.junit.jupiter.api.BeforeAll;

class AzureTablesTest extends TableContract {

    private static AzureTables tables;

    @BeforeAll
    static void connect() {
        tables = new AzureTables(StorageSettings.of(Azurite.shared().connectionString()));
    }

    @Override
    Tables tables() {
        return tables;
    }
}
