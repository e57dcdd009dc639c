package dev.mtdconnector.device;

import dev.mtdconnector.threat.RiskLevel;
import dev.mtdconnector.threat.Threat;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Threats that the agent itself reports. Their guids are made of the device and of what the agent calls them, so they
 * cannot meet those of the feed: whatever an agent says, it does not end what the feed found.
 */
final class AgentThreats {

    static final String CONFIGURATION = "CONFIGURATION";

    /** What the event ids of an agent's own words begin with. */
    private static final String EVENT = "agent:";

    /** Threats of a device's agent that ended and are remembered. */
    static final int MOST_ENDED = 100;

    /** More than come with one report, and few enough for one transaction. */
    private static final int FORGOTTEN_AT_ONCE = 60;

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
        return new Threat(
                guid,
                status,
                new Threat.Finding(classifications, RiskLevel.LOW, CONFIGURATION),
                at,
                at,
                eventId(status),
                null,
                null);
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

    /** What the feed found has a guid of the vendor's for its device, whatever the ids of its events look like. */
    static boolean isOfAgent(Threat threat) {
        return threat.vendorGuid() == null && threat.eventId().startsWith(EVENT);
    }

    /**
     * Without the oldest of the agent's threats that ended, where they are too many. The feed's are another matter: an agent
     * that reports much must not make the device forget those.
     */
    static Device forgetting(Device device) {
        List<Threat> ended = device.threats().values().stream()
                .filter(threat -> isOfAgent(threat) && threat.status() != Threat.Status.OPEN)
                .sorted(Comparator.comparing(Threat::eventAt))
                .toList();
        int tooMany = Math.max(0, Math.min(FORGOTTEN_AT_ONCE, ended.size() - MOST_ENDED));
        return device.without(
                ended.subList(0, tooMany).stream().map(Threat::guid).toList());
    }

    /** The threats of a device, those of its agent over. */
    static Map<String, Threat> allEnded(Map<String, Threat> threats, Instant at) {
        Map<String, Threat> left = new TreeMap<>(threats);
        left.replaceAll((guid, threat) -> isOfAgent(threat) ? ended(threat, at) : threat);
        return left;
    }

    /** The threat as over, unless it is already; at this time, or just after what is known of it where that is later. */
    static Threat ended(Threat threat, Instant at) {
        if (threat.status() != Threat.Status.OPEN) {
            return threat;
        }
        Instant later = at.isAfter(threat.eventAt()) ? at : threat.eventAt().plusMillis(1);
        return threat.and(new Threat(
                threat.guid(),
                Threat.Status.RESOLVED,
                new Threat.Finding(threat.classifications(), threat.severity(), threat.type()),
                later,
                later,
                eventId(Threat.Status.RESOLVED),
                null,
                null));
    }
}
