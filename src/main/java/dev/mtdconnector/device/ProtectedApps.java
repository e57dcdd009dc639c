package dev.mtdconnector.device;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who uses apps under Intune app protection, of the users in scope; as of the last day. */
public interface ProtectedApps {

    List<AppRegistration> appsOf(String tenantId, String userId);

    /** The devices in scope of this user. */
    List<Device> devicesOf(String tenantId, String userId);

    /**
     * Registrations in the order of their users' ids; all of a user are on one page, so a page may be a little longer than
     * asked.
     *
     * @param cursor null for the first page, else that of the page before
     */
    Page apps(String tenantId, int limit, @Nullable String cursor);

    /** {@code next} is null on the last page. */
    record Page(List<AppRegistration> apps, @Nullable String next) {
        public Page {
            apps = List.copyOf(apps);
        }
    }
}
