package dev.mtdconnector.enrollment;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.device.Device;
import dev.mtdconnector.enrollment.EnrollmentLedger.Held;
import dev.mtdconnector.enrollment.EnrollmentLedger.Page;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The third phase of a sync: looks for the devices of users who joined and enrolls them, and lets go the devices of users
 * who left, block by block. Many who join at once are found by a pass over all devices of the directory, where that takes
 * fewer requests than asking user by user.
 */
final class Settling {

    /** Users whose devices are looked for before they are noted as enrolled. */
    private static final int JOINERS_AT_ONCE = 200;

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
        while (true) {
            EnrollmentState state = step.book().state();
            int bucket = state.dirty().nextSetBit(0);
            if (bucket < 0) {
                return true;
            }
            if (step.isOver()) {
                return false;
            }
            if (areJoinersEnrolled) {
                settle(bucket);
                step.checkpoint();
            } else {
                settleTogether(state);
            }
        }
    }

    /** A few joiners of each block fill a batch together. */
    private void settleTogether(EnrollmentState state) {
        List<Integer> buckets = new ArrayList<>();
        List<String> joined = new ArrayList<>();
        for (int bucket = state.dirty().nextSetBit(0);
                bucket >= 0 && joined.size() < JOINERS_AT_ONCE;
                bucket = state.dirty().nextSetBit(bucket + 1)) {
            UserBlock block = step.book().block(state.bits(), bucket);
            for (int i = 0; i < block.size(); i++) {
                if (block.hasJoined(i) && !block.is(i, UserBlock.ENROLLED)) {
                    joined.add(Guid.text(block.high(i), block.low(i)));
                }
            }
            buckets.add(bucket);
        }
        if (!joined.isEmpty()) {
            enroller.enrollDevicesOf(joined);
        }
        for (int bucket : buckets) {
            settle(bucket);
            step.checkpoint();
        }
    }

    /** Notes what was done of the block's users who joined, and lets go whom it may of those who left. */
    private void settle(int bucket) {
        EnrollmentState state = step.book().state();
        UserBlock block = step.book().block(state.bits(), bucket);
        Set<String> gone = new HashSet<>();
        List<String> leaving = new ArrayList<>();
        List<Held> held = new ArrayList<>();
        List<Held> released = new ArrayList<>();
        UserBlock.Builder after = new UserBlock.Builder(block.size());
        for (int i = 0; i < block.size(); i++) {
            byte flags = block.flags(i);
            String userId = Guid.text(block.high(i), block.low(i));
            if (block.hasJoined(i)) {
                if (block.is(i, UserBlock.HELD)) {
                    released.add(Held.user(userId, state.holdSet(), 0));
                    step.releasing();
                }
                flags = UserBlock.ENROLLED;
            } else if (block.hasLeft(i)) {
                boolean isLetGo = letGo(userId, flags, held, leaving);
                flags = isLetGo ? 0 : (byte) (UserBlock.ENROLLED | UserBlock.HELD);
                if (isLetGo) {
                    gone.add(userId);
                }
            }
            after.add(block.high(i), block.low(i), block.groups(i), flags);
        }
        int left = enroller.letGo(leaving);
        step.book()
                .note(step.book().state().withTally(step.book().state().tally().left(left, 0)));
        if (!gone.isEmpty()) {
            enroller.forgetLeftOut(device -> gone.contains(device.userId()));
        }
        Page page = new Page(
                        step.counted(enroller.tallied(step.book().state()).withoutDirty(bucket)),
                        step.book().graph())
                .block(bucket, after.build());
        held.forEach(page::holding);
        released.forEach(page::releasing);
        step.book().write(page);
    }

    /**
     * False when the user's devices are more than may leave unasked.
     *
     * @param leaving devices that are to leave with this block; the user's are added
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
            int left = hasOwnerInScope(held.id()) ? 0 : enroller.letGo(List.of(held.id()));
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
