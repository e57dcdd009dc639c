package dev.mtdconnector.enrollment;

import dev.mtdconnector.enrollment.EnrollmentState.Chunk;
import dev.mtdconnector.enrollment.EnrollmentState.Phase;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The second phase of a sync: writes into the blocks of users what was read, and notes which blocks have users of whom
 * something is to be done. Only blocks that differ are written. Done again it comes to the same.
 */
final class Folding {

    private final SyncStep step;
    private final GroupReading reading;
    private final GroupGraph graph;
    private final GroupSet alive;
    private final GroupSet full;

    Folding(SyncStep step, GroupReading reading) {
        this.step = step;
        this.reading = reading;
        this.graph = reading.graph();
        this.alive = GroupSet.of(graph.reachable(step.connector().isNested()).stream()
                .mapToInt(GroupGraph.TrackedGroup::number)
                .toArray());
        GroupSet numbers = GroupSet.NONE;
        for (Chunk chunk : reading.state().chunks()) {
            if (chunk.isFull()) {
                numbers = numbers.and(chunk.seen());
            }
        }
        this.full = numbers;
    }

    /** Writes what differs, and the state that a sync goes on from. */
    void fold() {
        EnrollmentState before = reading.state();
        int words = reading.mentions().size();
        if (words == 0 && alive.equals(before.alive()) && full.isEmpty()) {
            proceed(new ArrayList<>(), before.folded(before.bits(), alive, before.dirty(), before.users()));
            return;
        }
        int bits = bits(before, words);
        // Of blocks that a run wrote before it was cut off the users are not counted yet: all are counted anew.
        boolean isAgain = before.staged() > 0;
        boolean isWhole = isAgain || bits != before.bits() || !full.isEmpty() || !alive.equals(before.alive());
        Mentions.Ordered ordered = reading.mentions().ordered(bits);
        GroupSet emptied = full.without(reading.mentions().withMembers());
        BitSet dirty = bits == before.bits() ? (BitSet) before.dirty().clone() : new BitSet();
        GroupSet confirmed = before.confirmation().groups().without(alive);
        List<Folded> changed = new ArrayList<>();
        int users = isWhole ? 0 : before.users();
        for (int bucket = 0; bucket < 1 << bits; bucket++) {
            if (!isWhole && ordered.isEmpty(bucket)) {
                continue;
            }
            UserBlock block = known(before, bits, bucket);
            UserBlock after = ordered.apply(block, bucket, full, alive, confirmed, emptied);
            users += after.inScope() - (isWhole ? 0 : block.inScope());
            if (after.isDirty()) {
                dirty.set(bucket);
            }
            if (bits != before.bits() || !after.equals(block)) {
                changed.add(new Folded(bucket, after));
            }
            if (changed.size() == step.limits().blocksAPage()) {
                secure();
                write(changed, bits);
                changed.clear();
                step.checkpoint();
            }
        }
        proceed(changed, reading.state().folded(bits, alive, dirty, users));
    }

    private record Folded(int bucket, UserBlock block) {}

    /** More blocks than fit into one page: what was read must not be lost when the rest cannot be written. */
    private void secure() {
        reading.stage();
    }

    private void write(List<Folded> blocks, int bits) {
        EnrollmentState now = step.book().state();
        EnrollmentLedger.Page page = new EnrollmentLedger.Page(now, graph).ofBits(bits);
        blocks.forEach(folded -> page.block(folded.bucket(), folded.block()));
        step.book().write(page);
    }

    private void proceed(List<Folded> blocks, EnrollmentState folded) {
        List<Chunk> chunks = folded.chunks().stream().map(Chunk::rewound).toList();
        EnrollmentState next = step.counted(
                folded.withChunks(chunks).withStaged(0).withFolded(alive).in(Phase.SETTLING));
        boolean isWritten =
                !blocks.isEmpty() || next.staged() != step.book().state().staged();
        EnrollmentLedger.Page page =
                new EnrollmentLedger.Page(next, graph).ofBits(next.bits()).droppingStaged();
        blocks.forEach(one -> page.block(one.bucket(), one.block()));
        if (isWritten || !graph.equals(step.book().graph()) || !next.dirty().isEmpty()) {
            step.book().write(page);
        } else {
            step.book().note(next);
        }
    }

    /** The block as it was, cut out of a larger one when there are more blocks now. */
    private UserBlock known(EnrollmentState before, int bits, int bucket) {
        if (before.bits() == bits) {
            return step.book().block(bits, bucket);
        }
        UserBlock larger = step.book().block(before.bits(), bucket >>> (bits - before.bits()));
        return larger.within(bits, bucket);
    }

    private int bits(EnrollmentState state, int words) {
        int bits = state.bits();
        // Words of a round from the start are mostly about users who are here.
        int users = full.isEmpty() ? state.users() + words : Math.max(state.users(), words);
        while (users >>> bits > step.limits().usersABlock() && bits < 16) {
            bits++;
        }
        return bits;
    }
}
