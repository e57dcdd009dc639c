package dev.mtdconnector.apps;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Remembers where app sync found what, so that what is gone is noticed without reading all devices; and how the latest run
 * went. A finding is noted before its threat is opened and dropped after it ended, so none is forgotten.
 */
public interface FindingStore {

    /** An app on a device. */
    record Finding(
            String appKey,
            String deviceId,
            String name,
            @Nullable String publisher) {

        Place place() {
            return new Place(appKey, deviceId);
        }
    }

    /** In the order of app and device. */
    record Place(String appKey, String deviceId) {}

    void note(String tenantId, Finding finding);

    void drop(String tenantId, Place place);

    /** The ids of the devices on which the app is known to be, in order. */
    List<String> devicesWith(String tenantId, String appKey);

    /** At most so many, in order, after this place; null for the first. */
    List<Finding> findings(String tenantId, int limit, @Nullable Place after);

    Optional<AppSyncRun> latest(String tenantId);

    void save(String tenantId, AppSyncRun run);
}
