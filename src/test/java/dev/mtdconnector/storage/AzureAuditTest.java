package dev.mtdconnector.storage;

import dev.mtdconnector.local.Azurite;

class AzureAuditTest extends AuditContract {

    private static final Tables TABLES =
            new AzureTables(StorageSettings.of(Azurite.shared().connectionString()));

    @Override
    Tables tables() {
        return TABLES;
    }
}
