package dev.mtdconnector.enrollment;

import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a tenant's enrollment has come: one row, rewritten with whatever it covers, so that a run that was cut off goes
 * on where it stood. Immutable.
 *
 * @param phase what the run does next
 * @param quiet the runs that changed nothing
 * @param tally what the run under way did so far
 */
public record EnrollmentState(
        Phase phase,
        Reading reading,
        Membership membership,
        Following following,
        Departures departures,
        Quiet quiet,
        Tally tally) {

    public static final EnrollmentState NEW = new EnrollmentState(
            Phase.READING,
            new Reading(List.of(), 0),
            new Membership(0, GroupSet.NONE, new BitSet(), 0),
            new Following(null, null, Reconciling.NEVER, Intune.NEVER),
            new Departures(SafetyCap.UNUSED, 0, 0, 0, Confirmation.NONE),
            Quiet.NONE,
            Tally.NONE);

    /** What a run does, in this order. */
    public enum Phase {
        /** Reads what changed in the groups, and writes it into blocks of users. */
        READING,
        /** Enrolls the devices of who joined, and lets go those of who left. */
        SETTLING,
        /** Reads what changed of devices. */
        FOLLOWING
    }

    /**
     * How far the groups were read.
     *
     * @param chunks the delta queries
     * @param staged rows of words that were read and not folded into blocks yet
     */
    public record Reading(List<Chunk> chunks, int staged) {
        public Reading {
            chunks = List.copyOf(chunks);
        }
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
     * The users, as they stand in blocks.
     *
     * @param bits how many bits of a user's id tell its block
     * @param alive numbers of the groups that counted when blocks were last folded
     * @param dirty blocks with users of whom something is to be done; never changed once it is here
     * @param users users in scope
     */
    public record Membership(int bits, GroupSet alive, BitSet dirty, int users) {}

    /**
     * How far the devices were read.
     *
     * @param devicesLink where changes of devices are followed from; null before the first run
     * @param ownersLink the next page of the pass over all devices that joiners need, or where {@link HintedPass} stands;
     *     null when none is under way
     * @param reconcile the pass that sees every device daily
     * @param intune what is read of Intune besides
     */
    public record Following(
            @Nullable String devicesLink, @Nullable String ownersLink, Reconciling reconcile, Intune intune) {}

    /**
     * What is read of Intune, where that is granted.
     *
     * @param link the next page of the pass over managed devices; null when none is under way
     * @param startedAt when the current or the last such pass began, or would have; null before the first run
     * @param appsAt when registrations of apps were last read, or would have been; null before the first time
     */
    public record Intune(
            @Nullable String link,
            @Nullable Instant startedAt,
            int pages,
            @Nullable Instant appsAt) {
        static final Intune NEVER = new Intune(null, null, 0, null);
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

    /**
     * Who may leave, and of whom somebody is asked.
     *
     * @param cap what may leave unasked
     * @param holdSet the number of the set that users are held in now; a run that holds somebody new begins another
     * @param approvedSet the latest set that an administrator approved; 0 when there is nothing to let go
     * @param appliedSet the latest approved set that was let go
     */
    public record Departures(SafetyCap cap, int holdSet, int approvedSet, int appliedSet, Confirmation confirmation) {}

    /**
     * Groups that an administrator took out knowing who leaves by that.
     *
     * @param number tells one confirmation from another, so that none counts twice
     * @param groups none when it was used
     * @param wasUnused users were folded once since, and its groups still counted: it was given just before the setting
     *     that it is for was stored
     */
    public record Confirmation(int number, GroupSet groups, boolean wasUnused) {
        static final Confirmation NONE = new Confirmation(0, GroupSet.NONE, false);

        /** After users were folded. One that is of no use a second time is for a setting that never came. */
        Confirmation folded(GroupSet alive) {
            boolean isUseless = groups.within(alive).equals(groups);
            return isUseless && !wasUnused && !groups.isEmpty()
                    ? new Confirmation(number, groups, true)
                    : new Confirmation(number, GroupSet.NONE, false);
        }
    }

    /**
     * What administrators decided. It is kept apart from the state, which belongs to the run under way: nobody's decision
     * gets in a run's way, nor a run in a decision's.
     *
     * @param approvedSet the latest set of held removals that was approved
     */
    public record Decisions(int approvedSet, Confirmation confirmation) {
        public static final Decisions NONE = new Decisions(0, Confirmation.NONE);

        public Decisions approving(int set) {
            return new Decisions(set, confirmation);
        }

        public Decisions confirming(GroupSet groups) {
            return new Decisions(approvedSet, new Confirmation(confirmation.number() + 1, groups, false));
        }
    }

    /**
     * Runs that changed nothing are no rows of the history; they are counted here.
     *
     * @param lastAt when the last of them ended; null before the first
     * @param allRuns how many runs ended, those in the history included: this tells one from another
     */
    public record Quiet(long runs, @Nullable Instant lastAt, long allRuns) {
        static final Quiet NONE = new Quiet(0, null, 0);

        Quiet another(Instant at) {
            return new Quiet(runs + 1, at, allRuns + 1);
        }

        Quiet afterAnEvent() {
            return new Quiet(runs, lastAt, allRuns + 1);
        }
    }

    public List<Chunk> chunks() {
        return reading.chunks();
    }

    public int staged() {
        return reading.staged();
    }

    public int bits() {
        return membership.bits();
    }

    public GroupSet alive() {
        return membership.alive();
    }

    public BitSet dirty() {
        return membership.dirty();
    }

    public int users() {
        return membership.users();
    }

    public @Nullable String devicesLink() {
        return following.devicesLink();
    }

    public @Nullable String ownersLink() {
        return following.ownersLink();
    }

    public Reconciling reconcile() {
        return following.reconcile();
    }

    public Intune intune() {
        return following.intune();
    }

    public SafetyCap cap() {
        return departures.cap();
    }

    public int holdSet() {
        return departures.holdSet();
    }

    public int approvedSet() {
        return departures.approvedSet();
    }

    Confirmation confirmation() {
        return departures.confirmation();
    }

    public EnrollmentState in(Phase next) {
        return new EnrollmentState(next, reading, membership, following, departures, quiet, tally);
    }

    private EnrollmentState with(Reading other) {
        return new EnrollmentState(phase, other, membership, following, departures, quiet, tally);
    }

    EnrollmentState withChunks(List<Chunk> others) {
        return with(new Reading(others, staged()));
    }

    EnrollmentState with(Chunk chunk) {
        List<Chunk> others = new ArrayList<>(chunks());
        others.removeIf(other -> other.number() == chunk.number());
        others.add(chunk);
        others.sort((a, b) -> Integer.compare(a.number(), b.number()));
        return withChunks(others);
    }

    EnrollmentState withStaged(int rows) {
        return with(new Reading(chunks(), rows));
    }

    EnrollmentState folded(int newBits, GroupSet nowAlive, BitSet nowDirty, int nowUsers) {
        Membership now = new Membership(newBits, nowAlive, nowDirty, nowUsers);
        return new EnrollmentState(phase, reading, now, following, departures, quiet, tally);
    }

    EnrollmentState withoutDirty(int bucket) {
        BitSet less = (BitSet) dirty().clone();
        less.clear(bucket);
        return folded(bits(), alive(), less, users());
    }

    private EnrollmentState with(Following other) {
        return new EnrollmentState(phase, reading, membership, other, departures, quiet, tally);
    }

    EnrollmentState withDevicesLink(@Nullable String link) {
        return with(new Following(link, ownersLink(), reconcile(), intune()));
    }

    EnrollmentState withOwnersLink(@Nullable String link) {
        return with(new Following(devicesLink(), link, reconcile(), intune()));
    }

    EnrollmentState with(Reconciling other) {
        return with(new Following(devicesLink(), ownersLink(), other, intune()));
    }

    EnrollmentState with(Intune other) {
        return with(new Following(devicesLink(), ownersLink(), reconcile(), other));
    }

    /** Has every device looked at anew from the next run on. */
    EnrollmentState reconciling() {
        return with(new Reconciling(null, reconcile().startedAt(), reconcile().pages(), true));
    }

    private EnrollmentState with(Departures other) {
        return new EnrollmentState(phase, reading, membership, following, other, quiet, tally);
    }

    public EnrollmentState withCap(SafetyCap other) {
        return with(new Departures(other, holdSet(), approvedSet(), departures.appliedSet(), confirmation()));
    }

    /** With what was decided since, as far as it was not done yet. */
    public EnrollmentState with(Decisions decisions) {
        int applied = departures.appliedSet();
        int approved = decisions.approvedSet() > applied ? decisions.approvedSet() : approvedSet();
        boolean isNew = decisions.confirmation().number() > confirmation().number();
        Confirmation latest = isNew ? decisions.confirmation() : confirmation();
        return with(new Departures(cap(), holdSet(), approved, applied, latest));
    }

    /** Whom the approved set held was let go. */
    EnrollmentState withApprovedLetGo() {
        return with(new Departures(cap(), holdSet(), 0, approvedSet(), confirmation()));
    }

    EnrollmentState withFolded(GroupSet alive) {
        return with(new Departures(
                cap(),
                holdSet(),
                approvedSet(),
                departures.appliedSet(),
                confirmation().folded(alive)));
    }

    /** Another set is begun where the run had not held anybody yet: what is in the set of a run that ended does not grow. */
    EnrollmentState holding(int devices) {
        int set = tally.held() == 0 ? holdSet() + 1 : holdSet();
        return with(new Departures(cap(), set, approvedSet(), departures.appliedSet(), confirmation()))
                .withTally(tally.left(0, devices));
    }

    EnrollmentState withTally(Tally other) {
        return new EnrollmentState(phase, reading, membership, following, departures, quiet, other);
    }

    /**
     * Between runs: what the last one did stays in the history, and that there was one in the counters.
     *
     * @param isQuiet whether it is only counted
     */
    public EnrollmentState ended(Instant at, boolean isQuiet) {
        Quiet counted = isQuiet ? quiet.another(at) : quiet.afterAnEvent();
        return new EnrollmentState(phase, reading, membership, following, departures, counted, Tally.NONE);
    }
}
