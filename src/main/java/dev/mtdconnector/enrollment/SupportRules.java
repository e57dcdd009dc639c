package dev.mtdconnector.enrollment;

import dev.mtdconnector.device.Platform;
import dev.mtdconnector.enrollment.Directory.OwnedDevice;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which devices an agent can protect.
 *
 * @param leastIos least major version of iOS and iPadOS
 * @param leastAndroid least major version of Android
 */
public record SupportRules(int leastIos, int leastAndroid) {

    private static final Pattern MAJOR = Pattern.compile("(\\d{1,4})(\\..*)?");

    /** The reason why a device is not supported, or empty. A version that cannot be read is let pass. */
    Optional<String> unsupportedReason(OwnedDevice device) {
        Optional<Platform> platform = Platform.ofOperatingSystem(device.operatingSystem());
        if (platform.isEmpty()) {
            return Optional.of("platform");
        }
        if (Boolean.FALSE.equals(device.record().enabled())) {
            return Optional.of("disabled");
        }
        int least = platform.get() == Platform.IOS ? leastIos : leastAndroid;
        return major(device.operatingSystemVersion()) < least ? Optional.of("version") : Optional.empty();
    }

    private static int major(@Nullable String version) {
        Matcher matcher = MAJOR.matcher(version == null ? "" : version.strip());
        return matcher.matches() ? Integer.parseInt(matcher.group(1)) : Integer.MAX_VALUE;
    }
}
