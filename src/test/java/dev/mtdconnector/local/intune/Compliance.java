package dev.mtdconnector.local.intune;

/** A device's compliance, as far as the threat rule decides it; names of Graph's {@code complianceState}. */
public enum Compliance {
    COMPLIANT("compliant"),
    NONCOMPLIANT("noncompliant"),
    /** The device is registered but not managed by Intune, which then does not judge it. */
    UNKNOWN("unknown");

    private final String wireName;

    Compliance(String wireName) {
        this.wireName = wireName;
    }

    /** Microsoft Graph's name. */
    public String wireName() {
        return wireName;
    }
}
