package dev.mtdconnector.local.intune;

import java.util.Locale;
import java.util.Optional;

/** The platforms with a switch "Connect … devices to the partner" that this product serves. */
public enum Platform {
    IOS("iOS/iPadOS"),
    ANDROID("Android");

    private final String title;

    Platform(String title) {
        this.title = title;
    }

    /** The name that Intune shows. */
    public String title() {
        return title;
    }

    /** The name in the control API: {@code ios}, {@code android}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Platform> ofLabel(String label) {
        for (Platform platform : values()) {
            if (platform.label().equals(label)) {
                return Optional.of(platform);
            }
        }
        return Optional.empty();
    }

    /** The platform of a directory device; empty for systems without a switch, such as Windows. */
    static Optional<Platform> ofOperatingSystem(String operatingSystem) {
        String name = operatingSystem.toLowerCase(Locale.ROOT);
        if (name.startsWith("android")) {
            return Optional.of(ANDROID);
        }
        return name.startsWith("ios") || name.startsWith("ipad") || name.startsWith("iphone")
                ? Optional.of(IOS)
                : Optional.empty();
    }
}
