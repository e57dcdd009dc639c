package dev.mtdconnector.local.page;

import dev.mtdconnector.local.intune.SimulatedIntune;
import dev.mtdconnector.local.risk.RiskThreat;
import java.time.Instant;
import java.util.List;

/**
 * What the page shows, read at one moment.
 *
 * @param devices the first of all, those with a report first; {@code deviceCount} is the number of all
 * @param groups the first of all; {@code groupCount} is the number of all
 * @param messages the newest; {@code messageCount} is the number of all
 */
record World(
        String tenantName,
        String tenantId,
        Instant now,
        SimulatedIntune.Connector connector,
        List<DeviceRow> devices,
        int deviceCount,
        List<RegistrationRow> registrations,
        List<GroupRow> groups,
        int groupCount,
        List<SimulatedIntune.ReceivedMessage> messages,
        int messageCount,
        int mailCount,
        Vendor vendor) {

    /**
     * The vendor's cloud.
     *
     * @param events of the last ten days
     * @param threats the newest that are open; {@code openCount} is the number of all
     */
    record Vendor(int deviceCount, int activeCount, int events, List<RiskThreat> threats, int openCount) {}

    /** A device, who owns it, what Intune says of it. */
    record DeviceRow(String name, String owner, String system, SimulatedIntune.DeviceStatus status) {}

    /** An app registration of the connector; {@code missing} roles are declared and not granted. */
    record RegistrationRow(
            String name, String clientId, boolean consented, List<String> granted, List<String> missing) {}

    /** A group; {@code members} are the first names of {@code memberCount}. */
    record GroupRow(String name, String id, List<String> members, int memberCount) {}
}
