package dev.mtdconnector.device;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.device.DeviceActions.Action;
import dev.mtdconnector.device.DeviceActions.Result;
import dev.mtdconnector.device.DeviceActions.ThreatId;
import dev.mtdconnector.http.Fields;
import dev.mtdconnector.http.HttpAnswer;
import dev.mtdconnector.http.HttpRequest;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.signin.Access;
import dev.mtdconnector.signin.Caller;
import dev.mtdconnector.threat.Policies;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What administrators do to devices and threats: to one, or to many at once. */
public final class DeviceActionRoutes {

    private static final int MOST_AT_ONCE = 100;
    private static final int LONGEST_REASON = 500;
    private static final String IGNORE = "/api/v1/devices/{deviceId}/threats/{threatGuid}/ignore";

    private final DeviceActions actions;
    private final DeviceStore devices;
    private final Policies policies;

    public DeviceActionRoutes(DeviceActions actions, DeviceStore devices, Policies policies) {
        this.actions = actions;
        this.devices = devices;
        this.policies = policies;
    }

    public List<Route> routes() {
        return List.of(
                route("POST", "/api/v1/devices/{deviceId}/deactivate", null, one(Action.DEACTIVATE)),
                route("POST", "/api/v1/devices/{deviceId}/resync", null, one(Action.RESYNC)),
                route("DELETE", "/api/v1/devices/{deviceId}", null, one(Action.DELETE)),
                route("POST", "/api/v1/device-actions", Route.JSON, this::manyDevices),
                route("POST", IGNORE, Route.JSON, this::ignore),
                route("DELETE", IGNORE, null, this::stopIgnoring),
                route("POST", "/api/v1/threat-actions", Route.JSON, this::manyThreats));
    }

    private static Route route(String method, String template, @Nullable String consumes, Route.Handler handler) {
        return new Route(method, template, Access.DEVICES_CHANGE, consumes, handler);
    }

    private Route.Handler one(Action action) {
        return (request, caller) -> {
            String deviceId = DeviceRoutes.deviceId(request);
            Result result = actions.act(tenantOf(caller), List.of(deviceId), action, actorOf(caller))
                    .get(0);
            return answer(caller, deviceId, result, ErrorCode.DEVICE_UNKNOWN);
        };
    }

    private HttpAnswer ignore(HttpRequest request, Caller caller) {
        Fields fields = Fields.of(request.body());
        String reason = fields.label("reason", LONGEST_REASON);
        fields.done();
        return onThreat(request, caller, Action.IGNORE, reason);
    }

    private HttpAnswer stopIgnoring(HttpRequest request, Caller caller) {
        return onThreat(request, caller, Action.STOP_IGNORING, "");
    }

    private HttpAnswer onThreat(HttpRequest request, Caller caller, Action action, String reason) {
        ThreatId id = new ThreatId(
                DeviceRoutes.deviceId(request),
                request.pathParameter("threatGuid").toLowerCase(Locale.ROOT));
        Result result = actions.act(tenantOf(caller), List.of(id), action, reason, actorOf(caller))
                .get(0);
        return answer(caller, id.deviceId(), result, ErrorCode.THREAT_UNKNOWN);
    }

    /** The device as it is now; a resync that finds nothing to tell, and an act that is done already, are answered the same. */
    private HttpAnswer answer(Caller caller, String deviceId, Result result, ErrorCode unknown) {
        if (result == Result.UNKNOWN) {
            throw new AppException(unknown);
        }
        if (result == Result.CLOSED) {
            throw new AppException(ErrorCode.THREAT_CLOSED);
        }
        String tenantId = tenantOf(caller);
        DeviceView view = new DeviceView(policies.of(tenantId));
        return devices.find(tenantId, deviceId)
                .map(device -> HttpAnswer.json(200, view.of(device, devices.isOutstanding(tenantId, deviceId))))
                .orElseGet(HttpAnswer::noContent);
    }

    private HttpAnswer manyDevices(HttpRequest request, Caller caller) {
        Fields fields = Fields.of(request.body());
        Action action = action(fields, Action.DEACTIVATE, Action.DELETE, Action.RESYNC);
        List<String> ids = fields.guids("deviceIds", MOST_AT_ONCE);
        fields.done();
        List<Result> results = actions.act(tenantOf(caller), ids, action, actorOf(caller));
        List<Map<String, Object>> views = new ArrayList<>();
        for (int i = 0; i < ids.size(); i++) {
            Map<String, Object> view = new LinkedHashMap<>();
            view.put("deviceId", ids.get(i));
            view.put("result", results.get(i).label());
            views.add(view);
        }
        return HttpAnswer.json(200, Map.of("results", views));
    }

    private HttpAnswer manyThreats(HttpRequest request, Caller caller) {
        Fields fields = Fields.of(request.body());
        Action action = action(fields, Action.IGNORE, Action.STOP_IGNORING);
        String reason = action == Action.IGNORE ? fields.label("reason", LONGEST_REASON) : "";
        List<ThreatId> ids = fields.objects(
                "threats", MOST_AT_ONCE, threat -> new ThreatId(threat.guid("deviceId"), threat.guid("threatGuid")));
        fields.done();
        List<Result> results = actions.act(tenantOf(caller), ids, action, reason, actorOf(caller));
        List<Map<String, Object>> views = new ArrayList<>();
        for (int i = 0; i < ids.size(); i++) {
            Map<String, Object> view = new LinkedHashMap<>();
            view.put("deviceId", ids.get(i).deviceId());
            view.put("threatGuid", ids.get(i).guid());
            view.put("result", results.get(i).label());
            views.add(view);
        }
        return HttpAnswer.json(200, Map.of("results", views));
    }

    private static Action action(Fields fields, Action... possible) {
        List<String> words = new ArrayList<>();
        for (Action action : possible) {
            words.add(action.label());
        }
        return Objects.requireNonNull(possible[words.indexOf(fields.oneOf("action", words))]);
    }

    private static String tenantOf(Caller caller) {
        return ((Caller.OfTenant) caller).tenantId();
    }

    private static String actorOf(Caller caller) {
        return ((Caller.Administrator) caller).actor();
    }
}
