package dev.mtdconnector.storage;

import dev.mtdconnector.testing.MemoryTables;

class MemoryWatchTest extends WatchContract {

    private final MemoryTables tables = new MemoryTables();

    @Override
    Tables tables() {
        return tables;
    }
}
