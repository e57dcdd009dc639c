package dev.mtdconnector.storage;

import dev.mtdconnector.testing.MemoryTables;

class MemoryAuditTest extends AuditContract {

    private final MemoryTables tables = new MemoryTables();

    @Override
    Tables tables() {
        return tables;
    }
}
