package dev.mtdconnector.local.intune;

import java.util.Arrays;
import java.util.Optional;

/**
 * The connector's status as Intune shows it; names of {@code mobileThreatPartnerTenantState}. Of Microsoft's six states
 * {@code error} comes only when the control API asks for it: how a partner reports it is not public.
 */
public enum ConnectorState {
    /** Never provisioned, or deprovisioned: the partner must talk to Intune. Messages are blocked (since 2308). */
    UNAVAILABLE("unavailable", "Unavailable"),
    /**
     * Set-up is not complete, and messages are blocked (since 2309). What completes it is not public: in this simulator
     * it is the first heartbeat after provisioning.
     */
    NOT_SET_UP("notSetUp", "Not set up"),
    /** Set-up is complete and no platform is switched on. */
    AVAILABLE("available", "Available"),
    /** Set-up is complete and at least one platform is switched on. */
    ENABLED("enabled", "Enabled"),
    /** No heartbeat for longer than the configured days: Intune ignores what the partner reported. */
    UNRESPONSIVE("unresponsive", "Unresponsive"),
    /** The partner reported an error. Blocks nothing. */
    ERROR("error", "Error");

    private final String wireName;
    private final String title;

    ConnectorState(String wireName, String title) {
        this.wireName = wireName;
        this.title = title;
    }

    static Optional<ConnectorState> ofWireName(String wireName) {
        return Arrays.stream(values())
                .filter(state -> state.wireName.equals(wireName))
                .findFirst();
    }

    /** Microsoft Graph's name of the state. */
    public String wireName() {
        return wireName;
    }

    /** The words that an administrator reads. */
    public String title() {
        return title;
    }

    boolean blocksMessages() {
        return this == UNAVAILABLE || this == NOT_SET_UP;
    }
}
