package dev.mtdconnector.storage;

import dev.mtdconnector.testing.MemoryTables;

class RaggedMemoryIntakeTest extends IntakeContract {

    private final MemoryTables tables = new MemoryTables().withRaggedPages();

    @Override
    Tables tables() {
        return tables;
    }
}
