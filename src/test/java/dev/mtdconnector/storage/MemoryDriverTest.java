package dev.mtdconnector.storage;

import dev.mtdconnector.testing.MemoryTables;

class MemoryDriverTest extends DriverContract {

    private final MemoryTables tables = new MemoryTables();

    @Override
    Tables tables() {
        return tables;
    }
}
