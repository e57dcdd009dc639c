package dev.mtdconnector.local.intune;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the tenant's Intune administrator chose for the connector.
 *
 * @param connected the platforms that are switched on
 * @param rule the compliance rule; null when there is none
 */
public record AdminSettings(
        Set<Platform> connected, @Nullable RuleLevel rule) {

    /** Everything off, as a tenant starts. */
    public static final AdminSettings NONE = new AdminSettings(Set.of(), null);

    public AdminSettings {
        connected = Set.copyOf(connected);
    }
}
