package dev.mtdconnector.graph;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.apps.DetectedApps;
import dev.mtdconnector.tenant.Registration;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Intune's inventory by Graph v1.0, read by the base registration. Only names are read, and of devices ids and ownership. No
 * {@code $filter}: the documentation promises none for detected apps.
 */
public final class GraphDetectedApps implements DetectedApps {

    private static final String APPS = "/deviceManagement/detectedApps";
    private static final String LIST = APPS + "?$select=id,displayName,publisher,platform&$top=1000";
    private static final String DEVICE = "?$select=id,azureADDeviceId,managedDeviceOwnerType";

    /** 64 hexadecimal digits today; nothing that could lead a request elsewhere. */
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,200}");

    private static final int LONGEST_NAME = 256;

    private final GraphClient client;
    private final GraphBatch batch;

    public GraphDetectedApps(GraphClient client, GraphSettings settings, Clock clock) {
        this.client = client;
        this.batch = new GraphBatch(client, settings, clock);
    }

    @Override
    public void each(String tenantId, Consumer<DetectedApp> consumer) {
        client.collection(new GraphCaller(Registration.BASE, tenantId), client.get(LIST), node -> {
            String id = GraphDirectory.text(node, "id");
            String name = cut(GraphDirectory.text(node, "displayName"));
            if (id != null && ID.matcher(id).matches() && name != null) {
                boolean isIos = "ios".equalsIgnoreCase(GraphDirectory.text(node, "platform"));
                consumer.accept(new DetectedApp(id, name, cut(GraphDirectory.text(node, "publisher")), isIos));
            }
        });
    }

    private static @Nullable String cut(@Nullable String name) {
        if (name == null || name.isBlank()) {
            return null;
        }
        String line = name.replaceAll("\\p{Cntrl}", " ");
        if (line.length() <= LONGEST_NAME) {
            return line;
        }
        boolean isPairCut = Character.isHighSurrogate(line.charAt(LONGEST_NAME - 1));
        return line.substring(0, isPairCut ? LONGEST_NAME - 1 : LONGEST_NAME);
    }

    /** Where a device comes without its Entra id or its ownership, it is read by its own id: a batch for twenty of them. */
    @Override
    public void installations(String tenantId, String id, Consumer<Installation> consumer) {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException("This is no id of a detected app");
        }
        GraphCaller caller = new GraphCaller(Registration.BASE, tenantId);
        List<String> bare = new ArrayList<>();
        client.collection(caller, client.get(APPS + "/" + id + "/managedDevices" + DEVICE + "&$top=1000"), node -> {
            Optional<Installation> whole = installation(node);
            String intuneId = GraphDirectory.text(node, "id");
            if (whole.isPresent()) {
                consumer.accept(whole.get());
            } else if (intuneId != null && Guids.isOne(intuneId)) {
                bare.add(intuneId);
            }
        });
        for (int from = 0; from < bare.size(); from += GraphBatch.MAX_REQUESTS) {
            List<String> some = bare.subList(from, Math.min(from + GraphBatch.MAX_REQUESTS, bare.size()));
            List<String> paths = some.stream()
                    .map(one -> "/deviceManagement/managedDevices/" + one + DEVICE)
                    .toList();
            batch.get(caller, paths)
                    .forEach(answer -> answer.ifPresent(node -> named(node)
                            .ifPresent(deviceId ->
                                    consumer.accept(new Installation(deviceId, "company".equals(ownership(node)))))));
        }
    }

    /** Empty where something is missing. */
    private static Optional<Installation> installation(JsonNode node) {
        String ownership = ownership(node);
        return ownership == null
                ? Optional.empty()
                : named(node).map(deviceId -> new Installation(deviceId, ownership.equals("company")));
    }

    private static @Nullable String ownership(JsonNode node) {
        return GraphIntune.ownership(GraphDirectory.text(node, "managedDeviceOwnerType"));
    }

    /** The Entra device id; empty for a device that is not registered in the directory. */
    private static Optional<String> named(JsonNode node) {
        String deviceId = GraphDirectory.text(node, "azureADDeviceId");
        return deviceId == null || !Guids.isOne(deviceId) || deviceId.equals(GraphIntune.NO_DEVICE)
                ? Optional.empty()
                : Optional.of(deviceId.toLowerCase(Locale.ROOT));
    }
}
