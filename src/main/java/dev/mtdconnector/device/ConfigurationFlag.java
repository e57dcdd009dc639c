package dev.mtdconnector.device;

import dev.mtdconnector.threat.Classification;
import java.util.Optional;

/**
 * A setting of a device that its agent looks at, each with the classification of the Mobile Risk API that it stands for:
 * while the setting is as it should not be, the device has a threat of that classification.
 */
public enum ConfigurationFlag {
    DEVELOPER_MODE("developerMode", true, Classification.DEVELOPER_MODE_ENABLED),
    USB_DEBUGGING("usbDebugging", true, Classification.USB_DEBUGGING_ENABLED),
    UNKNOWN_SOURCES("unknownSources", true, Classification.UNKNOWN_SOURCES_ENABLED),
    DEVICE_LOCK("deviceLock", false, Classification.NO_DEVICE_LOCK),
    ENCRYPTION("encryption", false, Classification.UNENCRYPTED),
    VPN("vpn", false, Classification.VPN_NOT_ENABLED),
    SECURE_DNS("secureDns", false, Classification.SECURE_DNS_NOT_ENABLED),
    CONTENT_PROTECTION("contentProtection", false, Classification.PCP_DISABLED),
    CONTENT_PROTECTION_PAUSED("contentProtectionPaused", true, Classification.PCP_PAUSED),
    DEVICE_ADMIN("deviceAdmin", false, Classification.DEVICE_ADMIN_NOT_ACTIVATED),
    STORAGE_PERMISSION("storagePermission", false, Classification.STORAGE_PERMISSION_NOT_ACCEPTED),
    NOTIFICATION_PERMISSION("notificationPermission", false, Classification.NOTIFICATION_PERMISSION_NOT_ACCEPTED),
    SMISHING_PERMISSIONS("smishingPermissions", false, Classification.SMISHING_PERMISSIONS_NOT_ACCEPTED);

    private final String label;
    private final boolean wrong;
    private final Classification classification;

    ConfigurationFlag(String label, boolean wrong, Classification classification) {
        this.label = label;
        this.wrong = wrong;
        this.classification = classification;
    }

    /** The word of the API. */
    public String label() {
        return label;
    }

    /** What a device has while the setting is wrong. */
    public Classification classification() {
        return classification;
    }

    /** True when this value of the setting is the one that it should not have. */
    public boolean isWrong(boolean value) {
        return value == wrong;
    }

    public static Optional<ConfigurationFlag> ofLabel(String label) {
        for (ConfigurationFlag flag : values()) {
            if (flag.label.equals(label)) {
                return Optional.of(flag);
            }
        }
        return Optional.empty();
    }
}
