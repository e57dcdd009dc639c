package dev.mtdconnector.device;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which device an app is on. A registration names a user and describes a device, so it is tied to one only if exactly one of
 * that user's devices fits: of the same platform, of the same name, and of a model that does not contradict. What one of the
 * two does not say fits. Pure.
 */
final class AppTies {

    private AppTies() {}

    /** The device; empty when none of the user's devices fits, or several do. */
    static Optional<Device> deviceOf(AppRegistration app, List<Device> devicesOfUser) {
        List<Device> fitting =
                devicesOfUser.stream().filter(device -> fits(app, device)).toList();
        return fitting.size() == 1 ? Optional.of(fitting.get(0)) : Optional.empty();
    }

    private static boolean fits(AppRegistration app, Device device) {
        Device.DirectoryFacts facts = device.facts();
        return app.platform() == facts.platform()
                && app.userId().equals(facts.userId())
                && isSameName(app.deviceName(), facts.displayName())
                && isSameModel(app, facts.model());
    }

    private static boolean isSameName(@Nullable String a, @Nullable String b) {
        return a == null || b == null || a.isBlank() || b.isBlank() || a.strip().equalsIgnoreCase(b.strip());
    }

    /** Apps say {@code iPhone} where the directory says {@code iPhone 15}, and on Android often only that. */
    private static boolean isSameModel(AppRegistration app, @Nullable String model) {
        String said = app.deviceType() == null ? "" : app.deviceType().strip().toLowerCase(Locale.ROOT);
        String known = model == null ? "" : model.strip().toLowerCase(Locale.ROOT);
        return said.equals("android") || said.startsWith(known) || known.startsWith(said);
    }
}
