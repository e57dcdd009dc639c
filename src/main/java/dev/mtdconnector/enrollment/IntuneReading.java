package dev.mtdconnector.enrollment;

import dev.mtdconnector.device.AppRegistration;
import dev.mtdconnector.enrollment.DirectoryChanges.Position;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What an enrollment sync reads of a tenant's Intune, where that is granted ({@link OptionalSources}). Every call may throw
 * {@link dev.mtdconnector.common.UpstreamException}, of kind FORBIDDEN where it is not granted any more.
 */
public interface IntuneReading {

    /** How many devices Intune manages, about. */
    int managedCount();

    /**
     * A page of all devices that Intune manages and that are registered in the directory.
     *
     * @param link null for the first
     * @throws dev.mtdconnector.common.UpstreamException of kind GONE when the link is too old: begin anew
     */
    Position managedDevices(@Nullable String link, Consumer<ManagedDevice> consumer);

    /**
     * Those of these devices that Intune manages.
     *
     * @param deviceIds Entra device ids
     */
    void managedOf(List<String> deviceIds, Consumer<ManagedDevice> consumer);

    /**
     * A page of all registrations of apps under app protection that name a user.
     *
     * @param link null for the first
     * @throws dev.mtdconnector.common.UpstreamException of kind GONE when the link is too old: begin anew
     */
    Position appRegistrations(@Nullable String link, Consumer<AppRegistration> consumer);

    /**
     * A device as Intune knows it.
     *
     * @param id Intune's own id
     * @param deviceId the Entra device id
     * @param userId who <em>enrolled</em> it, which need not be its registered owner; null when Intune names nobody
     * @param operatingSystem as Intune spells it
     * @param ownership {@code company} or {@code personal}; null when Intune does not say
     * @param enrollmentType in the words of {@code deviceEnrollmentType} (Microsoft Graph v1.0)
     */
    record ManagedDevice(
            String id,
            String deviceId,
            @Nullable String userId,
            @Nullable String userPrincipalName,
            @Nullable String operatingSystem,
            @Nullable String ownership,
            @Nullable String enrollmentType) {

        /** Enrollments that people do themselves, for themselves. */
        private static final Set<String> OWN = Set.of(
                "userenrollment",
                "applebulkwithuser",
                "appleuserenrollment",
                "windowsazureadjoin",
                "windowsautoenrollment");

        /** Whether who enrolled it is likely to own it: not somebody who enrolls devices for others. */
        boolean isEnrolledByOwner() {
            return userId != null && enrollmentType != null && OWN.contains(enrollmentType.toLowerCase(Locale.ROOT));
        }
    }
}
