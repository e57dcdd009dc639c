package dev.mtdconnector.storage;

import dev.mtdconnector.testing.MemoryTables;

class MemoryKeyStoreTest extends KeyStoreContract {

    private final MemoryTables tables = new MemoryTables();

    @Override
    Tables tables() {
        return tables;
    }
}
