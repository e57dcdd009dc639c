package dev.mtdconnector.storage;

import dev.mtdconnector.testing.MemoryTables;

class MemoryIntakeTest extends IntakeContract {

    private final MemoryTables tables = new MemoryTables();

    @Override
    Tables tables() {
        return tables;
    }
}
