package dev.mtdconnector.storage;

import dev.mtdconnector.enrollment.EnrollmentLedger;
import dev.mtdconnector.enrollment.EnrollmentState;
import dev.mtdconnector.enrollment.EnrollmentState.Decisions;
import dev.mtdconnector.enrollment.GroupGraph;
import dev.mtdconnector.enrollment.GroupGraph.TrackedGroup;
import dev.mtdconnector.enrollment.GroupSet;
import dev.mtdconnector.enrollment.SyncRun;
import dev.mtdconnector.enrollment.UserBlock;
import dev.mtdconnector.schedule.JobContext;
import dev.mtdconnector.storage.Change.Delete;
import dev.mtdconnector.storage.Change.Insert;
import dev.mtdconnector.storage.Change.Mode;
import dev.mtdconnector.storage.Change.Update;
import dev.mtdconnector.storage.Change.Upsert;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What enrollment knows, one partition a tenant. Every transaction of a run has the state's row in it, on condition of the
 * ETag that the run knows: so a run that was overtaken writes nothing, and what a page writes is there as a whole where it
 * fits into one transaction.
 *
 * <p>Keys: {@code state}; {@code g|<group>}; {@code u|<bits>|<number>} blocks of users; {@code s|<number>} staged words;
 * {@code h|<kind>|<id>} who is held; {@code r|<newest first>|<number>} runs; {@code decisions} what administrators decided,
 * which no run writes.
 */
public final class EnrollmentTable implements EnrollmentLedger {

    private static final String STATE = "state";
    private static final String DECISIONS = "decisions";
    private static final int MOST_GROUPS = 100_000;
    private static final long LAST_RUN = 9_999_999_999L;

    /** Bytes of a transaction besides the state's row, whose links can be long. */
    private static final long ROOM = TableRules.MAX_TRANSACTION_BYTES - 1_200_000L;

    private final Table table;

    public EnrollmentTable(Tables tables) {
        this.table = tables.table("enrollment");
    }

    @Override
    public Book open(String tenantId, boolean hasTakenOver) {
        String partition = Keys.join(tenantId);
        while (hasTakenOver) {
            Optional<Row> state = table.get(partition, STATE);
            if (state.isEmpty()) {
                break;
            }
            // The same columns under a new ETag: what the other run would write is refused from here on.
            Row same = Row.of(partition, STATE, state.get().properties());
            if (Writes.replace(table, same, state.get().etag()).isPresent()) {
                break;
            }
        }
        return new OpenBook(partition);
    }

    @Override
    public Optional<Snapshot> read(String tenantId) {
        String partition = Keys.join(tenantId);
        return table.get(partition, STATE)
                .map(row -> new Snapshot(
                        EnrollmentRows.state(row).with(decisions(partition).decisions()), graph(partition, row)));
    }

    @Override
    public List<Held> held(String tenantId, @Nullable Held last, int limit) {
        Table.Range all = Table.Range.prefix(Keys.join(tenantId), Keys.prefix("h"));
        return Queries.rows(table, last == null ? all : all.from(key(last) + "!"), limit).stream()
                .map(EnrollmentTable::held)
                .toList();
    }

    @Override
    public List<SyncRun> runs(String tenantId, int limit) {
        return Queries.rows(table, Table.Range.prefix(Keys.join(tenantId), Keys.prefix("r")), limit).stream()
                .map(EnrollmentRows::run)
                .toList();
    }

    @Override
    public UserBlock block(String tenantId, int bits, int bucket) {
        return blockIn(Keys.join(tenantId), bits, bucket);
    }

    private UserBlock blockIn(String partition, int bits, int bucket) {
        return table.get(partition, blockKey(bits, bucket))
                .map(row -> UserBlock.decode(EnrollmentRows.block(row)))
                .orElse(UserBlock.EMPTY);
    }

    @Override
    public boolean approve(String tenantId, int set) {
        String partition = Keys.join(tenantId);
        EnrollmentState state =
                table.get(partition, STATE).map(EnrollmentRows::state).orElse(EnrollmentState.NEW);
        // What a run is still adding to was not seen as a whole by anybody.
        boolean isWhole = state.holdSet() == set && state.tally().held() == 0;
        return isWhole && decide(partition, now -> now.approvedSet() < set ? now.approving(set) : now);
    }

    @Override
    public void confirm(String tenantId, GroupSet groups) {
        decide(
                Keys.join(tenantId),
                now -> groups.isEmpty() && now.confirmation().groups().isEmpty() ? now : now.confirming(groups));
    }

    private record Decided(Decisions decisions, @Nullable String etag) {}

    private Decided decisions(String partition) {
        return table.get(partition, DECISIONS)
                .map(row -> new Decided(EnrollmentRows.decisions(row), row.etag()))
                .orElse(new Decided(Decisions.NONE, null));
    }

    /** False when the decision changes nothing. */
    private boolean decide(String partition, UnaryOperator<Decisions> decision) {
        while (true) {
            Decided now = decisions(partition);
            Decisions next = decision.apply(now.decisions());
            if (next.equals(now.decisions())) {
                return false;
            }
            Row row = Row.of(partition, DECISIONS, EnrollmentRows.columns(next));
            if (Writes.replace(table, row, now.etag()).isPresent()) {
                return true;
            }
        }
    }

    private GroupGraph graph(String partition, Row state) {
        List<Integer> chunks = EnrollmentRows.state(state).chunks().stream()
                .map(EnrollmentState.Chunk::number)
                .toList();
        List<TrackedGroup> groups =
                Queries.rows(table, Table.Range.prefix(partition, Keys.prefix("g")), MOST_GROUPS).stream()
                        .map(EnrollmentRows::group)
                        // A row may be ahead of the state when a run was cut off: its query is not known then.
                        .map(group -> chunks.contains(group.chunk()) ? group : group.withChunk(-1))
                        .toList();
        int next = groups.stream().mapToInt(TrackedGroup::number).max().orElse(-1) + 1;
        return new GroupGraph(groups, Math.max(next, (int) state.number("nextNumber", 0)));
    }

    private static Held held(Row row) {
        List<String> parts = Keys.split(row.key());
        return new Held(
                Held.Kind.valueOf(parts.get(1).toUpperCase(Locale.ROOT)),
                parts.get(2),
                (int) row.number("set", 0),
                (int) row.number("devices", 0),
                row.text("supersededBy"));
    }

    private static String key(Held held) {
        return Keys.join("h", held.kind().name().toLowerCase(Locale.ROOT), held.id());
    }

    private static String blockKey(int bits, int bucket) {
        return Keys.join("u", String.format(Locale.ROOT, "%02d", bits), String.format(Locale.ROOT, "%05d", bucket));
    }

    private static String digits(long number) {
        return String.format(Locale.ROOT, "%010d", number);
    }

    private static String stagedKey(int number) {
        return Keys.join("s", String.format(Locale.ROOT, "%08d", number));
    }

    /** One run's view of the partition. */
    private final class OpenBook implements Book {

        private final String partition;
        private EnrollmentState state;
        private GroupGraph graph;
        private EnrollmentState stored;
        private int nextNumber;
        private @Nullable String etag;

        private OpenBook(String partition) {
            this.partition = partition;
            Optional<Row> row = table.get(partition, STATE);
            this.stored = row.map(EnrollmentRows::state).orElse(EnrollmentState.NEW);
            this.state = stored.with(decisions(partition).decisions());
            this.graph = row.map(found -> EnrollmentTable.this.graph(partition, found))
                    .orElse(GroupGraph.EMPTY);
            this.etag = row.map(Row::etag).orElse(null);
            this.nextNumber = graph.nextNumber();
        }

        @Override
        public EnrollmentState state() {
            return state;
        }

        @Override
        public GroupGraph graph() {
            return graph;
        }

        @Override
        public UserBlock block(int bits, int bucket) {
            return blockIn(partition, bits, bucket);
        }

        @Override
        public boolean isHeld(Held one) {
            return table.get(partition, key(one)).isPresent();
        }

        @Override
        public List<byte[]> staged() {
            return Queries.rows(table, Table.Range.prefix(partition, Keys.prefix("s")), Integer.MAX_VALUE).stream()
                    .limit(state.staged())
                    .map(row -> (byte[]) row.properties().getOrDefault("words", new byte[0]))
                    .toList();
        }

        @Override
        public List<Held> heldUpTo(int set, int limit) {
            Table.Range range = Table.Range.prefix(partition, Keys.prefix("h"));
            List<Held> found = new ArrayList<>();
            @Nullable String continuation = null;
            do {
                Table.Page page = table.query(range, TableRules.MAX_PAGE, continuation);
                page.rows().stream()
                        .map(EnrollmentTable::held)
                        .filter(held -> held.set() <= set)
                        .limit(limit - found.size())
                        .forEach(found::add);
                continuation = page.continuation();
            } while (continuation != null && found.size() < limit);
            return found;
        }

        @Override
        public void note(EnrollmentState next) {
            state = next;
        }

        @Override
        public void write(Page page) {
            List<Change> changes = new ArrayList<>();
            page.blocks().forEach((bucket, block) -> changes.add(blockChange(page.bits(), bucket, block)));
            byte[] words = page.words();
            if (words != null) {
                changes.add(new Upsert(
                        Row.of(
                                partition,
                                stagedKey(page.state().staged() - 1),
                                Columns.ofRow().binary("words", words).map()),
                        Mode.REPLACE));
            }
            addGroups(page.graph(), changes);
            page.held().forEach(held -> changes.add(heldChange(held)));
            page.released().stream()
                    .filter(held -> table.get(partition, key(held)).isPresent())
                    .forEach(held -> changes.add(new Delete(Row.of(partition, key(held), Map.of()), null)));
            SyncRun run = page.run();
            if (run != null) {
                changes.add(runChange(run));
            }
            int staged = stored.staged();
            List<List<Change>> transactions = cut(changes);
            for (List<Change> some : transactions.subList(0, transactions.size() - 1)) {
                transact(some, stored, nextNumber);
            }
            transact(
                    transactions.get(transactions.size() - 1),
                    page.state(),
                    page.graph().nextNumber());
            stored = page.state();
            nextNumber = page.graph().nextNumber();
            state = page.state();
            graph = page.graph();
            if (page.dropsStaged()) {
                dropStaged(staged);
            }
        }

        @Override
        public void giveUp(SyncRun failed) {
            // Devices that left since the state was stored have left: they count for the safety cap.
            EnrollmentState next = stored.withCap(state.cap()).ended(failed.finishedAt(), false);
            transact(List.of(runChange(failed)), next, nextNumber);
            stored = next;
            state = next;
        }

        /** A failure that only repeats the newest row is counted there. */
        private Change runChange(SyncRun run) {
            SyncRun row = run;
            // Two runs may end at the same instant.
            String key = Keys.join(
                    "r",
                    Keys.newestFirst(run.finishedAt()),
                    digits(LAST_RUN - stored.quiet().allRuns()));
            Optional<Row> newest = run.isMereFailure()
                    ? Queries.rows(table, Table.Range.prefix(partition, Keys.prefix("r")), 1).stream()
                            .findFirst()
                    : Optional.empty();
            if (newest.isPresent()) {
                SyncRun before = EnrollmentRows.run(newest.get());
                if (before.isMereFailure() && before.error() == run.error()) {
                    row = before.and(run);
                    key = newest.get().key();
                }
            }
            return new Upsert(Row.of(partition, key, EnrollmentRows.columns(row)), Mode.REPLACE);
        }

        private void addGroups(GroupGraph after, List<Change> changes) {
            for (TrackedGroup group : after.groups()) {
                if (!graph.find(group.id()).equals(Optional.of(group))) {
                    changes.add(new Upsert(groupRow(group.id(), EnrollmentRows.columns(group)), Mode.REPLACE));
                }
            }
            for (TrackedGroup group : graph.groups()) {
                Row row = groupRow(group.id(), Map.of());
                if (after.find(group.id()).isEmpty()
                        && table.get(partition, row.key()).isPresent()) {
                    changes.add(new Delete(row, null));
                }
            }
        }

        private Row groupRow(String groupId, Map<String, Object> columns) {
            return Row.of(partition, Keys.join("g", groupId), columns);
        }

        /** Staged rows beyond what the state counts are of no meaning; they are only in the way. */
        private void dropStaged(int rows) {
            List<Change> drops = new ArrayList<>();
            for (int i = 0; i < rows; i++) {
                drops.add(new Delete(Row.of(partition, stagedKey(i), Map.of()), null));
            }
            for (int from = 0; from < drops.size(); from += TableRules.MAX_CHANGES) {
                Writes.tryTransact(table, drops.subList(from, Math.min(drops.size(), from + TableRules.MAX_CHANGES)));
            }
        }

        private Change blockChange(int bits, int bucket, UserBlock block) {
            Map<String, Object> columns = EnrollmentRows.columns(block);
            return new Upsert(Row.of(partition, blockKey(bits, bucket), columns), Mode.REPLACE);
        }

        private Change heldChange(Held held) {
            Columns columns = Columns.ofRow()
                    .number("set", held.set())
                    .number("devices", held.devices())
                    .text("supersededBy", held.supersededBy());
            return new Upsert(Row.of(partition, key(held), columns.map()), Mode.REPLACE);
        }

        private void transact(List<Change> some, EnrollmentState with, int next) {
            List<Change> all = new ArrayList<>(some);
            Row row = Row.of(partition, STATE, EnrollmentRows.columns(with, next));
            all.add(etag == null ? new Insert(row) : new Update(row, Mode.REPLACE, etag));
            etag = Writes.tryTransact(table, all)
                    .orElseThrow(JobContext.LeaseLostException::new)
                    .get(all.size() - 1);
        }
    }

    /** Into transactions that leave room for the state's row; at least one, which may be empty. */
    private static List<List<Change>> cut(List<Change> changes) {
        List<List<Change>> transactions = new ArrayList<>();
        List<Change> current = new ArrayList<>();
        long bytes = 0;
        for (Change change : changes) {
            long size = TableRules.wireBytes(change);
            if (current.size() == TableRules.MAX_CHANGES - 1 || bytes + size > ROOM) {
                transactions.add(current);
                current = new ArrayList<>();
                bytes = 0;
            }
            current.add(change);
            bytes += size;
        }
        transactions.add(current);
        return transactions;
    }
}
