package dev.mtdconnector.threat;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The threat classifications of the Mobile Risk API, and the level each has unless an administrator chooses another.
 *
 * <p>Of the default levels only the eight marked {@code published} are public (the vendor's policy page of 2016); the
 * others are this product's own proposal. A default that was released stays as it is: another one would change every
 * tenant's policy without a version of it. {@code docs/policy.md} has them all, with where they come from.
 */
public enum Classification {
    TROJAN(RiskLevel.HIGH, Type.APPLICATION, On.BOTH, true),
    WORM(RiskLevel.HIGH, Type.APPLICATION, On.BOTH, true),
    VIRUS(RiskLevel.HIGH, Type.APPLICATION, On.BOTH, true),
    EXPLOIT(RiskLevel.HIGH, Type.APPLICATION, On.BOTH, true),
    BACKDOOR(RiskLevel.HIGH, Type.APPLICATION, On.BOTH, true),
    BOT(RiskLevel.HIGH, Type.APPLICATION, On.BOTH, true),
    SURVEILLANCEWARE(RiskLevel.HIGH, Type.APPLICATION, On.BOTH, true),
    ACTIVE_MITM(RiskLevel.HIGH, Type.NETWORK, On.BOTH, true),
    ROOT_ENABLER(RiskLevel.HIGH, Type.APPLICATION, On.ANDROID),
    ROOT_JAILBREAK(RiskLevel.HIGH, Type.OS, On.BOTH),
    SPYWARE(RiskLevel.HIGH, Type.APPLICATION, On.BOTH),
    TOLL_FRAUD(RiskLevel.HIGH, Type.APPLICATION, On.ANDROID),
    ACCESS_CONTROL_VIOLATION(RiskLevel.HIGH, Type.OS, On.BOTH),
    PHISHING_CONTENT(RiskLevel.HIGH, Type.WEB_CONTENT, On.BOTH),
    MALICIOUS_CONTENT(RiskLevel.HIGH, Type.WEB_CONTENT, On.BOTH),
    CLICK_FRAUD(RiskLevel.MEDIUM, Type.APPLICATION, On.ANDROID),
    APP_DROPPER(RiskLevel.MEDIUM, Type.APPLICATION, On.BOTH),
    SPAM(RiskLevel.MEDIUM, Type.APPLICATION, On.ANDROID),
    CHARGEWARE(RiskLevel.MEDIUM, Type.APPLICATION, On.ANDROID),
    DATA_LEAK(RiskLevel.MEDIUM, Type.APPLICATION, On.BOTH),
    DENYLISTED_APP(RiskLevel.MEDIUM, Type.APPLICATION, On.BOTH),
    ROGUE_WIFI(RiskLevel.MEDIUM, Type.NETWORK, On.BOTH),
    ADWARE(RiskLevel.LOW, Type.APPLICATION, On.BOTH),
    RISKWARE(RiskLevel.LOW, Type.APPLICATION, On.BOTH),
    CONNECTIVITY(RiskLevel.LOW, Type.APPLICATION, On.BOTH),
    SIDELOADED_APP(RiskLevel.LOW, Type.APPLICATION, On.BOTH),
    NON_APP_STORE_SIGNER(RiskLevel.LOW, Type.CONFIGURATION, On.IOS),
    UNKNOWN(RiskLevel.LOW, Type.ANY, On.BOTH),
    NO_DEVICE_LOCK(RiskLevel.LOW, Type.CONFIGURATION, On.BOTH),
    UNENCRYPTED(RiskLevel.LOW, Type.CONFIGURATION, On.ANDROID),
    DEVELOPER_MODE_ENABLED(RiskLevel.LOW, Type.CONFIGURATION, On.BOTH),
    USB_DEBUGGING_ENABLED(RiskLevel.LOW, Type.CONFIGURATION, On.ANDROID),
    UNKNOWN_SOURCES_ENABLED(RiskLevel.LOW, Type.CONFIGURATION, On.ANDROID),
    OUT_OF_DATE_OS(RiskLevel.LOW, Type.CONFIGURATION, On.BOTH),
    UNAUTHORIZED_CONTENT(RiskLevel.LOW, Type.WEB_CONTENT, On.BOTH),
    DENYLISTED_CONTENT(RiskLevel.LOW, Type.WEB_CONTENT, On.BOTH),
    VULNERABILITY(RiskLevel.NONE, Type.APPLICATION, On.BOTH),
    PORT_SCAN(RiskLevel.NONE, Type.NETWORK, On.BOTH),
    GATEWAY_ADDRESS_CHANGE(RiskLevel.NONE, Type.NETWORK, On.BOTH),
    OUT_OF_DATE_ASPL(RiskLevel.NONE, Type.CONFIGURATION, On.ANDROID),
    AGENT_OUTDATED(RiskLevel.NONE, Type.CONFIGURATION, On.BOTH),
    VPN_NOT_ENABLED(RiskLevel.NONE, Type.CONFIGURATION, On.BOTH),
    SECURE_DNS_NOT_ENABLED(RiskLevel.NONE, Type.CONFIGURATION, On.BOTH),
    PCP_DISABLED(RiskLevel.NONE, Type.CONFIGURATION, On.BOTH),
    PCP_PAUSED(RiskLevel.NONE, Type.CONFIGURATION, On.BOTH),
    STORAGE_PERMISSION_NOT_ACCEPTED(RiskLevel.NONE, Type.CONFIGURATION, On.ANDROID),
    NOTIFICATION_PERMISSION_NOT_ACCEPTED(RiskLevel.NONE, Type.CONFIGURATION, On.BOTH),
    SMISHING_PERMISSIONS_NOT_ACCEPTED(RiskLevel.NONE, Type.CONFIGURATION, On.BOTH),
    DEVICE_ADMIN_NOT_ACTIVATED(RiskLevel.NONE, Type.CONFIGURATION, On.ANDROID);

    /** What a threat sits in, in the words of the API's {@code type}; a file counts as the application it belongs to. */
    public enum Type {
        APPLICATION,
        OS,
        NETWORK,
        CONFIGURATION,
        WEB_CONTENT,
        /** Of a threat that may be anything. */
        ANY;

        /** The word of our API. */
        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Where it occurs. */
    private enum On {
        ANDROID,
        IOS,
        BOTH
    }

    private final RiskLevel defaultLevel;
    private final Type type;
    private final On on;
    private final boolean published;

    Classification(RiskLevel defaultLevel, Type type, On on) {
        this(defaultLevel, type, on, false);
    }

    Classification(RiskLevel defaultLevel, Type type, On on, boolean published) {
        this.defaultLevel = defaultLevel;
        this.type = type;
        this.on = on;
        this.published = published;
    }

    public RiskLevel defaultLevel() {
        return defaultLevel;
    }

    public Type type() {
        return type;
    }

    /** The platforms it occurs on, in the words of the API. */
    public List<String> platforms() {
        return switch (on) {
            case ANDROID -> List.of("android");
            case IOS -> List.of("ios");
            case BOTH -> List.of("android", "ios");
        };
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
