package dev.mtdconnector.storage;

import dev.mtdconnector.testing.MemoryTables;

class MemoryTenantStoresTest extends TenantStoreContract {

    private final MemoryTables tables = new MemoryTables();

    @Override
    Tables tables() {
        return tables;
    }
}
