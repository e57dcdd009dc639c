package dev.mtdconnector.storage;

import dev.mtdconnector.testing.MemoryTables;

class MemoryFeedTest extends FeedContract {

    private final MemoryTables tables = new MemoryTables();

    @Override
    Tables tables() {
        return tables;
    }
}
