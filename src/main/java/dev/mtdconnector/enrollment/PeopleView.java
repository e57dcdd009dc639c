package dev.mtdconnector.enrollment;

import dev.mtdconnector.device.Device;
import dev.mtdconnector.enrollment.Directory.OwnedDevice;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Users with their devices as the API shows them, by name. */
final class PeopleView {

    private final DeviceRegister register;
    private final DirectoryChanges changes;

    PeopleView(DeviceRegister register, DirectoryChanges changes) {
        this.register = register;
        this.changes = changes;
    }

    /** Users whose devices are enrolled, as the devices' rows have it. */
    List<Map<String, Object>> enrolled(String tenantId, List<String> userIds) {
        DeviceRegister.Writing devices = register.open(tenantId, false);
        List<Map<String, Object>> views = new ArrayList<>();
        for (String userId : userIds) {
            List<Map<String, Object>> owned = new ArrayList<>();
            @Nullable String name = null;
            for (String deviceId : devices.devicesOf(userId)) {
                Optional<Device> device = devices.find(deviceId);
                if (device.isPresent()) {
                    name = device.get().facts().userPrincipalName();
                    owned.add(named(deviceId, device.get().facts().displayName()));
                }
            }
            views.add(user(userId, name, owned));
        }
        return views;
    }

    /** A device by itself. */
    Map<String, Object> device(String tenantId, String deviceId) {
        Optional<Device> device = register.open(tenantId, false).find(deviceId);
        Map<String, Object> view =
                named(deviceId, device.map(found -> found.facts().displayName()).orElse(null));
        view.put("userId", device.map(found -> found.facts().userId()).orElse(null));
        view.put(
                "userPrincipalName",
                device.map(found -> found.facts().userPrincipalName()).orElse(null));
        return view;
    }

    /** Users whose devices are not enrolled, as the directory has it now. */
    List<Map<String, Object>> unknown(String tenantId, List<String> userIds) {
        if (userIds.isEmpty()) {
            return List.of();
        }
        DirectoryChanges.Reading reading = changes.open(tenantId, DirectoryChanges.Meter.NONE);
        Map<String, String> names = new LinkedHashMap<>();
        reading.namesOf(userIds, names::put);
        Map<String, List<Map<String, Object>>> devices = new LinkedHashMap<>();
        reading.devicesOf(
                userIds,
                (OwnedDevice device) -> devices.computeIfAbsent(device.userId(), id -> new ArrayList<>())
                        .add(named(device.deviceId(), device.displayName())));
        return userIds.stream()
                .map(id -> user(id, names.get(id), devices.getOrDefault(id, List.of())))
                .toList();
    }

    private static Map<String, Object> user(String userId, @Nullable String name, List<Map<String, Object>> devices) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("userId", userId);
        view.put("userPrincipalName", name);
        view.put("devices", devices);
        return view;
    }

    private static Map<String, Object> named(String deviceId, @Nullable String displayName) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("deviceId", deviceId);
        view.put("displayName", displayName);
        return view;
    }
}
