package dev.mtdconnector.enrollment;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.device.Device;
import dev.mtdconnector.enrollment.EnrollmentLedger.Held;
import dev.mtdconnector.enrollment.EnrollmentLedger.Page;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The third phase of a sync: looks for the devices of users who joined and enrolls them, and lets go the devices of users
 * who left, some blocks of users at a time. Many who join at once are found by a pass over all devices of the directory, where that takes
 * fewer requests than asking user by user.
 */
final class Settling {

    /** Users whose devices are looked for, or let go, before that is noted. */
    private static final int USERS_AT_ONCE = 200;

    /** Rows beside the blocks', so that all of it fits into one transaction. */
    private static final int HOLDS_AT_ONCE = 50;

    private final SyncStep step;
    private final DeviceEnroller enroller;

    Settling(SyncStep step, DeviceEnroller enroller) {
        this.step = step;
        this.enroller = enroller;
    }

    /** True when nothing is left to be done. */
    boolean settle() {
        letGoApproved();
        if (step.book().state().dirty().isEmpty()) {
            return true;
        }
        String place = step.book().state().ownersLink();
        SourcePlan.Way way = place == null ? cheapestWay() : SourcePlan.Way.WITH_OWNERS;
        if (way != SourcePlan.Way.BY_USER) {
            if (!pass(place, way)) {
                return false;
            }
            boolean isDone = settleBlocks(true);
            if (isDone) {
                step.book().note(step.book().state().withOwnersLink(null));
            }
            return isDone;
        }
        return settleBlocks(false);
    }

    /** The way that takes the fewest requests; a few are spent on counting where many more can be saved by that. */
    private SourcePlan.Way cheapestWay() {
        SourcePlan.Sizes sizes = step.limits().sizes();
        int worthCounting = step.limits().worthCounting();
        int joined = joined();
        if (sizes.byUser(joined) <= worthCounting) {
            return SourcePlan.Way.BY_USER;
        }
        int devices = step.directory().deviceCount();
        SourcePlan ofDirectory = SourcePlan.ofDirectory(sizes, joined, devices);
        if (ofDirectory.requests() <= worthCounting || !step.mayRead(OptionalSources.Source.MANAGED_DEVICES)) {
            return ofDirectory.way();
        }
        int managed;
        try {
            managed = step.directory().managedCount();
        } catch (UpstreamException e) {
            return ofDirectory.way(); // enrollment does not wait for Intune
        }
        int users = step.directory().userCount();
        int inScope = step.book().state().users();
        return SourcePlan.cheapest(sizes, new SourcePlan.Counts(joined, inScope, users, devices, managed))
                .way();
    }

    private int joined() {
        EnrollmentState state = step.book().state();
        int joined = 0;
        for (int bucket = state.dirty().nextSetBit(0);
                bucket >= 0;
                bucket = state.dirty().nextSetBit(bucket + 1)) {
            UserBlock block = step.book().block(state.bits(), bucket);
            for (int i = 0; i < block.size(); i++) {
                joined += block.hasJoined(i) ? 1 : 0;
            }
        }
        return joined;
    }

    private boolean pass(@Nullable String place, SourcePlan.Way way) {
        boolean isHinted = place == null ? way == SourcePlan.Way.BY_HINTS : HintedPass.isUnderWay(place);
        return isHinted ? new HintedPass(step, enroller).run() : new OwnersPass(step, enroller).run();
    }

    private boolean settleBlocks(boolean areJoinersEnrolled) {
        while (!step.book().state().dirty().isEmpty()) {
            if (step.isOver()) {
                return false;
            }
            settleTogether(areJoinersEnrolled);
            step.checkpoint();
        }
        return true;
    }

    /** A few users of each block fill a batch of requests, or a transaction, together. */
    private void settleTogether(boolean areJoinersEnrolled) {
        EnrollmentState state = step.book().state();
        Map<Integer, UserBlock> blocks = new TreeMap<>();
        List<String> joined = new ArrayList<>();
        int left = 0;
        for (int bucket = state.dirty().nextSetBit(0);
                bucket >= 0
                        && blocks.size() < step.limits().blocksAPage()
                        && joined.size() < USERS_AT_ONCE
                        && left < USERS_AT_ONCE;
                bucket = state.dirty().nextSetBit(bucket + 1)) {
            UserBlock block = step.book().block(state.bits(), bucket);
            for (int i = 0; i < block.size(); i++) {
                if (!areJoinersEnrolled && block.hasJoined(i) && !block.is(i, UserBlock.ENROLLED)) {
                    joined.add(Guid.text(block.high(i), block.low(i)));
                }
                left += block.hasLeft(i) ? 1 : 0;
            }
            blocks.put(bucket, block);
        }
        if (!joined.isEmpty()) {
            enroller.enrollDevicesOf(joined);
        }
        Settled together = new Settled();
        blocks.forEach((bucket, block) -> {
            together.add(bucket, block);
            if (together.holds() > HOLDS_AT_ONCE) {
                together.write();
            }
        });
        together.write();
    }

    /** What was decided of some blocks, and is done and noted together. */
    private final class Settled {

        private final Map<Integer, UserBlock> blocks = new TreeMap<>();
        private final Set<String> gone = new HashSet<>();
        private final List<String> leaving = new ArrayList<>();
        private final List<Held> held = new ArrayList<>();
        private final List<Held> released = new ArrayList<>();

        private int holds() {
            return held.size() + released.size();
        }

        /** Notes what was done of the block's users who joined, and decides who of those who left is let go. */
        private void add(int bucket, UserBlock block) {
            EnrollmentState state = step.book().state();
            UserBlock.Builder after = new UserBlock.Builder(block.size());
            for (int i = 0; i < block.size(); i++) {
                byte flags = block.flags(i);
                if (block.hasJoined(i)) {
                    if (block.is(i, UserBlock.HELD)) {
                        released.add(Held.user(Guid.text(block.high(i), block.low(i)), state.holdSet(), 0));
                        step.releasing();
                    }
                    flags = UserBlock.ENROLLED;
                } else if (block.hasLeft(i)) {
                    String userId = Guid.text(block.high(i), block.low(i));
                    boolean isLetGo = letGo(userId, flags, held, leaving);
                    flags = isLetGo ? 0 : (byte) (UserBlock.ENROLLED | UserBlock.HELD);
                    if (isLetGo) {
                        gone.add(userId);
                    }
                }
                after.add(block.high(i), block.low(i), block.groups(i), flags);
            }
            blocks.put(bucket, after.build());
        }

        /** The devices first: where it ends in between, the blocks still say whose they are. */
        private void write() {
            if (blocks.isEmpty()) {
                return;
            }
            int left = enroller.letGo(leaving);
            EnrollmentState state = step.book().state();
            state = enroller.tallied(state.withTally(state.tally().left(left, 0)));
            if (!gone.isEmpty()) {
                Set<String> users = Set.copyOf(gone);
                enroller.forgetLeftOut(device -> users.contains(device.userId()));
            }
            for (int bucket : blocks.keySet()) {
                state = state.withoutDirty(bucket);
            }
            Page page = new Page(step.counted(state), step.book().graph());
            blocks.forEach(page::block);
            held.forEach(page::holding);
            released.forEach(page::releasing);
            step.book().write(page);
            blocks.clear();
            gone.clear();
            leaving.clear();
            held.clear();
            released.clear();
        }
    }

    /**
     * False when the user's devices are more than may leave unasked.
     *
     * @param leaving devices that are to leave together; the user's are added
     */
    private boolean letGo(String userId, byte flags, List<Held> held, List<String> leaving) {
        List<String> devices = step.devices().devicesOf(userId);
        EnrollmentState state = step.book().state();
        int inScope = step.devices().inScope() - leaving.size();
        if ((flags & UserBlock.CONFIRMED) != 0) {
            leaving.addAll(devices);
            return true;
        }
        // A group that is empty all at once, or nobody left in any group, is more often a mistake than meant.
        boolean isDoubted = (flags & UserBlock.DOUBTED) != 0 || state.users() == 0;
        int allowance = isDoubted ? 0 : state.cap().allowance(step.connector().safetyCapPercent(), inScope, step.now());
        if (devices.size() > allowance) {
            EnrollmentState holding = state.holding(devices.size());
            held.add(Held.user(userId, holding.holdSet(), devices.size()));
            step.book().note(holding);
            return false;
        }
        leaving.addAll(devices);
        step.book().note(state.withCap(state.cap().removing(devices.size(), inScope, step.now())));
        return true;
    }

    /** Lets go whom an administrator approved, unless they came back since. */
    private void letGoApproved() {
        int set = step.book().state().approvedSet();
        if (set == 0) {
            return;
        }
        step.releasing();
        List<Held> approved = step.book().heldUpTo(set, 100);
        while (!approved.isEmpty()) {
            for (Held user : approved) {
                letGoApproved(user);
            }
            step.checkpoint();
            approved = step.book().heldUpTo(set, 100);
        }
        EnrollmentState state = step.book().state();
        step.book().note(state.withApprovedLetGo());
    }

    private void letGoApproved(Held held) {
        if (held.kind() == Held.Kind.DEVICE) {
            int left = letGoDevice(held);
            EnrollmentState state = step.book().state();
            EnrollmentState next = state.withTally(state.tally().left(left, 0));
            step.book().write(new Page(step.counted(next), step.book().graph()).releasing(held));
            return;
        }
        EnrollmentState state = step.book().state();
        UUID id = UUID.fromString(held.id());
        int bucket = Mentions.bucket(id.getMostSignificantBits(), state.bits());
        UserBlock block = step.book().block(state.bits(), bucket);
        int index = block.indexOf(id.getMostSignificantBits(), id.getLeastSignificantBits());
        UserBlock.Builder after = new UserBlock.Builder(block.size());
        int left = 0;
        for (int i = 0; i < block.size(); i++) {
            byte flags = block.flags(i);
            if (i == index) {
                flags = (byte) (flags & ~UserBlock.HELD);
                if (block.groups(i).isEmpty()) {
                    left = enroller.letGo(step.devices().devicesOf(held.id()));
                    flags = 0;
                }
            }
            after.add(block.high(i), block.low(i), block.groups(i), flags);
        }
        EnrollmentState next = step.book().state().withTally(state.tally().left(left, 0));
        step.book()
                .write(new Page(step.counted(next), step.book().graph())
                        .block(bucket, after.build())
                        .releasing(held));
    }

    /** One that was registered anew leaves while its new record is there; another one while nobody who counts owns it. */
    private int letGoDevice(Held held) {
        String by = held.supersededBy();
        if (by != null && step.devices().find(by).filter(Device::isInScope).isPresent()) {
            if (!step.devices().supersede(held.id(), by)) {
                return 0;
            }
            enroller.hasLeft();
            return 1;
        }
        return hasOwnerInScope(held.id()) ? 0 : enroller.letGo(List.of(held.id()));
    }

    /** Whether somebody who counts owns the device, again or still. */
    private boolean hasOwnerInScope(String deviceId) {
        Optional<Device> device = step.devices().find(deviceId);
        if (device.isEmpty()) {
            return false;
        }
        AtomicBoolean isOwned = new AtomicBoolean();
        step.directory().ownersOf(List.of(device.get().facts().objectId()), owned -> {
            if (!owned.userId().isEmpty() && step.isInScope(owned.userId())) {
                isOwned.set(true);
            }
        });
        return isOwned.get();
    }
}
