package dev.mtdconnector.storage;

import dev.mtdconnector.testing.MemoryTables;

class MemoryAppListTest extends AppListContract {

    private final MemoryTables tables = new MemoryTables();

    @Override
    Tables tables() {
        return tables;
    }
}
