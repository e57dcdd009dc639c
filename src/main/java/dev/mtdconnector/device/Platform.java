package dev.mtdconnector.device;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The platforms that an agent exists for. */
public enum Platform {
    ANDROID,
    IOS;

    /** The word of the API. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The platform of an operating system as directories spell it: {@code iOS}, {@code IPhone}, {@code IPad},
     * {@code iPadOS}, {@code Android}, {@code AndroidForWork}, {@code AndroidEnterprise} …
     */
    public static Optional<Platform> ofOperatingSystem(@Nullable String operatingSystem) {
        String name = operatingSystem == null ? "" : operatingSystem.toLowerCase(Locale.ROOT);
        if (name.startsWith("android")) {
            return Optional.of(ANDROID);
        }
        return name.equals("ios") || name.startsWith("iphone") || name.startsWith("ipad")
                ? Optional.of(IOS)
                : Optional.empty();
    }
}
