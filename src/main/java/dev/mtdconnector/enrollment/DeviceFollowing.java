package dev.mtdconnector.enrollment;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.UnsupportedDevices;
import dev.mtdconnector.device.UnsupportedDevices.Unsupported;
import dev.mtdconnector.enrollment.Directory.OwnedDevice;
import dev.mtdconnector.enrollment.DirectoryChanges.DeviceSink;
import dev.mtdconnector.enrollment.DirectoryChanges.Position;
import dev.mtdconnector.enrollment.EnrollmentLedger.Page;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The last phase of a sync: follows what changed of devices. A known one is brought up to date; of one that is not known
 * the owner is asked for; a deleted one leaves.
 */
final class DeviceFollowing {

    private final SyncStep step;
    private final DeviceEnroller enroller;
    private final UnsupportedDevices unsupported;

    DeviceFollowing(SyncStep step, DeviceEnroller enroller, UnsupportedDevices unsupported) {
        this.step = step;
        this.enroller = enroller;
        this.unsupported = unsupported;
    }

    /** True when everything was followed up to now. */
    boolean follow() {
        String link = step.book().state().devicesLink();
        if (link == null) {
            step.book()
                    .note(step.book()
                            .state()
                            .withDevicesLink(step.directory().devicesFromNow().link()));
            return true;
        }
        while (true) {
            Changes changes = new Changes();
            Position position;
            try {
                position = step.directory().devices(link, changes);
            } catch (UpstreamException e) {
                EnrollmentState state = SyncStep.beginningAnew(step.book().state(), SyncStep.DEVICE_CHANGES, link, e);
                // What changed since is not to be had any more: the reconcile sees every device anew.
                step.book().note(state.withDevicesLink(null).reconciling());
                return follow();
            }
            if (position.link() == null
                    || (!position.isComplete() && position.link().equals(link))) {
                throw new UpstreamException(
                        UpstreamException.Service.GRAPH,
                        UpstreamException.Kind.REFUSED,
                        "A page of changed devices leads to itself, or nowhere");
            }
            boolean isWritten = apply(changes);
            link = position.link();
            EnrollmentState next =
                    step.counted(enroller.tallied(step.book().state()).withDevicesLink(link));
            boolean isBroken = !position.isComplete() && step.isOver();
            if (isWritten || isBroken) {
                step.book().write(new Page(next, step.book().graph()));
            } else {
                step.book().note(next);
            }
            step.checkpoint();
            if (position.isComplete() || isBroken) {
                return position.isComplete();
            }
        }
    }

    private boolean apply(Changes changes) {
        List<String> unknown = new ArrayList<>();
        for (OwnedDevice changed : changes.devices) {
            Optional<Device> device = step.devices().find(changed.deviceId());
            if (device.isPresent() && device.get().isInScope()) {
                Device.DirectoryFacts known = device.get().facts();
                enroller.collect(changed.of(known.userId(), known.userPrincipalName()));
                continue;
            }
            Optional<Unsupported> listed = unsupported.find(step.tenantId(), changed.deviceId());
            if (listed.isPresent()) {
                enroller.collect(changed.of(listed.get().userId(), listed.get().userPrincipalName()));
            } else if (device.isEmpty() || device.get().isSuperseded()) {
                unknown.add(changed.objectId());
            }
        }
        if (!unknown.isEmpty()) {
            step.directory().ownersOf(unknown, device -> {
                if (step.isInScope(device.userId())) {
                    enroller.collectStrange(device);
                }
            });
        }
        enroller.write();
        if (!changes.gone.isEmpty()) {
            enroller.forgetLeftOut(device -> changes.gone.contains(device.objectId()));
        }
        for (String objectId : changes.gone) {
            step.devices().deviceIdOf(objectId).ifPresent(enroller::letGoOrHold);
        }
        return !changes.devices.isEmpty() || !changes.gone.isEmpty();
    }

    /** What a page says. */
    private static final class Changes implements DeviceSink {

        private final List<OwnedDevice> devices = new ArrayList<>();
        private final Set<String> gone = new LinkedHashSet<>();

        @Override
        public void device(OwnedDevice device) {
            devices.add(device);
        }

        @Override
        public void deviceGone(String objectId) {
            gone.add(objectId);
        }
    }
}
