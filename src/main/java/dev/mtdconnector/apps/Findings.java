package dev.mtdconnector.apps;

import dev.mtdconnector.apps.FindingStore.Finding;
import dev.mtdconnector.apps.FindingStore.Place;
import dev.mtdconnector.device.AppSyncThreats;
import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.DeviceStore;
import dev.mtdconnector.device.Platform;
import dev.mtdconnector.device.TraceEntry;
import java.time.Instant;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Opens and ends the threats of app sync on devices. Each step is idempotent, and nothing is written where nothing changes. */
final class Findings {

    private final FindingStore store;
    private final DeviceStore devices;
    private final String tenantId;
    private final Instant now;
    private boolean isAnyOutstanding;

    Findings(FindingStore store, DeviceStore devices, String tenantId, Instant now) {
        this.store = store;
        this.devices = devices;
        this.tenantId = tenantId;
        this.now = now;
    }

    /** Whether a device waits for the publisher since. */
    boolean isAnyOutstanding() {
        return isAnyOutstanding;
    }

    private static boolean isMeant(Device device) {
        return device.isInScope() && device.facts().platform() == Platform.IOS;
    }

    /**
     * The app is on the device.
     *
     * @param isKnown whether it is noted
     * @return whether the device is enrolled and in scope, so that it counts there; else what is known of it has ended
     */
    boolean found(MatchedApps.App app, String deviceId, boolean isKnown) {
        if (!isKnown) {
            if (devices.find(tenantId, deviceId).filter(Findings::isMeant).isEmpty()) {
                return false;
            }
            store.note(tenantId, new Finding(app.key(), deviceId, app.name(), app.publisher()));
        }
        TraceEntry why = line(app.key(), deviceId, "denied-app-found", app.name(), app.publisher(), app.entry());
        Optional<Device> after = change(
                deviceId,
                device -> isMeant(device)
                        ? AppSyncThreats.found(device, app.key(), app.name(), app.publisher(), now)
                        : AppSyncThreats.ended(device, app.key(), now),
                why);
        boolean isOn = after.filter(Findings::isMeant).isPresent();
        if (!isOn) {
            store.drop(tenantId, new Place(app.key(), deviceId));
        }
        return isOn;
    }

    /** The app does not count there any more. */
    void ended(Finding finding, String why) {
        TraceEntry line = line(finding.appKey(), finding.deviceId(), why, finding.name(), finding.publisher(), null);
        change(finding.deviceId(), device -> AppSyncThreats.ended(device, finding.appKey(), now), line);
        store.drop(tenantId, finding.place());
    }

    private Optional<Device> change(String deviceId, UnaryOperator<Device> change, TraceEntry why) {
        Optional<DeviceStore.Changed> changed = devices.change(tenantId, deviceId, change, why);
        changed.ifPresent(done -> isAnyOutstanding |= done.outstanding());
        return changed.map(DeviceStore.Changed::after);
    }

    private TraceEntry line(
            String appKey,
            String deviceId,
            String what,
            String name,
            @Nullable String publisher,
            @Nullable DeniedApp entry) {
        return TraceEntry.of(
                now,
                TraceEntry.Kind.SYSTEM,
                "what",
                what,
                "app",
                name,
                "publisher",
                publisher,
                "matchedBy",
                "name",
                "reason",
                entry == null ? null : entry.reason(),
                "threat",
                AppSyncThreats.guidOf(deviceId, appKey));
    }
}
