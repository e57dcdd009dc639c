package dev.mtdconnector.intake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mtdconnector.signin.Secrets;
import dev.mtdconnector.tenant.Tenant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes events as Mobile Risk API v2 says them, for formats of other vendors. Checks nothing: what is written here is read
 * like an event that came from outside, by the same rules.
 */
public final class RiskEvents {

    private final Tenant tenant;

    public RiskEvents(Tenant tenant) {
        this.tenant = tenant;
    }

    /**
     * A GUID that follows from what a vendor calls something, always the same. It has the version that RFC 9562 leaves to
     * everybody (8), so that nobody takes it for a GUID of the Mobile Risk API.
     *
     * @param feed tells the ids of one feed from those of another
     * @param kind of what it is the id, a fixed word
     */
    public static String guid(String feed, String kind, String id) {
        String hash = Secrets.hash(feed + "\n" + kind + "\n" + id);
        return hash.substring(0, 8) + "-" + hash.substring(8, 12) + "-8" + hash.substring(13, 16) + "-8"
                + hash.substring(17, 20) + "-" + hash.substring(20, 32);
    }

    /** Whether it is a GUID that {@link #guid} made. */
    public static boolean isDerived(String guid) {
        return guid.length() == 36 && guid.charAt(14) == '8';
    }

    /**
     * What the vendor calls a device.
     *
     * @param guid as {@link #guid} makes it of the vendor's id
     * @param entraDeviceId null when the vendor does not know it
     */
    public record DeviceName(String guid, @Nullable String entraDeviceId) {}

    /**
     * A threat as the vendor found it.
     *
     * @param guid a GUID
     * @param status OPEN, RESOLVED, IGNORED; another word is kept and changes no device
     * @param severity NONE, ADVISORY, LOW, MEDIUM, HIGH; another word counts as LOW
     * @param classifications names of letters, digits and underlines
     * @param type APPLICATION, FILE, OS, NETWORK, CONFIGURATION, WEB_CONTENT; null when it is not known
     */
    public record Found(
            String guid,
            String status,
            String severity,
            List<String> classifications,
            @Nullable String type) {
        public Found {
            classifications = List.copyOf(classifications);
        }
    }

    /**
     * A threat came, changed or went.
     *
     * @param id 1 to 100 printable ASCII characters, the same when the event is sent again
     * @param time with an offset
     */
    public JsonNode threat(String id, String time, DeviceName device, Found found) {
        ObjectNode event = event(id, time, "THREAT", device);
        naming(event.putObject("device"), device);
        ObjectNode threat = event.putObject("threat");
        threat.put("guid", found.guid());
        threat.put("status", found.status());
        threat.put("severity", found.severity());
        if (found.type() != null) {
            threat.put("type", found.type());
        }
        found.classifications().forEach(threat.putArray("classifications")::add);
        return event;
    }

    /**
     * The vendor's agent came to a device, or left it.
     *
     * @param id as that of a threat, and another than that of an event on a threat
     */
    public JsonNode device(String id, String time, DeviceName device, boolean isActivated) {
        ObjectNode event = event(id, time, "DEVICE", device);
        ObjectNode change = event.putObject("device");
        change.put("guid", device.guid());
        naming(change, device);
        ObjectNode status = change.putObject("status");
        status.put("activation_status", isActivated ? "ACTIVATED" : "DEACTIVATED");
        if (isActivated) {
            status.put("protection_status", "PROTECTED");
        }
        return event;
    }

    /** Something of which only a record is kept. */
    public JsonNode other(String id, String time) {
        return event(id, time, "OTHER", null);
    }

    private ObjectNode event(String id, String time, String type, @Nullable DeviceName device) {
        ObjectNode event = JsonNodeFactory.instance.objectNode();
        event.put("id", id);
        event.put("enterprise_guid", tenant.enterpriseGuid());
        event.put("created_time", time);
        event.put("type", type);
        if (device != null) {
            event.putObject("actor").put("type", "DEVICE").put("guid", device.guid());
        }
        return event;
    }

    private static void naming(ObjectNode change, DeviceName device) {
        if (device.entraDeviceId() != null) {
            change.putObject("info").put("external_id", device.entraDeviceId());
        }
    }
}
