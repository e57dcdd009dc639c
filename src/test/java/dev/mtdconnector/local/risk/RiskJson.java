package dev.mtdconnector.local.risk;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mtdconnector.local.http.Json;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Devices and threats as events and lists show them. */
final class RiskJson {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd'T'HH:mm:ss.SSSxxx", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final String CONNECTOR = "432293";

    private final Set<RiskRule> off;

    RiskJson(Set<RiskRule> off) {
        this.off = off;
    }

    /** Milliseconds and an offset, as {@code 2025-02-20T09:55:18.817+00:00}. */
    static @Nullable String time(@Nullable Instant instant) {
        return instant == null ? null : TIME.format(instant);
    }

    /** The block of a DEVICE event. */
    ObjectNode change(RiskDevice device) {
        ObjectNode node = Json.object()
                .put("guid", device.guid())
                .put("platform", device.platform())
                .put("profile_type", "WORK");
        ObjectNode info = node.putObject("info");
        putUnlessNull(info, "email", device.email());
        putUnlessNull(info, "external_id", device.externalId());
        if (device.externalId() != null) {
            info.put("mdm_connector_id", CONNECTOR).put("mdm_type", "INTUNE");
        }
        statuses(node.putObject("status"), device);
        hardware(node, device);
        return node;
    }

    /** An item of the list of devices. */
    ObjectNode listed(RiskDevice device) {
        ObjectNode node = Json.object()
                .put("guid", device.guid())
                .put("oid", device.oid())
                .put("platform", device.platform())
                .put("profile_type", "WORK")
                .put("email", device.email())
                .put("activated_at", time(device.activatedAt()))
                .put("deactivated_at", time(device.deactivatedAt()))
                .put("disconnected_at", time(device.disconnectedAt()))
                .put("checkin_time", time(device.updatedAt()))
                .put("updated_time", time(device.updatedAt()));
        statuses(node, device);
        ObjectNode details = node.putObject("details");
        putUnlessNull(details, "external_id", device.externalId());
        if (device.externalId() != null) {
            details.put("mdm_connector_id", CONNECTOR);
            node.put("mdm_type", "INTUNE");
        }
        hardware(node, device);
        return node;
    }

    private void statuses(ObjectNode node, RiskDevice device) {
        node.put("activation_status", device.activation());
        boolean active = device.activation().equals(RiskDevice.ACTIVATED);
        if (active || off.contains(RiskRule.STATUS_ONLY_WHEN_ACTIVE)) {
            node.put("protection_status", device.connected() ? "PROTECTED" : "DISCONNECTED");
        }
        if (device.isProtected() || off.contains(RiskRule.STATUS_ONLY_WHEN_ACTIVE)) {
            node.put("security_status", device.securityStatus());
        }
    }

    private static void hardware(ObjectNode node, RiskDevice device) {
        boolean apple = device.platform().equals("IOS");
        node.putObject("hardware")
                .put("manufacturer", apple ? "Apple" : "samsung")
                .put("model", apple ? "iPhone16,2" : "sm-a346b");
        ObjectNode software = node.putObject("software").put("os_version", device.osVersion());
        if (!apple) {
            software.put("security_patch_level", "2026-11-01");
        }
        node.putObject("client")
                .put("package_name", apple ? "com.lookout.work" : "com.lookout.enterprise")
                .put("package_version", "9.1.1.1517");
    }

    /** The block of a THREAT event. */
    ObjectNode change(RiskThreat threat) {
        ObjectNode node = Json.object()
                .put("guid", threat.guid())
                .put("status", threat.status())
                .put("severity", threat.severity().name())
                .put("type", threat.kind().name());
        var classifications = node.putArray("classifications");
        threat.classifications().forEach(classifications::add);
        if (threat.status().equals(RiskThreat.RESOLVED) && !off.contains(RiskRule.RESOLVED_REPEATS_ASSESSMENTS)) {
            var assessments = node.putArray("assessments");
            threat.classifications()
                    .forEach(one -> assessments
                            .addObject()
                            .put("classification", one)
                            .put("risk", threat.severity().name()));
        }
        node.set("details", threat.details());
        return node;
    }

    /** An item of the list of threats. */
    ObjectNode listed(RiskThreat threat, @Nullable RiskDevice device) {
        ObjectNode node = Json.object()
                .put("guid", threat.guid())
                .put("oid", threat.oid())
                .put("type", threat.kind().name())
                .put("status", threat.status())
                .put("risk", threat.severity().name())
                .put("created_time", time(threat.detectedAt()))
                .put("detected_at", time(threat.detectedAt()))
                .put("resolved_at", time(threat.resolvedAt()));
        var classifications = node.putArray("classifications");
        threat.classifications().forEach(classifications::add);
        node.set("details", threat.details());
        ObjectNode of = node.putObject("device").put("guid", threat.deviceGuid());
        if (device != null) {
            putUnlessNull(of, "email", device.email());
            putUnlessNull(of.putObject("details"), "external_id", device.externalId());
        }
        return node;
    }

    private static void putUnlessNull(ObjectNode node, String name, @Nullable String value) {
        if (value != null) {
            node.put(name, value);
        }
    }
}
