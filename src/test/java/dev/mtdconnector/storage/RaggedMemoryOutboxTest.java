package dev.mtdconnector.storage;

import dev.mtdconnector.testing.MemoryTables;

class RaggedMemoryOutboxTest extends OutboxContract {

    private final MemoryTables tables = new MemoryTables().withRaggedPages();

    @Override
    Tables tables() {
        return tables;
    }
}
