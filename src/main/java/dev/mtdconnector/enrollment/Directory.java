package dev.mtdconnector.enrollment;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What enrollment reads of a tenant's directory. Every call may throw
 * {@link dev.mtdconnector.common.UpstreamException}; an answer is always complete, never a part of one.
 */
public interface Directory {

    /**
     * Groups whose display name equals the name, ignoring case as the directory does; names are not unique.
     */
    List<Group> groupsNamed(String tenantId, String displayName);

    /**
     * The group of this id.
     *
     * @throws dev.mtdconnector.common.UpstreamException of kind NOT_FOUND when there is none
     */
    Group group(String tenantId, String groupId);

    /** A few groups whose display names begin like this, ignoring case, in no order. */
    List<Group> groupsBeginning(String tenantId, String prefix);

    /** Whether the group has no direct member of any kind. One whose membership is hidden seems to have none. */
    boolean isEmpty(String tenantId, String groupId);

    /**
     * A group.
     *
     * @param securityEnabled false for groups that only carry mail
     * @param isUnified a Microsoft 365 group, which need not be security-enabled
     * @param isDynamic its members follow a rule
     * @param isHidden who is in it is told only with a permission of its own
     */
    record Group(
            String id,
            String displayName,
            boolean securityEnabled,
            boolean isUnified,
            boolean isDynamic,
            boolean isHidden) {
        public Group {
            displayName = storable(displayName);
        }

        /** A group with nothing special about it. */
        public Group(String id, String displayName, boolean securityEnabled) {
            this(id, displayName, securityEnabled, false, false, false);
        }
    }

    /**
     * Names that somebody or some device chose, as they can be stored: what was cut in the middle of an emoji is mended,
     * and nothing is longer than 8,000 characters, where the directory's own limit for names is 256.
     */
    private static String storable(String name) {
        String bounded = name.length() > 8_000 ? name.substring(0, 8_000) : name;
        return new String(bounded.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    /**
     * A device as the directory knows it, with its owner.
     *
     * @param deviceId the Entra device id, by which everything is joined
     * @param objectId the id of the directory object
     * @param operatingSystem as the directory spells it: {@code iOS}, {@code IPad}, {@code Android}, {@code Windows} …
     * @param managed null when the directory does not say
     * @param record what else its directory object says
     */
    record OwnedDevice(
            String deviceId,
            String objectId,
            @Nullable String displayName,
            @Nullable String operatingSystem,
            @Nullable String operatingSystemVersion,
            @Nullable String model,
            @Nullable Boolean managed,
            String userId,
            @Nullable String userPrincipalName,
            ObjectRecord record) {
        /** Ids are compared with those of tokens and events, which may be spelt in another case. */
        public OwnedDevice {
            deviceId = deviceId.toLowerCase(Locale.ROOT);
            userId = userId.toLowerCase(Locale.ROOT);
            displayName = wellFormed(displayName);
            operatingSystem = wellFormed(operatingSystem);
            operatingSystemVersion = wellFormed(operatingSystemVersion);
            model = wellFormed(model);
            userPrincipalName = wellFormed(userPrincipalName);
        }

        /** A device of which the directory says no more. */
        public OwnedDevice(
                String deviceId,
                String objectId,
                @Nullable String displayName,
                @Nullable String operatingSystem,
                @Nullable String operatingSystemVersion,
                @Nullable String model,
                @Nullable Boolean managed,
                String userId,
                @Nullable String userPrincipalName) {
            this(
                    deviceId,
                    objectId,
                    displayName,
                    operatingSystem,
                    operatingSystemVersion,
                    model,
                    managed,
                    userId,
                    userPrincipalName,
                    ObjectRecord.UNKNOWN);
        }

        /** The same device as another user's; nobody's with an empty id. */
        public OwnedDevice of(String otherUserId, @Nullable String otherUserPrincipalName) {
            return new OwnedDevice(
                    deviceId,
                    objectId,
                    displayName,
                    operatingSystem,
                    operatingSystemVersion,
                    model,
                    managed,
                    otherUserId,
                    otherUserPrincipalName,
                    record);
        }

        /** The same device with what else is known of its directory object. */
        public OwnedDevice with(ObjectRecord other) {
            return new OwnedDevice(
                    deviceId,
                    objectId,
                    displayName,
                    operatingSystem,
                    operatingSystemVersion,
                    model,
                    managed,
                    userId,
                    userPrincipalName,
                    other);
        }

        private static @Nullable String wellFormed(@Nullable String name) {
            return name == null ? null : storable(name);
        }
    }

    /**
     * What a device's directory object says of itself; each null where it does not say.
     *
     * @param enabled false for a device that an administrator disabled
     * @param ownership {@code company} or {@code personal}; Intune sets it
     * @param lastSignInAt moves only once it is about two weeks old, says Microsoft (14 days, give or take 5)
     */
    record ObjectRecord(
            @Nullable Boolean enabled,
            @Nullable String ownership,
            @Nullable Instant registeredAt,
            @Nullable Instant lastSignInAt) {
        public static final ObjectRecord UNKNOWN = new ObjectRecord(null, null, null, null);
    }
}
