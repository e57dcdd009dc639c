package dev.mtdconnector.threat;

import java.util.Optional;

/**
 * The threat classifications of the Mobile Risk API and the level each has unless an administrator chooses another.
 *
 * <p>Of the default levels only the eight marked {@code published} are public (the vendor's policy page of 2016); the
 * others are this product's own proposal.
 */
public enum Classification {
    TROJAN(RiskLevel.HIGH, true),
    WORM(RiskLevel.HIGH, true),
    VIRUS(RiskLevel.HIGH, true),
    EXPLOIT(RiskLevel.HIGH, true),
    BACKDOOR(RiskLevel.HIGH, true),
    BOT(RiskLevel.HIGH, true),
    SURVEILLANCEWARE(RiskLevel.HIGH, true),
    ACTIVE_MITM(RiskLevel.HIGH, true),
    ROOT_ENABLER(RiskLevel.HIGH),
    ROOT_JAILBREAK(RiskLevel.HIGH),
    SPYWARE(RiskLevel.HIGH),
    TOLL_FRAUD(RiskLevel.HIGH),
    ACCESS_CONTROL_VIOLATION(RiskLevel.HIGH),
    PHISHING_CONTENT(RiskLevel.HIGH),
    MALICIOUS_CONTENT(RiskLevel.HIGH),
    CLICK_FRAUD(RiskLevel.MEDIUM),
    APP_DROPPER(RiskLevel.MEDIUM),
    SPAM(RiskLevel.MEDIUM),
    CHARGEWARE(RiskLevel.MEDIUM),
    DATA_LEAK(RiskLevel.MEDIUM),
    DENYLISTED_APP(RiskLevel.MEDIUM),
    ROGUE_WIFI(RiskLevel.MEDIUM),
    ADWARE(RiskLevel.LOW),
    RISKWARE(RiskLevel.LOW),
    CONNECTIVITY(RiskLevel.LOW),
    SIDELOADED_APP(RiskLevel.LOW),
    NON_APP_STORE_SIGNER(RiskLevel.LOW),
    UNKNOWN(RiskLevel.LOW),
    NO_DEVICE_LOCK(RiskLevel.LOW),
    UNENCRYPTED(RiskLevel.LOW),
    DEVELOPER_MODE_ENABLED(RiskLevel.LOW),
    USB_DEBUGGING_ENABLED(RiskLevel.LOW),
    UNKNOWN_SOURCES_ENABLED(RiskLevel.LOW),
    OUT_OF_DATE_OS(RiskLevel.LOW),
    UNAUTHORIZED_CONTENT(RiskLevel.LOW),
    DENYLISTED_CONTENT(RiskLevel.LOW),
    VULNERABILITY(RiskLevel.NONE),
    PORT_SCAN(RiskLevel.NONE),
    GATEWAY_ADDRESS_CHANGE(RiskLevel.NONE),
    OUT_OF_DATE_ASPL(RiskLevel.NONE),
    AGENT_OUTDATED(RiskLevel.NONE),
    VPN_NOT_ENABLED(RiskLevel.NONE),
    SECURE_DNS_NOT_ENABLED(RiskLevel.NONE),
    PCP_DISABLED(RiskLevel.NONE),
    PCP_PAUSED(RiskLevel.NONE),
    STORAGE_PERMISSION_NOT_ACCEPTED(RiskLevel.NONE),
    NOTIFICATION_PERMISSION_NOT_ACCEPTED(RiskLevel.NONE),
    SMISHING_PERMISSIONS_NOT_ACCEPTED(RiskLevel.NONE),
    DEVICE_ADMIN_NOT_ACTIVATED(RiskLevel.NONE);

    private final RiskLevel defaultLevel;
    private final boolean published;

    Classification(RiskLevel defaultLevel) {
        this(defaultLevel, false);
    }

    Classification(RiskLevel defaultLevel, boolean published) {
        this.defaultLevel = defaultLevel;
        this.published = published;
    }

    public RiskLevel defaultLevel() {
        return defaultLevel;
    }

    /** True when the default level is the vendor's published one, false when it is ours. */
    public boolean isPublished() {
        return published;
    }

    /** The classification of this name, the names of the API's first version included; empty when it is not known. */
    public static Optional<Classification> ofName(String name) {
        String current = switch (name) {
            case "SURVEILLANCE" -> "SURVEILLANCEWARE";
            case "SPY" -> "SPYWARE";
            case "BLACKLISTED_APP" -> "DENYLISTED_APP";
            default -> name;
        };
        for (Classification classification : values()) {
            if (classification.name().equals(current)) {
                return Optional.of(classification);
            }
        }
        return Optional.empty();
    }
}
