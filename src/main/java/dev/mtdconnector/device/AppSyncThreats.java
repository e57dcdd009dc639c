package dev.mtdconnector.device;

import dev.mtdconnector.threat.Classification;
import dev.mtdconnector.threat.RiskLevel;
import dev.mtdconnector.threat.Threat;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Threats that app sync finds: a denied app among those that Intune detected on a device. Their guids are made of the device
 * and of the app's name and publisher, so they can meet neither the feed's nor the agent's.
 */
public final class AppSyncThreats {

    /** What the event ids of app sync's own words begin with. */
    private static final String EVENT = "app-sync:";

    private static final String OPENED = EVENT + "1";
    private static final String ENDED = EVENT + "3";

    /** Threats of app sync that ended and are remembered. */
    private static final int MOST_ENDED = 50;

    private static final int FORGOTTEN_AT_ONCE = 10;

    private AppSyncThreats() {}

    /** The guid of this app on this device; always the same. */
    public static String guidOf(String deviceId, String appKey) {
        return UUID.nameUUIDFromBytes(("app-sync\n" + deviceId + "\n" + appKey).getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    /** What the feed found has a guid of the vendor's for its device, whatever the ids of its events look like. */
    public static boolean isOfAppSync(Threat threat) {
        return threat.vendorGuid() == null && threat.eventId().startsWith(EVENT);
    }

    /** The device with the app found on it. Nothing changes when that is known. */
    public static Device found(Device device, String appKey, String name, @Nullable String publisher, Instant at) {
        String guid = guidOf(device.deviceId(), appKey);
        Threat known = device.threats().get(guid);
        if (known != null && known.status() == Threat.Status.OPEN) {
            return device;
        }
        Threat.Finding finding = new Threat.Finding(
                List.of(Classification.DENYLISTED_APP.name()),
                RiskLevel.MEDIUM,
                null,
                "APPLICATION",
                new Threat.Subject(name, null, publisher));
        return device.with(threat(guid, Threat.Status.OPEN, finding, known, at, OPENED));
    }

    /** The device with the app found no more. Nothing changes when it was not. */
    public static Device ended(Device device, String appKey, Instant at) {
        Threat known = device.threats().get(guidOf(device.deviceId(), appKey));
        if (known == null || known.status() != Threat.Status.OPEN) {
            return device;
        }
        return forgetting(device.with(threat(known.guid(), Threat.Status.RESOLVED, known.finding(), known, at, ENDED)));
    }

    private static Threat threat(
            String guid,
            Threat.Status status,
            Threat.Finding finding,
            @Nullable Threat known,
            Instant at,
            String eventId) {
        Instant later = known == null || at.isAfter(known.eventAt())
                ? at
                : known.eventAt().plus(Duration.ofMillis(1));
        return new Threat(guid, status, finding, later, later, eventId, null, null);
    }

    private static Device forgetting(Device device) {
        List<Threat> ended = device.threats().values().stream()
                .filter(threat -> isOfAppSync(threat) && threat.status() != Threat.Status.OPEN)
                .sorted(Comparator.comparing(Threat::eventAt))
                .toList();
        int tooMany = Math.max(0, Math.min(FORGOTTEN_AT_ONCE, ended.size() - MOST_ENDED));
        return device.without(
                ended.subList(0, tooMany).stream().map(Threat::guid).toList());
    }
}
