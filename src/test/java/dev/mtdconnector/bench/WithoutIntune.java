package dev.mtdconnector.bench;

import dev.mtdconnector.device.AppRegistration;
import dev.mtdconnector.enrollment.Directory.OwnedDevice;
import dev.mtdconnector.enrollment.DirectoryChanges;
import dev.mtdconnector.enrollment.IntuneReading;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What is not asked of a tenant that does not let Intune be read. */
abstract class WithoutIntune implements DirectoryChanges.Reading {

    @Override
    public int userCount() {
        throw new UnsupportedOperationException();
    }

    @Override
    public DirectoryChanges.Position devicesAlone(@Nullable String link, Consumer<OwnedDevice> consumer) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int managedCount() {
        throw new UnsupportedOperationException();
    }

    @Override
    public DirectoryChanges.Position managedDevices(
            @Nullable String link, Consumer<IntuneReading.ManagedDevice> consumer) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void managedOf(List<String> deviceIds, Consumer<IntuneReading.ManagedDevice> consumer) {
        throw new UnsupportedOperationException();
    }

    @Override
    public DirectoryChanges.Position appRegistrations(@Nullable String link, Consumer<AppRegistration> consumer) {
        throw new UnsupportedOperationException();
    }
}
