package dev.mtdconnector.storage;

import dev.mtdconnector.testing.MemoryTables;

class MemoryStoresTest extends StoreContract {

    private final MemoryTables tables = new MemoryTables();

    @Override
    Tables tables() {
        return tables;
    }
}
