package dev.mtdconnector.storage;

import dev.mtdconnector.testing.MemoryTables;

class MemoryPolicyTableTest extends PolicyContract {

    private final MemoryTables tables = new MemoryTables();

    @Override
    Tables tables() {
        return tables;
    }
}
