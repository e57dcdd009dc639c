package dev.mtdconnector.local.risk;

import java.util.Set;

/** What a threat is about; each classification has one here, though applications and files share theirs. */
public enum ThreatKind {
    APPLICATION,
    FILE,
    OS,
    NETWORK,
    CONFIGURATION,
    WEB_CONTENT;

    private static final Set<String> OF_NETWORK =
            Set.of("ACTIVE_MITM", "ROGUE_WIFI", "PORT_SCAN", "GATEWAY_ADDRESS_CHANGE");
    private static final Set<String> OF_OS = Set.of("ROOT_JAILBREAK", "ACCESS_CONTROL_VIOLATION");
    private static final Set<String> OF_WEB =
            Set.of("PHISHING_CONTENT", "MALICIOUS_CONTENT", "UNAUTHORIZED_CONTENT", "DENYLISTED_CONTENT");
    private static final Set<String> OF_CONFIGURATION = Set.of(
            "NON_APP_STORE_SIGNER",
            "NO_DEVICE_LOCK",
            "UNENCRYPTED",
            "DEVELOPER_MODE_ENABLED",
            "USB_DEBUGGING_ENABLED",
            "UNKNOWN_SOURCES_ENABLED",
            "OUT_OF_DATE_OS",
            "OUT_OF_DATE_ASPL",
            "AGENT_OUTDATED",
            "VPN_NOT_ENABLED",
            "SECURE_DNS_NOT_ENABLED",
            "PCP_DISABLED",
            "PCP_PAUSED",
            "STORAGE_PERMISSION_NOT_ACCEPTED",
            "NOTIFICATION_PERMISSION_NOT_ACCEPTED",
            "SMISHING_PERMISSIONS_NOT_ACCEPTED",
            "DEVICE_ADMIN_NOT_ACTIVATED");

    /** The kind of a classification; what is not listed is taken for an application's. */
    public static ThreatKind of(String classification) {
        if (OF_NETWORK.contains(classification)) {
            return NETWORK;
        }
        if (OF_OS.contains(classification)) {
            return OS;
        }
        if (OF_WEB.contains(classification)) {
            return WEB_CONTENT;
        }
        return OF_CONFIGURATION.contains(classification) ? CONFIGURATION : APPLICATION;
    }
}
