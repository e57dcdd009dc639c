package dev.mtdconnector.enrollment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.enrollment.EnrollmentLedger.Page;
import dev.mtdconnector.enrollment.EnrollmentState.Chunk;
import dev.mtdconnector.enrollment.EnrollmentState.Departures;
import dev.mtdconnector.enrollment.EnrollmentState.Membership;
import dev.mtdconnector.enrollment.EnrollmentState.Reading;
import dev.mtdconnector.storage.Change.Mode;
import dev.mtdconnector.storage.Change.Upsert;
import dev.mtdconnector.storage.EnrollmentTable;
import dev.mtdconnector.storage.Row;
import dev.mtdconnector.testing.MemoryTables;
import dev.mtdconnector.testing.SettableClock;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a row can hold decides how large a tenant may be; what a run knows of departures outlives its failure. */
class LedgerRowsTest {

    private static final String TENANT = "9b5dbe3f-0c99-4f71-ae4a-ab3e23a9a412";

    private final MemoryTables memory = new MemoryTables();
    private final EnrollmentTable table = new EnrollmentTable(memory);

    private EnrollmentState stored() {
        return table.read(TENANT).orElseThrow().state();
    }

    private void write(EnrollmentState state) {
        table.open(TENANT, false).write(new Page(state, GroupGraph.EMPTY));
    }

    private static EnrollmentState reading(List<Chunk> chunks, GroupSet alive) {
        EnrollmentState none = EnrollmentState.NEW;
        return new EnrollmentState(
                none.phase(),
                new Reading(chunks, 0),
                new Membership(0, alive, new BitSet(), 0),
                none.following(),
                none.departures(),
                none.quiet(),
                none.tally());
    }

    @Test
    void tenThousandGroupsInTwoHundredQueriesEachWithItsLinkFit() {
        GroupSet alive = GroupSet.of(IntStream.range(90_000, 100_000).toArray());
        List<Chunk> chunks = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            String link =
                    i == 7 ? null : "https://graph.microsoft.com/v1.0/groups/delta?$deltatoken=" + "x".repeat(2_000);
            GroupSet seen = i % 2 == 0
                    ? GroupSet.NONE
                    : GroupSet.of(IntStream.range(0, 50).map(n -> 3 * n).toArray());
            chunks.add(new Chunk(i, link, i % 3 == 0, i % 5 == 0, seen));
        }
        write(reading(chunks, alive));
        assertThat(stored().chunks()).isEqualTo(chunks);
        assertThat(stored().alive()).isEqualTo(alive);
    }

    @Test
    void queriesAsTheVersionBeforeStoredThemAreRead() {
        write(reading(List.of(), GroupSet.of(0, 1, 2, 7)));
        Row row = memory.dump().getOrDefault("enrollment", List.of()).get(0);
        Map<String, Object> columns = new TreeMap<>(row.properties());
        columns.remove("dirty");
        columns.put("alive", "0 1 2 7");
        columns.put("chunk0", 4L);
        columns.put("link0", "https://graph.example/4");
        columns.put("full0", true);
        columns.put("read0", false);
        columns.put("seen0", "1 7");
        Row before = Row.of(row.partition(), row.key(), columns);
        memory.table("enrollment").transact(List.of(new Upsert(before, Mode.REPLACE)));
        assertThat(stored().alive()).isEqualTo(GroupSet.of(0, 1, 2, 7));
        assertThat(stored().chunks())
                .containsExactly(new Chunk(4, "https://graph.example/4", true, false, GroupSet.of(1, 7)));
    }

    @Test
    void aBlockOfUsersWhoAreAllInManyDifferentGroupsIsStored() {
        UserBlock.Builder builder = new UserBlock.Builder(UserBlock.MOST_USERS);
        for (int i = 0; i < UserBlock.MOST_USERS; i++) {
            int user = i;
            builder.add(
                    1,
                    i,
                    GroupSet.of(
                            IntStream.range(0, 20).map(n -> user + n * 5_000).toArray()),
                    (byte) 1);
        }
        UserBlock block = builder.build();
        assertThat(block.encode().length).isGreaterThan(200_000);
        EnrollmentLedger.Book book = table.open(TENANT, false);
        book.write(new Page(book.state(), book.graph()).ofBits(0).block(0, block));
        assertThat(table.block(TENANT, 0, 0)).isEqualTo(block);

        book.write(new Page(book.state(), book.graph()).ofBits(0).block(0, UserBlock.EMPTY));
        assertThat(table.block(TENANT, 0, 0)).isEqualTo(UserBlock.EMPTY);
    }

    @Test
    void aRunThatFailsLeavesBehindHowManyDevicesLeftInIt() {
        EnrollmentLedger.Book book = table.open(TENANT, false);
        book.write(new Page(book.state(), book.graph()));
        SafetyCap used = SafetyCap.UNUSED.removing(20, 100, SettableClock.MORNING);
        Departures before = book.state().departures();
        EnrollmentState now = book.state();
        book.note(new EnrollmentState(
                now.phase(),
                now.reading(),
                now.membership(),
                now.following(),
                new Departures(used, 0, 0, 0, before.confirmation()),
                now.quiet(),
                now.tally()));
        book.giveUp(new SyncRun(SettableClock.MORNING, now.tally(), null, 1));
        assertThat(stored().cap()).isEqualTo(used);
        assertThat(stored().cap().allowance(20, 80, SettableClock.MORNING)).isZero();
    }
}
