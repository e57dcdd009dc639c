package dev.mtdconnector.local.intune;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mtdconnector.local.contoso.ControlApi;
import dev.mtdconnector.local.contoso.WellKnown;
import dev.mtdconnector.local.http.Answer;
import dev.mtdconnector.local.http.Json;
import dev.mtdconnector.local.http.LocalServer;
import dev.mtdconnector.local.http.Request;
import dev.mtdconnector.local.http.Routes;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Intune on the simulator's server: the partner service below {@code /intune}, and Intune's part of the control API.
 */
public final class IntuneRoutes implements Routes {

    private static final List<String> SHOWN = List.of("state", "unresponsiveAfterDays", "ignoresHeartbeats");
    private static final Pattern KEY = Pattern.compile("\\(guid'[^']*'\\)");

    private final PartnerService partner;
    private final SimulatedIntune intune;

    public IntuneRoutes(PartnerService partner, SimulatedIntune intune) {
        this.partner = partner;
        this.intune = intune;
    }

    @Override
    public void register(LocalServer server) {
        // Every method, so that one that a resource lacks is refused in the service's own words.
        for (String method : List.of("GET", "PUT", "POST", "PATCH", "DELETE")) {
            server.route(method, "/intune/{resource...}", this::partner);
        }
        server.route("GET", "/control/intune/devices/{deviceId}", this::device);
        server.route("DELETE", "/control/intune/devices/{deviceId}", this::lose);
        server.route("GET", "/control/intune/messages", request -> messages());
        server.route("POST", "/control/intune/resync", request -> resync());
        server.route("POST", "/control/intune/connector", ControlApi.refusing(this::show));
    }

    private Answer partner(Request request) {
        String resource = request.variable("resource");
        PartnerService.Reply reply = partner.answer(new PartnerService.Request(
                request.method(),
                "/" + resource,
                request.query().get("api-version"),
                request.header("Authorization"),
                request.header("Prefer"),
                request.body()));
        Answer answer = reply.body() == null ? Answer.empty(reply.status()) : Answer.json(reply.status(), reply.body());
        // Counted under one template whatever the key.
        return answer.withTemplate("/intune/" + KEY.matcher(resource).replaceAll("({id})"));
    }

    private Answer device(Request request) {
        String deviceId = request.variable("deviceId").toLowerCase(Locale.ROOT);
        return intune.device(WellKnown.TENANT, deviceId)
                .map(device -> Answer.json(200, json(device)))
                .orElseGet(() -> Answer.json(404, Json.object().put("error", "Contoso has no device " + deviceId)));
    }

    private Answer lose(Request request) {
        intune.lose(WellKnown.TENANT, request.variable("deviceId").toLowerCase(Locale.ROOT));
        return Answer.empty(204);
    }

    private static ObjectNode json(SimulatedIntune.DeviceStatus device) {
        return Json.object()
                .put("deviceId", device.deviceId())
                .put("threatState", device.threatState().wireName())
                .put("compliance", device.compliance().wireName())
                .put("since", text(device.since()))
                .put("messageId", device.messageId());
    }

    private Answer messages() {
        ObjectNode answer = Json.object();
        ArrayNode list = answer.putArray("messages");
        for (SimulatedIntune.ReceivedMessage message : intune.messages(WellKnown.TENANT)) {
            list.addObject()
                    .put("messageId", message.messageId())
                    .put("receivedAt", message.receivedAt().toString())
                    .put("count", message.count())
                    .put("status", message.status())
                    .put("error", message.failure())
                    .put("content", message.content());
        }
        return Answer.json(200, answer);
    }

    private Answer resync() {
        intune.requestResync(WellKnown.TENANT);
        return Answer.empty(204);
    }

    /** What is left out is as Intune makes it by itself. */
    private Answer show(Request request) throws IOException {
        JsonNode body = request.json();
        for (String field : (Iterable<String>) body::fieldNames) {
            if (!SHOWN.contains(field)) {
                throw new IllegalArgumentException("There is no " + field + "; there are " + SHOWN);
            }
        }
        JsonNode state = body.path("state");
        JsonNode days = body.path("unresponsiveAfterDays");
        JsonNode ignored = body.path("ignoresHeartbeats");
        boolean isRight = body.isObject()
                && (state.isMissingNode()
                        || state.isNull()
                        || (state.isTextual() && state.textValue().matches("[A-Za-z]{1,40}")))
                && (days.isMissingNode() || (days.isInt() && days.intValue() >= 1 && days.intValue() <= 30))
                && (ignored.isMissingNode() || ignored.isBoolean());
        if (!isRight) {
            throw new IllegalArgumentException(
                    "state is a word, unresponsiveAfterDays 1 to 30, ignoresHeartbeats a flag");
        }
        intune.show(WellKnown.TENANT, state.textValue(), days.asInt(7), ignored.asBoolean(false));
        return Answer.empty(204);
    }

    private static @Nullable String text(@Nullable Instant instant) {
        return instant == null ? null : instant.toString();
    }
}
