package dev.mtdconnector.enrollment;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Keeps what enrollment knows of a tenant: how far it has come, the groups, the users, who is held. */
public interface EnrollmentLedger {

    /**
     * Begins to write.
     *
     * @param hasTakenOver true when somebody else may still be writing for this tenant: from now on each of its writes
     *     fails with {@link dev.mtdconnector.schedule.JobContext.LeaseLostException}
     */
    Book open(String tenantId, boolean hasTakenOver);

    /** What is there, for looking at; empty before the first run. */
    Optional<Snapshot> read(String tenantId);

    /** Who and what is held, at most {@code limit}: devices first, by id; those after {@code last} if it is not null. */
    List<Held> held(String tenantId, @Nullable Held last, int limit);

    /** A block of users, for looking at. */
    UserBlock block(String tenantId, int bits, int bucket);

    /**
     * The runs that changed something or failed, newest first, at most {@code limit}. Those that failed for the same reason
     * one after the other are one.
     */
    List<SyncRun> runs(String tenantId, int limit);

    /**
     * Has the next run let go whom this set holds. A run under way is not disturbed.
     *
     * @return false, and nothing changed, when it is not the set that users are held in now, when a run is still adding
     *     to it, or when it was approved before
     */
    boolean approve(String tenantId, int set);

    /**
     * Has users whom the next run finds to have left because these groups do not count any more go unasked. A run under
     * way is not disturbed.
     */
    void confirm(String tenantId, GroupSet groups);

    /** State and groups, as of one moment. */
    record Snapshot(EnrollmentState state, GroupGraph graph) {}

    /**
     * A user who left the groups, or a device that was deleted or registered anew, of whom an administrator is asked first.
     *
     * @param id the user's object id, or the device's Entra device id
     * @param devices how many would leave
     * @param supersededBy the Entra device id under which the same device was registered anew; null otherwise
     */
    record Held(
            Kind kind,
            String id,
            int set,
            int devices,
            @Nullable String supersededBy) {

        /** What is held. */
        public enum Kind {
            USER,
            DEVICE
        }

        static Held user(String userId, int set, int devices) {
            return new Held(Kind.USER, userId, set, devices, null);
        }

        static Held device(String deviceId, int set) {
            return new Held(Kind.DEVICE, deviceId, set, 1, null);
        }

        static Held superseded(String deviceId, int set, String by) {
            return new Held(Kind.DEVICE, deviceId, set, 1, by);
        }
    }

    /** One tenant's enrollment during one run. Not for several threads. */
    interface Book {

        EnrollmentState state();

        GroupGraph graph();

        UserBlock block(int bits, int bucket);

        /** Rows of words in the order in which they were staged. */
        List<byte[]> staged();

        /** Who and what is held in this set or an earlier one, at most {@code limit}. */
        List<Held> heldUpTo(int set, int limit);

        /** Whether this is held, in whatever set. */
        boolean isHeld(Held one);

        /** The state as it is from now on; it is stored with the next page that is written. */
        void note(EnrollmentState state);

        /**
         * Writes a page. Blocks and holds may be there and the rest not when it fails in between; the state comes last,
         * so the same page is made and written again then.
         */
        void write(Page page);

        /** Writes that the run failed, and nothing of what was noted and not written: the next one goes on from there. */
        void giveUp(SyncRun failed);
    }

    /** What is written together. */
    final class Page {

        private final EnrollmentState state;
        private final GroupGraph graph;
        private final Map<Integer, UserBlock> blocks = new TreeMap<>();
        private final List<Held> held = new ArrayList<>();
        private final List<Held> released = new ArrayList<>();
        private @Nullable SyncRun run;
        private byte @Nullable [] words;
        private boolean dropsStaged;
        private int bits;

        public Page(EnrollmentState state, GroupGraph graph) {
            this.state = state;
            this.graph = graph;
            this.bits = state.bits();
        }

        /** Of how many bits the blocks are, where the state does not say so yet. */
        Page ofBits(int other) {
            bits = other;
            return this;
        }

        Page block(int bucket, UserBlock block) {
            blocks.put(bucket, block);
            return this;
        }

        /** Words to be staged, as the last of the state's rows. */
        Page staging(byte[] more) {
            words = more;
            return this;
        }

        /** Forgets what is staged. */
        Page droppingStaged() {
            dropsStaged = true;
            return this;
        }

        Page holding(Held one) {
            held.add(one);
            return this;
        }

        /** No longer held; it does not matter in which set. */
        Page releasing(Held one) {
            released.add(one);
            return this;
        }

        /** A run that came to its end, for the history. */
        Page ending(SyncRun finished) {
            run = finished;
            return this;
        }

        public EnrollmentState state() {
            return state;
        }

        public GroupGraph graph() {
            return graph;
        }

        public int bits() {
            return bits;
        }

        public Map<Integer, UserBlock> blocks() {
            return blocks;
        }

        public List<Held> held() {
            return held;
        }

        public @Nullable SyncRun run() {
            return run;
        }

        public List<Held> released() {
            return released;
        }

        public byte @Nullable [] words() {
            return words;
        }

        public boolean dropsStaged() {
            return dropsStaged;
        }
    }
}
