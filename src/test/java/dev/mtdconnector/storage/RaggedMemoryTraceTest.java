package dev.mtdconnector.storage;

import dev.mtdconnector.testing.MemoryTables;

class RaggedMemoryTraceTest extends TraceContract {

    private final MemoryTables tables = new MemoryTables().withRaggedPages();

    @Override
    Tables tables() {
        return tables;
    }
}
