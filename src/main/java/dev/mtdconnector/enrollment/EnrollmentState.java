package dev.mtdconnector.enrollment;

import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a tenant's enrollment has come: one row, rewritten with whatever it covers, so that a run that was cut off goes
 * on where it stood. Immutable; the bit sets are never changed once they are here.
 *
 * @param phase what the run does next
 * @param chunks the delta queries
 * @param staged rows of words that were read and not folded into blocks yet
 * @param bits how many bits of a user's id tell its block
 * @param alive numbers of the groups that counted when blocks were last folded
 * @param dirty blocks with users of whom something is to be done
 * @param users users in scope
 * @param devicesLink where changes of devices are followed from; null before the first run
 * @param ownersLink the next page of the pass over all devices; null when none is under way
 * @param reconcile the pass that sees every device daily
 * @param cap what may leave unasked
 * @param holdSet the number of the set that users are held in now; a run that holds somebody new begins another
 * @param approvedSet the latest set that an administrator approved; 0 when there is nothing to let go
 * @param confirmed groups that an administrator took out knowing who leaves by that; until users are folded next
 * @param quiet the runs that changed nothing
 * @param tally what the run under way did so far
 */
public record EnrollmentState(
        Phase phase,
        List<Chunk> chunks,
        int staged,
        int bits,
        GroupSet alive,
        BitSet dirty,
        int users,
        @Nullable String devicesLink,
        @Nullable String ownersLink,
        Reconciling reconcile,
        SafetyCap cap,
        int holdSet,
        int approvedSet,
        GroupSet confirmed,
        Quiet quiet,
        Tally tally) {

    public static final EnrollmentState NEW = new EnrollmentState(
            Phase.READING,
            List.of(),
            0,
            0,
            GroupSet.NONE,
            new BitSet(),
            0,
            null,
            null,
            Reconciling.NEVER,
            SafetyCap.UNUSED,
            0,
            0,
            GroupSet.NONE,
            Quiet.NONE,
            Tally.NONE);

    public EnrollmentState {
        chunks = List.copyOf(chunks);
    }

    /** What a run does, in this order. */
    public enum Phase {
        /** Reads what changed in the groups. */
        READING,
        /** Writes into blocks of users what was read. */
        FOLDING,
        /** Enrolls the devices of who joined, and lets go those of who left. */
        SETTLING,
        /** Reads what changed of devices. */
        FOLLOWING
    }

    /**
     * A delta query over some groups.
     *
     * @param link the next page, or the changes since the last one; null before the first page
     * @param isFull its round began without a link, so it names every member there is
     * @param isRead its round is complete in this run
     * @param seen numbers of the groups that the round has named
     */
    public record Chunk(int number, @Nullable String link, boolean isFull, boolean isRead, GroupSet seen) {

        static Chunk fresh(int number) {
            return new Chunk(number, null, true, false, GroupSet.NONE);
        }

        Chunk at(@Nullable String newLink, boolean read, GroupSet nowSeen) {
            return new Chunk(number, newLink, isFull, read, nowSeen);
        }

        /** For the next run: from what it has read on. */
        Chunk rewound() {
            return new Chunk(number, link, link == null, false, GroupSet.NONE);
        }
    }

    /**
     * Runs that changed nothing are no rows of the history; they are counted here.
     *
     * @param lastAt when the last of them ended; null before the first
     */
    public record Quiet(long runs, @Nullable Instant lastAt) {
        static final Quiet NONE = new Quiet(0, null);

        Quiet another(Instant at) {
            return new Quiet(runs + 1, at);
        }
    }

    /**
     * The daily pass over all devices.
     *
     * @param link the next page; null when no pass is under way
     * @param startedAt when the current or the last pass began; null before the first run
     * @param isUrgent changes were missed: a whole pass is due at once
     * @param pages as many as the current pass has read; what the last one had, when none is under way
     */
    public record Reconciling(
            @Nullable String link, @Nullable Instant startedAt, int pages, boolean isUrgent) {
        static final Reconciling NEVER = new Reconciling(null, null, 0, false);
    }

    /** Has every device looked at anew from the next run on. */
    EnrollmentState reconciling() {
        return with(new Reconciling(null, reconcile.startedAt(), reconcile.pages(), true));
    }

    EnrollmentState with(Reconciling other) {
        return new EnrollmentState(
                phase,
                chunks,
                staged,
                bits,
                alive,
                dirty,
                users,
                devicesLink,
                ownersLink,
                other,
                cap,
                holdSet,
                approvedSet,
                confirmed,
                quiet,
                tally);
    }

    public EnrollmentState in(Phase next) {
        return new EnrollmentState(
                next,
                chunks,
                staged,
                bits,
                alive,
                dirty,
                users,
                devicesLink,
                ownersLink,
                reconcile,
                cap,
                holdSet,
                approvedSet,
                confirmed,
                quiet,
                tally);
    }

    EnrollmentState withChunks(List<Chunk> others) {
        return new EnrollmentState(
                phase,
                others,
                staged,
                bits,
                alive,
                dirty,
                users,
                devicesLink,
                ownersLink,
                reconcile,
                cap,
                holdSet,
                approvedSet,
                confirmed,
                quiet,
                tally);
    }

    EnrollmentState with(Chunk chunk) {
        List<Chunk> others = new ArrayList<>(chunks);
        others.removeIf(other -> other.number() == chunk.number());
        others.add(chunk);
        others.sort((a, b) -> Integer.compare(a.number(), b.number()));
        return withChunks(others);
    }

    EnrollmentState withStaged(int rows) {
        return new EnrollmentState(
                phase,
                chunks,
                rows,
                bits,
                alive,
                dirty,
                users,
                devicesLink,
                ownersLink,
                reconcile,
                cap,
                holdSet,
                approvedSet,
                confirmed,
                quiet,
                tally);
    }

    EnrollmentState folded(int newBits, GroupSet nowAlive, BitSet nowDirty, int nowUsers) {
        return new EnrollmentState(
                phase,
                chunks,
                staged,
                newBits,
                nowAlive,
                nowDirty,
                nowUsers,
                devicesLink,
                ownersLink,
                reconcile,
                cap,
                holdSet,
                approvedSet,
                confirmed,
                quiet,
                tally);
    }

    EnrollmentState withoutDirty(int bucket) {
        BitSet less = (BitSet) dirty.clone();
        less.clear(bucket);
        return folded(bits, alive, less, users);
    }

    EnrollmentState withDevicesLink(@Nullable String link) {
        return new EnrollmentState(
                phase,
                chunks,
                staged,
                bits,
                alive,
                dirty,
                users,
                link,
                ownersLink,
                reconcile,
                cap,
                holdSet,
                approvedSet,
                confirmed,
                quiet,
                tally);
    }

    EnrollmentState withOwnersLink(@Nullable String link) {
        return new EnrollmentState(
                phase,
                chunks,
                staged,
                bits,
                alive,
                dirty,
                users,
                devicesLink,
                link,
                reconcile,
                cap,
                holdSet,
                approvedSet,
                confirmed,
                quiet,
                tally);
    }

    EnrollmentState withCap(SafetyCap other) {
        return new EnrollmentState(
                phase,
                chunks,
                staged,
                bits,
                alive,
                dirty,
                users,
                devicesLink,
                ownersLink,
                reconcile,
                other,
                holdSet,
                approvedSet,
                confirmed,
                quiet,
                tally);
    }

    public EnrollmentState withHolds(int newHoldSet, int newApprovedSet) {
        return new EnrollmentState(
                phase,
                chunks,
                staged,
                bits,
                alive,
                dirty,
                users,
                devicesLink,
                ownersLink,
                reconcile,
                cap,
                newHoldSet,
                newApprovedSet,
                confirmed,
                quiet,
                tally);
    }

    /** Another set is begun where the run had not held anybody yet: what is in a set that was shown does not grow. */
    EnrollmentState holding(int devices) {
        int set = tally.held() == 0 ? holdSet + 1 : holdSet;
        return withHolds(set, approvedSet).withTally(tally.left(0, devices));
    }

    public EnrollmentState withConfirmed(GroupSet groups) {
        return new EnrollmentState(
                phase,
                chunks,
                staged,
                bits,
                alive,
                dirty,
                users,
                devicesLink,
                ownersLink,
                reconcile,
                cap,
                holdSet,
                approvedSet,
                groups,
                quiet,
                tally);
    }

    /** Between runs: what the last one did stays in the history, and that there was one in the counters. */
    EnrollmentState ended(Instant at) {
        return withTally(Tally.NONE).with(tally.hasChanges() ? quiet : quiet.another(at));
    }

    private EnrollmentState with(Quiet other) {
        return new EnrollmentState(
                phase,
                chunks,
                staged,
                bits,
                alive,
                dirty,
                users,
                devicesLink,
                ownersLink,
                reconcile,
                cap,
                holdSet,
                approvedSet,
                confirmed,
                other,
                tally);
    }

    EnrollmentState withTally(Tally other) {
        return new EnrollmentState(
                phase,
                chunks,
                staged,
                bits,
                alive,
                dirty,
                users,
                devicesLink,
                ownersLink,
                reconcile,
                cap,
                holdSet,
                approvedSet,
                confirmed,
                quiet,
                other);
    }
}
