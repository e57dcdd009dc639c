package dev.mtdconnector.storage;

import dev.mtdconnector.testing.MemoryTables;

class MemoryPeopleTest extends PeopleContract {

    private final MemoryTables tables = new MemoryTables();

    @Override
    Tables tables() {
        return tables;
    }
}
