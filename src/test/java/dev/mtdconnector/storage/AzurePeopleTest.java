package dev.mtdconnector.storage;

import dev.mtdconnector.local.Azurite;

class AzurePeopleTest extends PeopleContract {

    private static final Tables TABLES =
            new AzureTables(StorageSettings.of(Azurite.shared().connectionString()));

    @Override
    Tables tables() {
        return TABLES;
    }
}
