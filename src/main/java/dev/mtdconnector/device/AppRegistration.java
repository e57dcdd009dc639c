package dev.mtdconnector.device;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An app under Intune app protection that somebody uses. It names its user and describes a device; no id of a directory
 * object is in it (Microsoft Graph v1.0, {@code managedAppRegistration}).
 *
 * @param userId object id of the user
 * @param deviceTag Intune's own name of the device on which the app is, the same for all apps there
 * @param id of the registration
 * @param platform null for a platform that no agent exists for
 * @param deviceName as the app read it
 * @param deviceType what the app says of the model: {@code iPhone}, {@code Android} …
 * @param app the bundle or package
 */
public record AppRegistration(
        String userId,
        String deviceTag,
        String id,
        @Nullable Platform platform,
        @Nullable String deviceName,
        @Nullable String deviceType,
        @Nullable String platformVersion,
        @Nullable String app,
        @Nullable Instant lastSyncAt) {}
