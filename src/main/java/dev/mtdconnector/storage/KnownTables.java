package dev.mtdconnector.storage;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * Notes the name of every table that is asked for. Adapters ask when they are made, so after the wiring these are all
 * the tables of the product: a table cannot be forgotten by those who must look through all of them.
 */
public final class KnownTables implements Tables {

    private final Tables tables;
    private final Set<String> names = new ConcurrentSkipListSet<>();

    public KnownTables(Tables tables) {
        this.tables = tables;
    }

    @Override
    public Table table(String name) {
        names.add(name);
        return tables.table(name);
    }

    /** The names asked for so far, in order. */
    List<String> names() {
        return List.copyOf(names);
    }
}
