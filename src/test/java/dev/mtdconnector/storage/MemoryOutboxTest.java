package dev.mtdconnector.storage;

import dev.mtdconnector.testing.MemoryTables;

class MemoryOutboxTest extends OutboxContract {

    private final MemoryTables tables = new MemoryTables();

    @Override
    Tables tables() {
        return tables;
    }
}
