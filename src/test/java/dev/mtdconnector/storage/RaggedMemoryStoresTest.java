package dev.mtdconnector.storage;

import dev.mtdconnector.testing.MemoryTables;

class RaggedMemoryStoresTest extends StoreContract {

    private final MemoryTables tables = new MemoryTables().withRaggedPages();

    @Override
    Tables tables() {
        return tables;
    }
}
