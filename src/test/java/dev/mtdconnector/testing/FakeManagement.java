package dev.mtdconnector.testing;

import dev.mtdconnector.device.AppRegistration;
import dev.mtdconnector.enrollment.IntuneReading.ManagedDevice;
import dev.mtdconnector.enrollment.OptionalSources;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What Intune knows of devices and apps, in memory; nothing of it is granted at first. */
public final class FakeManagement implements OptionalSources {

    private final List<ManagedDevice> managed = new ArrayList<>();
    private final List<AppRegistration> apps = new ArrayList<>();
    private final Set<Source> granted = EnumSet.noneOf(Source.class);
    private @Nullable RuntimeException failure;

    public FakeManagement grant(Source... sources) {
        granted.addAll(List.of(sources));
        return this;
    }

    public void revoke() {
        granted.clear();
    }

    @Override
    public boolean isGranted(String tenantId, Source source) {
        return granted.contains(source);
    }

    /** The device is enrolled by this user, for himself; in place of what was there under the same id of Intune. */
    public FakeManagement withDevice(String id, String deviceId, String enrolledBy) {
        return withDevice(new ManagedDevice(
                id, deviceId, enrolledBy, enrolledBy + "@x.example", "iOS", "company", "userEnrollment"));
    }

    public FakeManagement withDevice(ManagedDevice device) {
        managed.removeIf(known -> known.id().equals(device.id()));
        managed.add(device);
        return this;
    }

    public void removeDevice(String id) {
        managed.removeIf(device -> device.id().equals(id));
    }

    public FakeManagement withApp(AppRegistration app) {
        apps.add(app);
        return this;
    }

    public void removeApp(String id) {
        apps.removeIf(app -> app.id().equals(id));
    }

    /** Every page of Intune fails with this from now on; with null none does. */
    public void failWith(@Nullable RuntimeException e) {
        failure = e;
    }

    void failIfDue() {
        if (failure != null) {
            throw failure;
        }
    }

    List<ManagedDevice> managed() {
        return List.copyOf(managed);
    }

    List<AppRegistration> apps() {
        return List.copyOf(apps);
    }
}
