package dev.mtdconnector.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.schedule.Driver;
import dev.mtdconnector.schedule.DriverStore;
import dev.mtdconnector.schedule.DriverStore.Chain;
import dev.mtdconnector.schedule.DriverStore.Drive;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the drivers rely on of their rows. These belong to no tenant, so the table is emptied before each test. */
abstract class DriverContract {

    private static final Instant AT = Instant.parse("2026-11-21T09:00:00Z");

    private DriverStore store;

    abstract Tables tables();

    @BeforeEach
    void anEmptyTable() {
        Table table = tables().table("drivers");
        Queries.rows(table, Table.Range.partition("drivers"), 100)
                .forEach(row -> Writes.delete(table, row.partition(), row.key(), null));
        store = new DriverTable(tables());
    }

    @Test
    void aDriverIsClaimedByOneOfThoseWhoReadTheSame() {
        assertThat(store.last(Driver.HEALTH)).isEmpty();
        assertThat(store.claim(Driver.HEALTH, AT, null)).isTrue();
        assertThat(store.claim(Driver.HEALTH, AT.plusSeconds(1), null)).isFalse();
        Drive read = store.last(Driver.HEALTH).orElseThrow();
        assertThat(read.at()).isEqualTo(AT);
        assertThat(store.claim(Driver.HEALTH, AT.plusSeconds(2), read)).isTrue();
        assertThat(store.claim(Driver.HEALTH, AT.plusSeconds(3), read)).isFalse();
        store.drove(Driver.HEALTH, AT.plusSeconds(4));
        assertThat(store.last(Driver.HEALTH).map(Drive::at)).contains(AT.plusSeconds(4));
        assertThat(store.last(Driver.TIMER)).isEmpty();
    }

    @Test
    void theChainIsMovedByOneOfThoseWhoReadTheSame() {
        assertThat(store.chain()).isEmpty();
        Chain first = store.replace(null, new Chain(1, false, AT, null)).orElseThrow();
        assertThat(store.chain()).contains(first);
        assertThat(store.replace(null, new Chain(1, false, AT, null))).isEmpty();
        Chain sent = store.replace(first, new Chain(1, true, AT, null)).orElseThrow();
        assertThat(store.replace(first, new Chain(2, false, AT, null))).isEmpty();
        assertThat(store.chain()).contains(sent);
    }
}
