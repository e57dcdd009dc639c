package dev.mtdconnector.storage;

import dev.mtdconnector.testing.MemoryTables;

class MemoryTraceTest extends TraceContract {

    private final MemoryTables tables = new MemoryTables();

    @Override
    Tables tables() {
        return tables;
    }
}
