package dev.mtdconnector.graph;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.kiota.RequestInformation;
import dev.mtdconnector.intune.ReportedStates;
import dev.mtdconnector.tenant.Registration;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads with the base registration what Intune shows; values are kept as they are, for the SDK knows only some of them. */
public final class GraphReportedStates implements ReportedStates {

    private static final String CONNECTORS = "/deviceManagement/mobileThreatDefenseConnectors";

    private final GraphClient client;
    private final GraphBatch batch;

    public GraphReportedStates(GraphClient client, GraphSettings settings, Clock clock) {
        this.client = client;
        this.batch = new GraphBatch(client, settings, clock);
    }

    /**
     * One id a question, and what is answered is compared with what was asked: of several ids in one filter Intune finds
     * the first only, and an empty one finds every device.
     */
    @Override
    public Map<String, String> of(String tenantId, List<String> deviceIds) {
        GraphCaller caller = new GraphCaller(Registration.BASE, tenantId);
        Map<String, String> states = new HashMap<>();
        for (int from = 0; from < deviceIds.size(); from += GraphBatch.MAX_REQUESTS) {
            List<String> some = deviceIds.subList(from, Math.min(from + GraphBatch.MAX_REQUESTS, deviceIds.size()));
            List<Optional<JsonNode>> answers = batch.get(
                    caller,
                    some.stream()
                            .map(id -> "/deviceManagement/managedDevices?$filter=azureADDeviceId%20eq%20%27"
                                    + Guids.checked(id) + "%27&$select=id,azureADDeviceId,partnerReportedThreatState")
                            .toList());
            for (int i = 0; i < some.size(); i++) {
                String asked = some.get(i);
                answers.get(i)
                        .ifPresent(answer -> answer.path("value").forEach(device -> {
                            String state =
                                    device.path("partnerReportedThreatState").asText("");
                            if (asked.equalsIgnoreCase(
                                            device.path("azureADDeviceId").asText())
                                    && !state.isEmpty()) {
                                states.put(asked, state);
                            }
                        }));
            }
        }
        return states;
    }

    @Override
    public List<PartnerConnector> connectors(String tenantId) {
        GraphCaller caller = new GraphCaller(Registration.BASE, tenantId);
        RequestInformation request = client.get(CONNECTORS);
        // Otherwise states that were added to the list later are all called unknownFutureValue.
        request.headers.add("Prefer", "include-unknown-enum-members");
        List<PartnerConnector> connectors = new ArrayList<>();
        client.collection(caller, request, node -> {
            Map<String, Boolean> switches = new HashMap<>();
            node.fields().forEachRemaining(field -> {
                if (field.getValue().isBoolean()) {
                    switches.put(field.getKey(), field.getValue().booleanValue());
                }
            });
            JsonNode days = node.path("partnerUnresponsivenessThresholdInDays");
            connectors.add(new PartnerConnector(
                    node.path("id").asText().toLowerCase(Locale.ROOT),
                    node.path("partnerState").asText(),
                    instant(node.path("lastHeartbeatDateTime").asText("")),
                    days.isInt() ? days.intValue() : null,
                    switches));
        });
        return connectors;
    }

    private static @Nullable Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            return null;
        }
    }
}
