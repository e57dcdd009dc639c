package dev.mtdconnector.local.contoso;

import org.jspecify.annotations.Nullable;

/**
 * What Contoso's Intune administrator has switched on for the connector.
 *
 * @param ruleLevel devices must be at or under this threat level: {@code secured}, {@code low}, {@code medium},
 *     {@code high}; null when there is no such rule
 */
public record IntuneSettings(
        boolean iosEnabled,
        boolean androidEnabled,
        @Nullable String ruleLevel) {}
