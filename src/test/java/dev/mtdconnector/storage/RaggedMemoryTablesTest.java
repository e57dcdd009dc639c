package dev.mtdconnector.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.testing.MemoryTables;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RaggedMemoryTablesTest extends TableContract {

    private final MemoryTables tables = new MemoryTables().withRaggedPages();

    @Override
    Tables tables() {
        return tables;
    }

    @Test
    void pagesAreEmptyThenShortThenFullAndTheLastOneIsEmpty() {
        Table table = tables.table("ragged");
        for (int i = 0; i < 6; i++) {
            table.transact(List.of(new Change.Insert(Row.of("p", "k" + i, Map.of()))));
        }

        Table.Page page = table.query(Table.Range.partition("p"), 4, null);
        assertThat(page.rows()).isEmpty();
        for (int expected : new int[] {2, 4, 0}) {
            assertThat(page.continuation()).isNotNull();
            page = table.query(Table.Range.partition("p"), 4, page.continuation());
            assertThat(page.rows()).hasSize(expected);
        }
        assertThat(page.continuation()).isNull();
    }
}
