package dev.mtdconnector.apps;

import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Intune's inventory of apps. Every call may throw {@link dev.mtdconnector.common.UpstreamException}. */
public interface DetectedApps {

    /** Intune looks at each device again within this time (Microsoft's page on discovered apps): an app can be listed for so long. */
    Duration REFRESHED_WITHIN = Duration.ofDays(7);

    /**
     * Every app that Intune detected in the tenant, of every platform, page by page: one a name, publisher, version and platform.
     * One that has no name or whose id cannot be asked for is left out.
     */
    void each(String tenantId, Consumer<DetectedApp> consumer);

    /**
     * The devices on which an app was detected. NOT_FOUND when Intune knows the app no more.
     *
     * @param id of {@link DetectedApp}
     */
    void installations(String tenantId, String id, Consumer<Installation> consumer);

    /**
     * @param isIos whether it was detected on iPhones and iPads
     */
    record DetectedApp(String id, String name, @Nullable String publisher, boolean isIos) {}

    /**
     * @param deviceId the Entra device id, in lower case
     * @param isCompanyOwned false for a personal device, and for one of which nobody says it
     */
    record Installation(String deviceId, boolean isCompanyOwned) {}
}
