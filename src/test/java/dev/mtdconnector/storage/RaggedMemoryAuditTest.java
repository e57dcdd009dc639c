package dev.mtdconnector.storage;

import dev.mtdconnector.testing.MemoryTables;

class RaggedMemoryAuditTest extends AuditContract {

    private final MemoryTables tables = new MemoryTables().withRaggedPages();

    @Override
    Tables tables() {
        return tables;
    }
}
