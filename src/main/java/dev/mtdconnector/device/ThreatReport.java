package dev.mtdconnector.device;

import dev.mtdconnector.threat.RiskLevel;
import dev.mtdconnector.threat.Threat;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an agent says of one threat.
 *
 * @param name what the agent calls the threat: a guid of its own, or what it found and where; the same name on the same
 *     device is the same threat
 * @param at when that was so; null for now, and then saying again what is known says nothing
 */
public record ThreatReport(
        String name,
        Threat.Status status,
        List<String> classifications,
        String type,
        RiskLevel severity,
        @Nullable Instant at) {

    public ThreatReport {
        classifications = List.copyOf(classifications);
    }

    /** The guid under which the threat is kept, and shown. */
    String guidOn(String deviceId) {
        return AgentThreats.guidOf(deviceId, name);
    }

    Device on(Device device, Instant now) {
        String guid = guidOn(device.deviceId());
        Threat known = device.threats().get(guid);
        boolean isKnown = known != null
                && known.status() == status
                && known.classifications().equals(classifications)
                && known.type().equals(type)
                && known.severity() == severity;
        if (at == null && isKnown) {
            return device;
        }
        Instant time = at == null ? now : at;
        String eventId = AgentThreats.eventId(status);
        return device.with(new Threat(
                guid, status, new Threat.Finding(classifications, severity, type), time, time, eventId, null, null));
    }
}
