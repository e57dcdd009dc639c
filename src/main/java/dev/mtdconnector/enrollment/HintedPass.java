package dev.mtdconnector.enrollment;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.enrollment.Directory.OwnedDevice;
import dev.mtdconnector.enrollment.DirectoryChanges.Position;
import dev.mtdconnector.enrollment.EnrollmentLedger.Page;
import dev.mtdconnector.enrollment.EnrollmentState.Reconciling;
import dev.mtdconnector.enrollment.IntuneReading.ManagedDevice;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the devices of many users by who enrolled them in Intune, with few requests: first all managed devices are read, then
 * all devices of the directory, for the ids of their objects. The registered owner decides, so it is asked for wherever
 * Intune's word is not enough (docs/adr/0010), and of all other devices by a reconcile that begins with the next poll.
 *
 * <p>What was read of Intune is staged in packed rows, together with the place up to which it was read; so is the place in the
 * list of devices. In memory are 16 bytes for each user in scope and 12 for each of their devices.
 */
final class HintedPass {

    private static final Logger LOG = LoggerFactory.getLogger(HintedPass.class);

    private static final String READING = "managed ";
    private static final String LISTING = "alone ";

    /** After so many pages of devices the place is written down. */
    private static final int PAGES_A_NOTE = 10;

    private final SyncStep step;
    private final DeviceEnroller enroller;
    private final GuidSet users;
    private final Hints hints = new Hints();
    private final List<String> doubtful = new ArrayList<>();
    private int staged;

    HintedPass(SyncStep step, DeviceEnroller enroller) {
        this.step = step;
        this.enroller = enroller;
        this.users = step.usersInScope();
    }

    /** Whether such a pass is under way. */
    static boolean isUnderWay(@Nullable String place) {
        return place != null && (place.startsWith(READING) || place.startsWith(LISTING));
    }

    /** True when the pass is through. Where Intune refuses or does not answer, all devices are read with their owners instead. */
    boolean run() {
        step.followFromNow();
        String place = step.book().state().ownersLink();
        boolean isRead = place != null && place.startsWith(LISTING);
        if (isUnderWay(place)) {
            step.book().staged().forEach(hints::decode);
            staged = hints.size();
        }
        try {
            if (!isRead && !read(linkIn(place))) {
                return false;
            }
        } catch (UpstreamException e) {
            LOG.info("Intune was not read, so all devices are with their owners: {}", e.getMessage());
            return readWithOwners();
        }
        int certain = hints.settle(users.size());
        // By now it is known how much is left to be asked; the count that the plan was made by was a guess.
        return (isRead || isWorthwhile(certain)) ? list() : readWithOwners();
    }

    private boolean isWorthwhile(int certain) {
        int devices = step.directory().deviceCount();
        SourcePlan.Sizes sizes = step.limits().sizes();
        return sizes.byHints(devices, 0, Math.max(0, devices - certain)) < sizes.withOwners(devices);
    }

    private boolean readWithOwners() {
        step.book().write(dropping(step.book().state().withOwnersLink(null)));
        return new OwnersPass(step, enroller).run();
    }

    private static @Nullable String linkIn(@Nullable String place) {
        String link = place == null ? "" : place.substring(place.indexOf(' ') + 1);
        return link.isEmpty() ? null : link;
    }

    /** Reads who enrolled what; false when the rest is for another message. */
    private boolean read(@Nullable String from) {
        String link = from;
        while (true) {
            Position position;
            try {
                position = step.directory().managedDevices(link, this::hint);
            } catch (UpstreamException e) {
                step.book().note(SyncStep.beginningAnew(step.book().state(), SyncStep.MANAGED, link, e));
                // What was read already may come again, which does no harm.
                link = null;
                continue;
            }
            link = position.link();
            boolean isOver = step.isOver();
            if (position.isComplete()) {
                stage(LISTING);
                return true;
            }
            if (isOver || hints.size() - staged >= step.limits().wordsARow()) {
                stage(READING + link);
            }
            step.checkpoint();
            if (isOver) {
                return false;
            }
        }
    }

    private void hint(ManagedDevice device) {
        int user = users.indexOf(device.userId());
        if (user >= 0) {
            hints.add(device.deviceId(), device.isEnrolledByOwner() ? user : Hints.DOUBTFUL);
        }
    }

    /** Hints that are not staged yet become a row, with the place up to which they were read. */
    private void stage(String place) {
        EnrollmentState state = step.book().state();
        boolean hasMore = hints.size() > staged;
        EnrollmentState next = step.counted(
                state.withStaged(state.staged() + (hasMore ? 1 : 0)).withOwnersLink(place));
        Page page = new Page(next, step.book().graph());
        step.book().write(hasMore ? page.staging(hints.encode(staged)) : page);
        staged = hints.size();
    }

    /** Enrolls by what was read; false when the rest is for another message. */
    private boolean list() {
        String link = linkIn(step.book().state().ownersLink());
        for (int pages = 1; ; pages++) {
            Position position;
            try {
                position = step.directory().devicesAlone(link, this::enroll);
            } catch (UpstreamException e) {
                step.book().note(SyncStep.beginningAnew(step.book().state(), SyncStep.ALONE, link, e));
                // What is there by now is found to be unchanged.
                link = null;
                continue;
            }
            link = position.link();
            boolean isOver = step.isOver();
            boolean isNoted = position.isComplete() || isOver || pages % PAGES_A_NOTE == 0;
            confirm(isNoted);
            if (isNoted) {
                enroller.write();
                note(position.isComplete() ? null : link);
            }
            step.checkpoint();
            if (position.isComplete() || isOver) {
                return position.isComplete();
            }
        }
    }

    private void enroll(OwnedDevice device) {
        int user = hints.userOf(device.deviceId());
        if (user == Hints.DOUBTFUL) {
            doubtful.add(device.objectId());
        } else {
            enroller.collect(device.of(users.text(user), null));
        }
    }

    /** Asks who owns the devices in doubt: whole batches, or all of them. */
    private void confirm(boolean all) {
        int most = all
                ? doubtful.size()
                : doubtful.size() - doubtful.size() % step.limits().sizes().batch();
        List<String> some = doubtful.subList(0, most);
        if (!some.isEmpty()) {
            step.directory().ownersOf(List.copyOf(some), device -> {
                if (users.indexOf(device.userId()) >= 0) {
                    enroller.collect(device);
                }
            });
            some.clear();
        }
    }

    private void note(@Nullable String link) {
        EnrollmentState state = enroller.tallied(step.book().state());
        if (link != null) {
            step.book()
                    .write(new Page(
                            step.counted(state.withOwnersLink(LISTING + link)),
                            step.book().graph()));
            return;
        }
        // Due at the next poll: the registered owner of every device is seen within hours.
        Instant due = step.now().minus(Reconcile.EVERY).plusSeconds(1);
        Reconciling next = new Reconciling(
                null, due, state.reconcile().pages(), state.reconcile().isUrgent());
        step.book().write(dropping(state.withOwnersLink(OwnersPass.THROUGH).with(next)));
    }

    private Page dropping(EnrollmentState state) {
        return new Page(step.counted(state.withStaged(0)), step.book().graph()).droppingStaged();
    }
}
