package dev.mtdconnector.enrollment;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.enrollment.DirectoryChanges.Position;
import dev.mtdconnector.enrollment.EnrollmentLedger.Page;
import org.jspecify.annotations.Nullable;

/**
 * A pass over all devices of the directory with their owners: enrolls those whose owner is in scope. All that is in memory
 * is the ids of the users in scope, 16 bytes each.
 */
final class OwnersPass {

    /** Stored when the pass is through and its users are not noted as enrolled yet. */
    static final String THROUGH = "+";

    /** After so many pages the place is written down. */
    private static final int PAGES_A_NOTE = 10;

    private final SyncStep step;
    private final DeviceEnroller enroller;

    OwnersPass(SyncStep step, DeviceEnroller enroller) {
        this.step = step;
        this.enroller = enroller;
    }

    /** True when the pass is through. */
    boolean run() {
        EnrollmentState state = step.book().state();
        if (THROUGH.equals(state.ownersLink())) {
            return true;
        }
        step.followFromNow();
        GuidSet users = step.usersInScope();
        @Nullable String link = step.book().state().ownersLink();
        for (int pages = 1; ; pages++) {
            Position position;
            try {
                position = step.directory().allDevices(link, device -> {
                    if (users.indexOf(device.userId()) >= 0) {
                        enroller.collect(device);
                    }
                });
            } catch (UpstreamException e) {
                step.book().note(SyncStep.beginningAnew(step.book().state(), SyncStep.OWNERS_PASS, link, e));
                // What is there by now is found to be unchanged.
                link = null;
                continue;
            }
            link = position.link();
            boolean isOver = step.isOver();
            if (position.isComplete() || isOver || pages % PAGES_A_NOTE == 0) {
                enroller.write();
                note(position.isComplete() ? THROUGH : link);
                step.checkpoint();
            }
            if (position.isComplete() || isOver) {
                return position.isComplete();
            }
        }
    }

    private void note(@Nullable String link) {
        EnrollmentState state = enroller.tallied(step.book().state()).withOwnersLink(link);
        step.book().write(new Page(step.counted(state), step.book().graph()));
    }
}
