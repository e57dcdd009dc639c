package dev.mtdconnector.testing;

import dev.mtdconnector.apps.DetectedApps;
import dev.mtdconnector.common.UpstreamException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An inventory in memory, which counts how often it is asked. */
public final class FakeDetectedApps implements DetectedApps {

    private final Map<String, DetectedApp> apps = new TreeMap<>();
    private final Map<String, List<Installation>> devices = new TreeMap<>();
    private @Nullable UpstreamException listFailure;
    private @Nullable UpstreamException deviceFailure;
    private Runnable slowness = () -> {};
    private int reads;

    /** How often anything was asked. */
    public int reads() {
        return reads;
    }

    public FakeDetectedApps withApp(String id, String name, @Nullable String publisher, boolean isIos) {
        apps.put(id, new DetectedApp(id, name, publisher, isIos));
        return this;
    }

    public FakeDetectedApps installed(String id, String deviceId, boolean isCompanyOwned) {
        devices.computeIfAbsent(id, key -> new ArrayList<>()).add(new Installation(deviceId, isCompanyOwned));
        return this;
    }

    /** What happens whenever devices are asked for. */
    public void slowBy(Runnable delay) {
        slowness = delay;
    }

    /** The app is on no device, and in the inventory no more. */
    public void remove(String id) {
        apps.remove(id);
        devices.remove(id);
    }

    /** The app stays in the inventory, and on no device. */
    public void uninstalled(String id) {
        devices.remove(id);
    }

    /** The list breaks off after its apps with this, or goes on to its end with null. */
    public void failList(@Nullable UpstreamException e) {
        listFailure = e;
    }

    public void failDevices(@Nullable UpstreamException e) {
        deviceFailure = e;
    }

    @Override
    public void each(String tenantId, Consumer<DetectedApp> consumer) {
        reads++;
        apps.values().forEach(consumer);
        if (listFailure != null) {
            throw listFailure;
        }
    }

    @Override
    public void installations(String tenantId, String id, Consumer<Installation> consumer) {
        reads++;
        slowness.run();
        devices.getOrDefault(id, List.of()).forEach(consumer);
        if (deviceFailure != null) {
            throw deviceFailure;
        }
    }
}
