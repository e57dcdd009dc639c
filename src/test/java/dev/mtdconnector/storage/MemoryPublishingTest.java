package dev.mtdconnector.storage;

import dev.mtdconnector.testing.MemoryTables;

class MemoryPublishingTest extends PublishingContract {

    private final MemoryTables tables = new MemoryTables();

    @Override
    Tables tables() {
        return tables;
    }
}
