package dev.mtdconnector.local.contoso;

import org.jspecify.annotations.Nullable;

/**
 * What Contoso's Intune administrator has switched on for the connector.
 *
 * @param ruleLevel devices must be at or under this threat level: {@code secured}, {@code low}, {@code medium},
 *     {@code high}; null when there is no such rule
 * @param appSync the connector may have the apps of iPhones and iPads
 * @param personalAppSync of personal ones too
 */
public record IntuneSettings(
        boolean iosEnabled,
        boolean androidEnabled,
        @Nullable String ruleLevel,
        boolean appSync,
        boolean personalAppSync) {

    /** Without app sync, as it is at first. */
    public IntuneSettings(boolean iosEnabled, boolean androidEnabled, @Nullable String ruleLevel) {
        this(iosEnabled, androidEnabled, ruleLevel, false, false);
    }

    IntuneSettings withIos(boolean enabled) {
        return new IntuneSettings(enabled, androidEnabled, ruleLevel, appSync, personalAppSync);
    }

    IntuneSettings withAndroid(boolean enabled) {
        return new IntuneSettings(iosEnabled, enabled, ruleLevel, appSync, personalAppSync);
    }

    IntuneSettings withRule(@Nullable String level) {
        return new IntuneSettings(iosEnabled, androidEnabled, level, appSync, personalAppSync);
    }

    IntuneSettings withAppSync(boolean enabled, boolean personal) {
        return new IntuneSettings(iosEnabled, androidEnabled, ruleLevel, enabled, personal);
    }
}
