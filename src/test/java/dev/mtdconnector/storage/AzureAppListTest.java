package dev.mtdconnector.storage;

import dev.mtdconnector.local.Azurite;

class AzureAppListTest extends AppListContract {

    private static final Tables TABLES =
            new AzureTables(StorageSettings.of(Azurite.shared().connectionString()));

    @Override
    Tables tables() {
        return TABLES;
    }
}
