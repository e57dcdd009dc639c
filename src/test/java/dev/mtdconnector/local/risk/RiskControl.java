package dev.mtdconnector.local.risk;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mtdconnector.local.contoso.ControlApi;
import dev.mtdconnector.local.contoso.Fields;
import dev.mtdconnector.local.http.Answer;
import dev.mtdconnector.local.http.Json;
import dev.mtdconnector.local.http.LocalServer;
import dev.mtdconnector.local.http.Request;
import dev.mtdconnector.local.http.Routes;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The vendor's part of the control API, as docs/local-world.md describes it: Contoso's devices, threats and key. */
public final class RiskControl implements Routes {

    private static final int LISTED = 1000;

    private final RiskService service;
    private final RiskFeed feed;
    private final Clock clock;

    public RiskControl(RiskService service, Clock clock) {
        this.service = service;
        this.feed = service.feed();
        this.clock = clock;
    }

    @Override
    public void register(LocalServer server) {
        server.route("GET", "/control/risk", request -> Answer.json(200, state(server)))
                .route("POST", "/control/risk/device", ControlApi.refusing(this::device))
                .route("POST", "/control/risk/threat", ControlApi.refusing(this::threat))
                .route("POST", "/control/risk/event", ControlApi.refusing(this::event))
                .route("POST", "/control/risk/key", ControlApi.refusing(this::key))
                .route("POST", "/control/risk/faults", ControlApi.refusing(this::fault))
                .route("POST", "/control/risk/pace", ControlApi.refusing(this::pace))
                .route("DELETE", "/control/risk/faults", request -> {
                    service.faults().clear();
                    return Answer.empty(204);
                });
    }

    private ObjectNode state(LocalServer server) {
        ObjectNode state = Json.object().put("enterprise", feed.enterprise()).put("events", feed.eventCount());
        state.put("tokensIssued", service.access().tokensIssued());
        service.access()
                .key(RiskAccess.CONTOSO_KEY)
                .ifPresent(key -> state.putObject("key")
                        .put("expires", key.expires().toString())
                        .put("revoked", key.revoked()));
        var devices = feed.devices();
        state.put("deviceCount", devices.size());
        ArrayNode list = state.putArray("devices");
        devices.stream()
                .limit(LISTED)
                .forEach(device -> list.addObject()
                        .put("guid", device.guid())
                        .put("externalId", device.externalId())
                        .put("mdmId", device.mdmId())
                        .put("platform", device.platform())
                        .put("activation", device.activation())
                        .put("connected", device.connected())
                        .put("securityStatus", device.securityStatus()));
        ArrayNode open = state.putArray("openThreats");
        feed.threats().stream()
                .filter(RiskThreat::isOpen)
                .limit(LISTED)
                .forEach(threat -> open.addObject()
                        .put("guid", threat.guid())
                        .put("device", threat.deviceGuid())
                        .put("classification", threat.classifications().get(0))
                        .put("severity", threat.severity().name()));
        ObjectNode faults = state.putObject("faults");
        service.faults().all().forEach((fault, times) -> faults.put(fault.name(), times));
        ArrayNode requests = state.putArray("requests");
        server.traffic().counts().stream()
                .filter(count -> count.template().startsWith(RiskService.BASE + "/"))
                .forEach(count -> requests.addObject()
                        .put("method", count.method())
                        .put("template", count.template())
                        .put("count", count.count()));
        return state;
    }

    private Answer device(Request request) throws IOException {
        Fields fields = new Fields(request.json());
        String action = fields.text("action");
        String guid = fields.optionalText("device");
        if (action.equals("enroll")) {
            String platform = fields.text("platform");
            if (!platform.equals("ANDROID") && !platform.equals("IOS")) {
                throw new IllegalArgumentException("The field platform must be ANDROID or IOS");
            }
            Enrollment usual = platform.equals("IOS") ? Enrollment.ios() : Enrollment.android();
            Enrollment enrollment = new Enrollment(
                    guid,
                    fields.optionalGuid("entraDeviceId"),
                    fields.optionalText("mdmId"),
                    platform,
                    fields.optionalText("email"),
                    Objects.requireNonNullElse(fields.optionalText("osVersion"), usual.osVersion()));
            fields.done();
            return Answer.json(200, Json.object().put("device", feed.enroll(enrollment)));
        }
        String known = required("device", guid);
        String external = action.equals("tie") ? fields.optionalText("externalId") : null;
        fields.done();
        switch (action) {
            case "activate" -> feed.activate(known);
            case "deactivate" -> feed.deactivate(known);
            case "disconnect" -> feed.disconnect(known);
            case "reconnect" -> feed.reconnect(known);
            case "tie" -> feed.tie(known, external);
            case "delete" -> feed.delete(known);
            case "purge" -> feed.purge(known);
            default ->
                throw new IllegalArgumentException("The field action must be enroll, activate, deactivate, disconnect,"
                        + " reconnect, tie, delete or purge");
        }
        return Answer.json(200, Json.object().put("device", known));
    }

    private Answer threat(Request request) throws IOException {
        Fields fields = new Fields(request.json());
        String action = fields.text("action");
        String threat;
        if (action.equals("open")) {
            String device = fields.text("device");
            String classification = fields.text("classification");
            Severity severity = severity(fields);
            ObjectNode details = Objects.requireNonNullElseGet(fields.optionalObject("details"), Json::object);
            fields.done();
            threat = feed.openThreat(device, classification, severity, details);
        } else {
            threat = fields.text("threat");
            Severity severity = action.equals("rerate") ? severity(fields) : Severity.NONE;
            fields.done();
            switch (action) {
                case "resolve" -> feed.resolve(threat);
                case "ignore" -> feed.ignore(threat);
                case "reopen" -> feed.reopen(threat);
                case "rerate" -> feed.rerate(threat, severity);
                default ->
                    throw new IllegalArgumentException(
                            "The field action must be open, resolve, ignore, reopen or rerate");
            }
        }
        return Answer.json(200, Json.object().put("threat", threat));
    }

    private Answer event(Request request) throws IOException {
        if (!(request.json() instanceof ObjectNode event)) {
            throw new IllegalArgumentException("A JSON object is expected");
        }
        return Answer.json(200, Json.object().put("id", feed.publish(event)));
    }

    private Answer key(Request request) throws IOException {
        Fields fields = new Fields(request.json());
        String action = fields.text("action");
        String key = Objects.requireNonNullElse(fields.optionalText("key"), RiskAccess.CONTOSO_KEY);
        Instant expires = action.equals("extend") ? fields.optionalInstant("expires") : null;
        fields.done();
        RiskAccess access = service.access();
        switch (action) {
            case "create" -> access.create(key, RiskService.CONTOSO);
            case "revoke" -> access.revoke(key);
            case "expire" -> access.extend(key, clock.instant());
            case "extend" ->
                access.extend(key, expires == null ? clock.instant().plus(RiskAccess.KEY_LIFE) : expires);
            default -> throw new IllegalArgumentException("The field action must be create, revoke, expire or extend");
        }
        return Answer.empty(204);
    }

    private Answer fault(Request request) throws IOException {
        Fields fields = new Fields(request.json());
        RiskFault fault = named(RiskFault.values(), "fault", fields.text("fault"));
        Long times = fields.optionalNumber("times", RiskFaults.ALWAYS, 1_000_000);
        fields.done();
        service.faults().set(fault, times == null ? 1 : times.intValue());
        return Answer.empty(204);
    }

    private Answer pace(Request request) throws IOException {
        Fields fields = new Fields(request.json());
        Long requests = fields.optionalNumber("requests", 0, 1_000_000);
        Long seconds = fields.optionalNumber("seconds", 1, 86_400);
        boolean retryAfter = fields.flag("retryAfter", true);
        fields.done();
        service.faults()
                .pace(requests == null ? 0 : requests.intValue(), seconds == null ? 1 : seconds.intValue(), retryAfter);
        return Answer.empty(204);
    }

    private static Severity severity(Fields fields) {
        return named(Severity.values(), "severity", fields.text("severity"));
    }

    private static <E extends Enum<E>> E named(E[] values, String field, String name) {
        return Arrays.stream(values)
                .filter(value -> value.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "The field " + field + " must be one of " + Arrays.toString(values)));
    }

    private static String required(String field, @Nullable String value) {
        if (value == null) {
            throw new IllegalArgumentException("The field " + field + " is missing");
        }
        return value;
    }
}
