package dev.mtdconnector.intake;

import dev.mtdconnector.intake.Event.Unknown;
import dev.mtdconnector.threat.Classification;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The words that the Mobile Risk API is documented to use, and those that its live events have beside them. A feed learns
 * new ones at any time: they are let pass and remembered.
 */
final class Vocabulary {

    static final Set<String> TYPES = Set.of("DEVICE", "THREAT", "AUDIT", "SMISHING_ALERT");

    private static final int LONGEST_WORD = 60;
    private static final int MOST_OF_AN_EVENT = 10;

    private static final Map<String, Set<String>> WORDS = Map.ofEntries(
            Map.entry("type", TYPES),
            Map.entry("change_type", Set.of("CREATED", "UPDATED", "DELETED", "PURGED")),
            Map.entry("actor.type", Set.of("ADMIN", "DEVICE", "SYSTEM")),
            Map.entry(
                    "target.type",
                    Set.of(
                            "ADMIN",
                            "ENTERPRISE",
                            "DEVICE",
                            "THREAT",
                            "CONNECTOR",
                            "ORGANIZATION",
                            "COMMERCIAL_PARTNER",
                            "APPLICATION",
                            "IDP",
                            "SMISHING_ALERT")),
            Map.entry("device.platform", Set.of("ANDROID", "IOS")),
            Map.entry("device.profile_type", Set.of("WORK", "PERSONAL")),
            Map.entry("device.status.activation_status", Set.of("ACTIVATED", "DEACTIVATED", "PENDING")),
            Map.entry("device.status.protection_status", Set.of("PROTECTED", "DISCONNECTED")),
            Map.entry(
                    "device.status.security_status", Set.of("SECURE", "THREATS_LOW", "THREATS_MEDIUM", "THREATS_HIGH")),
            Map.entry("threat.status", Set.of("OPEN", "RESOLVED", "IGNORED")),
            Map.entry("threat.severity", Set.of("NONE", "ADVISORY", "LOW", "MEDIUM", "HIGH")),
            Map.entry("threat.type", Set.of("APPLICATION", "FILE", "OS", "NETWORK", "CONFIGURATION", "WEB_CONTENT")),
            Map.entry(
                    "audit.type",
                    Set.of(
                            "ADMIN",
                            "EMAIL_INVITE",
                            "CLASSIFICATION_POLICY",
                            "DENYLIST_POLICY",
                            "ALLOWLIST_POLICY",
                            "ENTERPRISE",
                            "ENTERPRISE_FEATURE",
                            "ADMIN_LOGIN",
                            "ADMIN_LOGOUT",
                            "MDM_CONNECTOR",
                            "TENANCY",
                            "POLICY_CHANGE",
                            "DEVICE_GROUP_CHANGE",
                            "DEVICE",
                            "THREAT",
                            "EXPORT",
                            "PRODUCT_SETTINGS",
                            "ORGANIZATION",
                            "ORGANIZATION_TENANCY",
                            "SSO",
                            "POLICY_GROUP_CHANGE",
                            "COMMERCIAL_PARTNER",
                            "COMMERCIAL_PARTNER_TENANCY",
                            "APPLICATION",
                            "IDP",
                            "CUSTOM_THREAT_MESSAGE")),
            Map.entry("smishing_alert.detections.alert_type", Set.of("FRAUD_DETECTION", "URL_DETECTION")),
            Map.entry(
                    "smishing_alert.detections.category",
                    Set.of(
                            "UNKNOWN_URL_CATEGORY",
                            "EMBEDDED_PHISHING_URL",
                            "MALICIOUS_CONTENT",
                            "UNKNOWN_FRAUD_CATEGORY",
                            "CEO_FRAUD")));

    private final List<Unknown> unknown = new ArrayList<>();

    /** Notes the word if it is not one of the field's; an empty one is none. */
    void hear(String field, String word) {
        Set<String> words = WORDS.getOrDefault(field, Set.of());
        if (!word.isEmpty() && !words.contains(word)) {
            note(field, word);
        }
    }

    void hearClassification(String name) {
        if (Classification.ofName(name).isEmpty()) {
            note("threat.classifications", name);
        }
    }

    private void note(String field, String word) {
        String safe = word.replaceAll("[^A-Za-z0-9_.-]", "?");
        Unknown one = new Unknown(field, safe.length() > LONGEST_WORD ? safe.substring(0, LONGEST_WORD) : safe);
        if (unknown.size() < MOST_OF_AN_EVENT && !unknown.contains(one)) {
            unknown.add(one);
        }
    }

    List<Unknown> unknown() {
        return List.copyOf(unknown);
    }
}
