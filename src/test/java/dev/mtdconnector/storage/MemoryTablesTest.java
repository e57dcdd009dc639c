package dev.mtdconnector.storage;

import dev.mtdconnector.testing.MemoryTables;

class MemoryTablesTest extends TableContract {

    private final MemoryTables tables = new MemoryTables();

    @Override
    Tables tables() {
        return tables;
    }
}
