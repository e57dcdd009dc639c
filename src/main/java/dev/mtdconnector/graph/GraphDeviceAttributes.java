package dev.mtdconnector.graph;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.graph.GraphBatch.Part;
import dev.mtdconnector.graph.GraphBatch.Result;
import dev.mtdconnector.intune.DeviceAttributes;
import dev.mtdconnector.tenant.GrantedRoles;
import dev.mtdconnector.tenant.Registration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes {@code extensionAttributes} of devices with the token of the registration for it, twenty devices a
 * request.
 *
 * @see <a href="https://learn.microsoft.com/graph/api/device-update">Update device</a>
 */
public final class GraphDeviceAttributes implements DeviceAttributes {

    private static final String SELECTED = "?$select=id,deviceId,extensionAttributes";

    private final DirectoryWrites writes;

    /**
     * @param granted tells a protected device from a permission that is missing
     */
    public GraphDeviceAttributes(GraphClient client, GrantedRoles granted) {
        this.writes = new DirectoryWrites(client, granted);
    }

    @Override
    public Map<String, Held> read(String tenantId, int number, Collection<String> deviceIds) {
        List<String> paths = deviceIds.stream()
                .map(id -> "/devices(deviceId='" + Guids.checked(id) + "')" + SELECTED)
                .toList();
        Map<String, Held> held = new HashMap<>();
        for (int from = 0; from < paths.size(); from += TOGETHER) {
            for (var answer : writes.batch()
                    .get(caller(tenantId), paths.subList(from, Math.min(paths.size(), from + TOGETHER)))) {
                answer.ifPresent(device -> held.put(
                        GraphDirectory.required(device, "deviceId").toLowerCase(Locale.ROOT),
                        new Held(Guids.answered(device.path("id").textValue()), value(device, number))));
            }
        }
        return held;
    }

    private static @Nullable String value(JsonNode device, int number) {
        JsonNode attributes = device.path("extensionAttributes");
        String value = attributes.path(name(number)).textValue();
        return value == null || value.isEmpty() ? null : value;
    }

    @Override
    public Map<String, String> write(
            String tenantId, int number, Map<String, @Nullable String> values, Runnable checkpoint) {
        List<String> ids = new ArrayList<>(values.keySet());
        Map<String, String> refused = new HashMap<>();
        for (int from = 0; from < ids.size(); from += TOGETHER) {
            List<String> some = ids.subList(from, Math.min(ids.size(), from + TOGETHER));
            List<Part> parts = some.stream()
                    .map(id -> new Part("PATCH", "/devices/" + Guids.checked(id), body(number, values.get(id))))
                    .toList();
            List<Result> results = writes.send(caller(tenantId), parts, checkpoint);
            for (int i = 0; i < some.size(); i++) {
                UpstreamException failure = results.get(i).failure();
                boolean isCleared = failure != null
                        && failure.kind() == UpstreamException.Kind.NOT_FOUND
                        && values.get(some.get(i)) == null;
                if (failure != null && !isCleared) {
                    refused.put(some.get(i), Refusals.inWords(failure));
                }
            }
        }
        return refused;
    }

    private static JsonNode body(int number, @Nullable String value) {
        ObjectNode body = GraphClient.JSON.createObjectNode();
        body.putObject("extensionAttributes").put(name(number), value);
        return body;
    }

    private static String name(int number) {
        return "extensionAttribute" + number;
    }

    @Override
    public void prove(String tenantId) {
        JsonNode answer = writes.client()
                .object(caller(tenantId), writes.client().get("/devices?$top=1&$select=id,extensionAttributes"));
        if (!answer.path("value").isArray()) {
            throw GraphFailures.refused("Graph answered no list of devices");
        }
    }

    private static GraphCaller caller(String tenantId) {
        return new GraphCaller(Registration.ATTRIBUTE, tenantId);
    }
}
