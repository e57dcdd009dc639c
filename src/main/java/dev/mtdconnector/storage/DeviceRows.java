package dev.mtdconnector.storage;

import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.Device.DirectoryFacts;
import dev.mtdconnector.device.Device.Feed;
import dev.mtdconnector.device.Platform;
import dev.mtdconnector.device.ThreatState;
import dev.mtdconnector.device.Told;
import dev.mtdconnector.threat.RiskLevel;
import dev.mtdconnector.threat.Threat;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A device as rows: one for the device and one for each of its threats, side by side, so that one range reads it whole.
 *
 * <p>Keys: {@code d|<device id>|0}, {@code d|<device id>|t|<threat guid>}.
 */
final class DeviceRows {

    private DeviceRows() {}

    static String key(String deviceId) {
        return Keys.join("d", deviceId, "0");
    }

    static String threatKey(String deviceId, String threatGuid) {
        return Keys.join("d", deviceId, "t", threatGuid);
    }

    static boolean isThreat(Row row) {
        return Keys.split(row.key()).size() == 4;
    }

    static String deviceId(Row row) {
        return Keys.split(row.key()).get(1);
    }

    static Row row(String partition, Device device) {
        DirectoryFacts facts = device.facts();
        Device.Departure departure = device.departure();
        Told told = device.told();
        Told.Held held = told.held();
        return Row.of(
                partition,
                key(facts.deviceId()),
                Columns.ofRow()
                        .text("objectId", facts.objectId())
                        .text("displayName", facts.displayName())
                        .text("platform", facts.platform().name())
                        .text("osVersion", facts.osVersion())
                        .text("model", facts.model())
                        .flag("managed", facts.managed())
                        .text("userId", facts.userId())
                        .text("userPrincipalName", facts.userPrincipalName())
                        .text("ownership", facts.ownership())
                        .instant("registeredAt", facts.registeredAt())
                        .text("intuneId", facts.intuneId())
                        .text("activation", device.activation().name())
                        .instant("activatedAt", device.activatedAt())
                        .instant("healthAt", device.healthAt())
                        .text("agentVersion", device.agent().version())
                        .text("agentOsVersion", device.agent().osVersion())
                        .text("agentPatchLevel", device.agent().patchLevel())
                        .text("agentFlags", AgentColumns.flags(device.agent().flags()))
                        .instant("lastCheckInAt", device.agent().lastCheckInAt())
                        .instant("disconnectedAt", device.agent().disconnectedAt())
                        .text("parentDeviceId", device.agent().parentDeviceId())
                        .instant("ownerAskedAt", device.agent().ownerAskedAt())
                        .text("vendorGuid", device.feed().vendorGuid())
                        .instant("feedEventAt", device.feed().eventAt())
                        .text("feedEventId", device.feed().eventId())
                        .instant("forgottenUntil", device.feed().forgottenUntil())
                        .text("feedSecurity", device.feed().securityStatus())
                        .text("toldState", nameOf(told.state()))
                        .text("toldMessageId", told.messageId())
                        .instant("toldOrderedAt", told.orderedAt())
                        .instant("toldConfirmedAt", told.confirmedAt())
                        .text("toldTarget", told.target())
                        .text("toldKnown", nameOf(told.known()))
                        .text("observed", nameOf(told.observed()))
                        .instant("worseSince", told.worseSince())
                        .instant("tellNotBefore", told.notBefore())
                        .text("heldState", held == null ? null : held.state().wireName())
                        .count("heldSet", held == null ? 0 : held.set())
                        .count("toldFailures", told.failures())
                        .flag("toldStranded", told.isStranded() ? true : null)
                        .instant("departedAt", departure == null ? null : departure.at())
                        .flag("deletedOnDeparture", departure == null ? null : departure.isDeleted())
                        .text("supersededBy", departure == null ? null : departure.supersededBy())
                        .map());
    }

    /** A device from its row and its threats' rows, in any order. */
    static Device device(Row row, List<Row> threatRows) {
        Map<String, Threat> threats = new HashMap<>();
        for (Row threatRow : threatRows) {
            Threat threat = threat(threatRow);
            threats.put(threat.guid(), threat);
        }
        return new Device(
                new DirectoryFacts(
                        deviceId(row),
                        row.requiredText("objectId"),
                        row.text("displayName"),
                        Platform.valueOf(row.requiredText("platform")),
                        row.text("osVersion"),
                        row.text("model"),
                        (Boolean) row.properties().get("managed"),
                        row.requiredText("userId"),
                        row.text("userPrincipalName"),
                        row.text("ownership"),
                        row.instant("registeredAt"),
                        row.text("intuneId")),
                Device.Activation.valueOf(row.requiredText("activation")),
                row.instant("activatedAt"),
                row.instant("healthAt"),
                AgentColumns.agent(row),
                new Feed(
                        row.text("vendorGuid"),
                        row.instant("feedEventAt"),
                        row.text("feedEventId"),
                        row.instant("forgottenUntil"),
                        row.text("feedSecurity")),
                threats,
                told(row),
                departure(row));
    }

    private static Told told(Row row) {
        ThreatState state = stateOf(row.text("toldState"));
        Instant confirmedAt = row.instant("toldConfirmedAt");
        ThreatState known = stateOf(row.text("toldKnown"));
        ThreatState heldState = stateOf(row.text("heldState"));
        return new Told(
                state,
                row.text("toldMessageId"),
                row.instant("toldOrderedAt"),
                confirmedAt,
                row.text("toldTarget"),
                // Rows of the version before do not say it; what was confirmed is known.
                known == null && confirmedAt != null ? state : known,
                stateOf(row.text("observed")),
                row.instant("worseSince"),
                row.instant("tellNotBefore"),
                heldState == null ? null : new Told.Held((int) row.number("heldSet", 0), heldState),
                (int) row.number("toldFailures", 0),
                row.flag("toldStranded"));
    }

    private static Device.@Nullable Departure departure(Row row) {
        Instant at = row.instant("departedAt");
        return at == null ? null : new Device.Departure(at, row.flag("deletedOnDeparture"), row.text("supersededBy"));
    }

    static Row row(String partition, String deviceId, Threat threat) {
        Threat.Ignored ignored = threat.ignored();
        return Row.of(
                partition,
                threatKey(deviceId, threat.guid()),
                Columns.ofRow()
                        .text("status", threat.status().name())
                        .text("classifications", String.join(" ", threat.classifications()))
                        .text("severity", threat.severity().name())
                        .text("feedLevel", feedLevel(threat))
                        .text("type", threat.type())
                        .instant("openedAt", threat.openedAt())
                        .instant("eventAt", threat.eventAt())
                        .text("eventId", threat.eventId())
                        .text("ignoredBy", ignored == null ? null : ignored.by())
                        .text("ignoredReason", ignored == null ? null : ignored.reason())
                        .instant("ignoredAt", ignored == null ? null : ignored.at())
                        .instant("ignoredEventAt", ignored == null ? null : ignored.eventAt())
                        .text("vendorGuid", threat.vendorGuid())
                        .map());
    }

    private static Threat threat(Row row) {
        String classifications = row.requiredText("classifications");
        return new Threat(
                Keys.split(row.key()).get(3),
                Threat.Status.valueOf(row.requiredText("status")),
                new Threat.Finding(
                        classifications.isEmpty() ? List.of() : List.of(classifications.split(" ", -1)),
                        RiskLevel.valueOf(row.requiredText("severity")),
                        feedLevel(row),
                        row.requiredText("type"),
                        Threat.Subject.UNKNOWN),
                row.requiredInstant("openedAt"),
                row.requiredInstant("eventAt"),
                row.requiredText("eventId"),
                row.text("vendorGuid"),
                ignored(row));
    }

    /** Empty where a feed found it and did not rate it: that the column is missing says that the row is older than it. */
    private static @Nullable String feedLevel(Threat threat) {
        String level = threat.finding().feedLevel();
        return level == null && threat.vendorGuid() != null ? "" : level;
    }

    /** Of a row from before the feed's word was kept: the severity that the word stood for, which is nearly always it. */
    private static @Nullable String feedLevel(Row row) {
        String level = row.text("feedLevel");
        if (level == null && row.text("vendorGuid") != null) {
            return row.requiredText("severity");
        }
        return level == null || level.isEmpty() ? null : level;
    }

    private static Threat.@Nullable Ignored ignored(Row row) {
        String by = row.text("ignoredBy");
        return by == null
                ? null
                : new Threat.Ignored(
                        by,
                        row.requiredText("ignoredReason"),
                        row.requiredInstant("ignoredAt"),
                        row.requiredInstant("ignoredEventAt"));
    }

    private static @Nullable String nameOf(@Nullable ThreatState state) {
        return state == null ? null : state.wireName();
    }

    private static @Nullable ThreatState stateOf(@Nullable String name) {
        return name == null ? null : ThreatState.ofWireName(name);
    }
}
