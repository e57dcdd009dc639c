package dev.mtdconnector.device;

import dev.mtdconnector.threat.RiskLevel;
import dev.mtdconnector.threat.Threat;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * Threats that the agent itself reports. Their guids are made of the device and of what the agent calls them, so they
 * cannot meet those of the feed: whatever an agent says, it does not end what the feed found.
 */
final class AgentThreats {

    static final String CONFIGURATION = "CONFIGURATION";

    /** What the event ids of an agent's own words begin with. */
    private static final String EVENT = "agent:";

    private AgentThreats() {}

    /** The guid of what this agent calls so; always the same. */
    static String guidOf(String deviceId, String name) {
        return UUID.nameUUIDFromBytes((deviceId + "\n" + name).getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    static String guidOf(String deviceId, ConfigurationFlag flag) {
        return guidOf(deviceId, "flag\n" + flag.classification().name());
    }

    static Threat of(ConfigurationFlag flag, String guid, Threat.Status status, Instant at) {
        List<String> classifications = List.of(flag.classification().name());
        return new Threat(guid, status, classifications, RiskLevel.LOW, CONFIGURATION, at, at, eventId(status));
    }

    /** Of two words of the same time the one that ends the threat counts, so its id is the greater. */
    static String eventId(Threat.Status status) {
        return EVENT
                + switch (status) {
                    case OPEN -> "1";
                    case IGNORED -> "2";
                    case RESOLVED -> "3";
                };
    }

    static boolean isOfAgent(Threat threat) {
        return threat.eventId().startsWith(EVENT);
    }

    /** The threat as over, unless it is already. */
    static Threat ended(Threat threat, Instant at) {
        if (threat.status() == Threat.Status.RESOLVED) {
            return threat;
        }
        Instant later = at.isAfter(threat.eventAt()) ? at : threat.eventAt().plusMillis(1);
        return threat.and(new Threat(
                threat.guid(),
                Threat.Status.RESOLVED,
                threat.classifications(),
                threat.severity(),
                threat.type(),
                later,
                later,
                eventId(Threat.Status.RESOLVED)));
    }
}
