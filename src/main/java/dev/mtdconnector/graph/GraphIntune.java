package dev.mtdconnector.graph;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.device.AppRegistration;
import dev.mtdconnector.device.Platform;
import dev.mtdconnector.enrollment.IntuneReading.ManagedDevice;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The part of Microsoft Graph that Intune answers, to the base registration. Reads only. */
final class GraphIntune {

    private static final String MANAGED =
            "id,azureADDeviceId,userId,userPrincipalName,operatingSystem,managedDeviceOwnerType,deviceEnrollmentType";

    static final String MANAGED_DEVICES = "/deviceManagement/managedDevices?$select=" + MANAGED + "&$top=1000";

    static final String APP_REGISTRATIONS = "/deviceAppManagement/managedAppRegistrations?$top=1000";

    /** Intune writes this for a device that is not registered. */
    static final String NO_DEVICE = "00000000-0000-0000-0000-000000000000";

    private final GraphClient client;
    private final GraphBatch batch;

    GraphIntune(GraphClient client, GraphBatch batch) {
        this.client = client;
        this.batch = batch;
    }

    int managedCount(GraphCaller caller) {
        JsonNode overview = client.object(caller, client.get("/deviceManagement/managedDeviceOverview"));
        JsonNode count = overview.get("enrolledDeviceCount");
        if (count == null || !count.isInt() || count.intValue() < 0) {
            throw GraphFailures.refused("Graph answered a count that is no number");
        }
        return count.intValue();
    }

    /**
     * One device a question, and what is answered is compared with what was asked: of several ids in one filter Intune
     * finds the first only, and an empty one finds every device.
     */
    void managedOf(GraphCaller caller, List<String> deviceIds, Consumer<ManagedDevice> consumer) {
        for (int from = 0; from < deviceIds.size(); from += GraphBatch.MAX_REQUESTS) {
            List<String> some = deviceIds.subList(from, Math.min(from + GraphBatch.MAX_REQUESTS, deviceIds.size()));
            List<Optional<JsonNode>> answers = batch.get(
                    caller,
                    some.stream()
                            .map(id -> "/deviceManagement/managedDevices?$filter=azureADDeviceId%20eq%20%27"
                                    + Guids.checked(id) + "%27&$select=" + MANAGED)
                            .toList());
            for (int i = 0; i < some.size(); i++) {
                String asked = some.get(i);
                answers.get(i).ifPresent(answer -> {
                    for (JsonNode node : answer.path("value")) {
                        managed(node)
                                .filter(device -> device.deviceId().equalsIgnoreCase(asked))
                                .ifPresent(consumer);
                    }
                });
            }
        }
    }

    /** Empty for a device that is not registered in the directory. */
    static Optional<ManagedDevice> managed(JsonNode node) {
        String id = GraphDirectory.text(node, "id");
        String deviceId = GraphDirectory.text(node, "azureADDeviceId");
        if (id == null || deviceId == null || !Guids.isOne(deviceId) || deviceId.equals(NO_DEVICE)) {
            return Optional.empty();
        }
        String user = GraphDirectory.text(node, "userId");
        String name = GraphDirectory.text(node, "userPrincipalName");
        return Optional.of(new ManagedDevice(
                id,
                deviceId.toLowerCase(Locale.ROOT),
                user != null && Guids.isOne(user) ? user.toLowerCase(Locale.ROOT) : null,
                name == null || name.isBlank() ? null : name,
                GraphDirectory.text(node, "operatingSystem"),
                ownership(GraphDirectory.text(node, "managedDeviceOwnerType")),
                GraphDirectory.text(node, "deviceEnrollmentType")));
    }

    /** Empty for one that names no user. */
    static Optional<AppRegistration> app(JsonNode node) {
        String id = GraphDirectory.text(node, "id");
        String user = GraphDirectory.text(node, "userId");
        if (id == null || user == null || !Guids.isOne(user)) {
            return Optional.empty();
        }
        String tag = GraphDirectory.text(node, "deviceTag");
        String type = GraphDirectory.text(node, "@odata.type");
        JsonNode app = node.path("appIdentifier");
        String bundle = GraphDirectory.text(app, "bundleId");
        return Optional.of(new AppRegistration(
                user.toLowerCase(Locale.ROOT),
                tag == null ? "" : tag,
                id,
                platform(type == null ? "" : type),
                GraphDirectory.text(node, "deviceName"),
                GraphDirectory.text(node, "deviceType"),
                GraphDirectory.text(node, "platformVersion"),
                bundle == null ? GraphDirectory.text(app, "packageId") : bundle,
                instant(node, "lastSyncDateTime")));
    }

    private static @Nullable Platform platform(String type) {
        return switch (type) {
            case "#microsoft.graph.iosManagedAppRegistration" -> Platform.IOS;
            case "#microsoft.graph.androidManagedAppRegistration" -> Platform.ANDROID;
            default -> null;
        };
    }

    /** The directory writes {@code Company}, Intune {@code company}; null for anything that says nothing. */
    static @Nullable String ownership(@Nullable String word) {
        String lower = word == null ? "" : word.toLowerCase(Locale.ROOT);
        return lower.equals("company") || lower.equals("personal") ? lower : null;
    }

    /** Null for what is no time. */
    static @Nullable Instant instant(JsonNode node, String name) {
        String text = GraphDirectory.text(node, name);
        try {
            return text == null ? null : Instant.parse(text);
        } catch (DateTimeParseException e) {
            return null;
        }
    }
}
