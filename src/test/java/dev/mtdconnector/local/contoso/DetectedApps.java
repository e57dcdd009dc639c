package dev.mtdconnector.local.contoso;

import dev.mtdconnector.local.contoso.GraphCall.Item;
import dev.mtdconnector.local.http.Answer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/** Intune's inventory of apps: {@code /deviceManagement/detectedApps} and the devices of one of them. */
final class DetectedApps {

    private static final int PAGE = 50;
    private static final int MOST = 1000;

    private final Contoso contoso;
    private final Function<Device, Function<GraphCall, Item>> managedDevice;

    /**
     * @param managedDevice how Intune lists a device
     */
    DetectedApps(Contoso contoso, Function<Device, Function<GraphCall, Item>> managedDevice) {
        this.contoso = contoso;
        this.managedDevice = managedDevice;
    }

    private record Detected(InstalledApp app, String platform, List<Device> devices) {}

    Optional<Answer> answer(GraphPath path, GraphCall call) {
        call.require(GraphAccess.MANAGED_DEVICES);
        String set = "deviceManagement/detectedApps";
        if (path.size() == 2) {
            call.query().allow(Set.of("$select", "$top", "$skiptoken"));
            List<Item> items = new ArrayList<>();
            detected(call).forEach((id, one) -> items.add(item(id, one)));
            return Optional.of(call.page("detectedApp", set, Source.of(items), PAGE, MOST));
        }
        Detected one = detected(call).get(path.get(2).toLowerCase(Locale.ROOT));
        if (path.size() == 4 && path.is(3, "managedDevices")) {
            call.query().allow(Set.of("$select", "$top", "$skiptoken"));
            if (one == null && call.on(Rule.DETECTED_EXISTS)) {
                throw unknown();
            }
            List<Item> devices = one == null
                    ? List.of()
                    : one.devices().stream()
                            .map(device -> managedDevice.apply(device).apply(call))
                            .toList();
            return Optional.of(
                    call.page("managedDevice", "deviceManagement/managedDevices", Source.of(devices), PAGE, MOST));
        }
        if (path.size() == 3) {
            if (one == null) {
                throw unknown();
            }
            return Optional.of(call.entity(set, item(path.get(2), one)));
        }
        return Optional.empty();
    }

    private static GraphError unknown() {
        return new GraphError(404, "ResourceNotFound", "Resource not found.");
    }

    private static Item item(String id, Detected one) {
        return new Item(
                "detectedApp",
                id,
                whole -> GraphEntities.detectedApp(
                        id, one.app(), one.platform(), one.devices().size(), whole));
    }

    /** By id: one for each name, publisher, version and platform. */
    private Map<String, Detected> detected(GraphCall call) {
        Map<String, Detected> detected = new TreeMap<>();
        for (Device device : contoso.devicesWithApps()) {
            for (InstalledApp app : contoso.appsOn(device).values()) {
                if (device.extra().personal() && !app.managed() && call.on(Rule.DETECTED_PERSONAL_MANAGED)) {
                    continue;
                }
                String version = call.on(Rule.DETECTED_VERSIONS_APART) ? app.version() : "";
                String platform = platform(device);
                String id = hash(String.join("\n", app.name(), "" + app.publisher(), version, platform));
                detected.computeIfAbsent(id, key -> new Detected(app, platform, new ArrayList<>()))
                        .devices()
                        .add(device);
            }
        }
        return detected;
    }

    private static String platform(Device device) {
        return switch (device.operatingSystem()) {
            case "Android" -> "androidWorkProfile";
            case "Windows" -> "windows";
            default -> "ios";
        };
    }

    private static String hash(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
