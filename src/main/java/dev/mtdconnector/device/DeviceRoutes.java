package dev.mtdconnector.device;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.http.Fields;
import dev.mtdconnector.http.HttpAnswer;
import dev.mtdconnector.http.HttpRequest;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.signin.Access;
import dev.mtdconnector.signin.Caller;
import dev.mtdconnector.threat.Policies;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Devices for administrators, and the agent's own API. */
public final class DeviceRoutes {

    private static final int MOST_DEVICES = 1000;

    private final DeviceStore devices;
    private final DeviceActivation activation;
    private final Policies policies;

    public DeviceRoutes(DeviceStore devices, DeviceActivation activation, Policies policies) {
        this.devices = devices;
        this.activation = activation;
        this.policies = policies;
    }

    public List<Route> routes() {
        return List.of(
                new Route("GET", "/api/v1/devices", Access.DEVICES_READ, null, this::list),
                new Route("GET", "/api/v1/devices/{deviceId}", Access.DEVICES_READ, null, this::show),
                new Route(
                        "DELETE",
                        "/api/v1/devices/{deviceId}/credential",
                        Access.DEVICES_CHANGE,
                        null,
                        this::revokeCredential),
                new Route("POST", "/device/v1/activate", Access.ENTRA_USER, Route.JSON, this::activate),
                new Route("POST", "/device/v1/checkin", Access.DEVICE, Route.JSON, this::checkIn));
    }

    private HttpAnswer list(HttpRequest request, Caller caller) {
        String cursor = request.query().get("cursor");
        if (cursor != null && !Fields.isGuid(cursor)) {
            throw AppException.invalid("cursor", "must be the next of the page before");
        }
        String tenantId = ((Caller.OfTenant) caller).tenantId();
        DeviceView view = view(tenantId);
        DeviceStore.Page page =
                devices.list(tenantId, limit(request), cursor == null ? null : cursor.toLowerCase(Locale.ROOT));
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("devices", page.devices().stream().map(view::of).toList());
        answer.put("next", page.next());
        return HttpAnswer.json(200, answer);
    }

    private DeviceView view(String tenantId) {
        return new DeviceView(policies.of(tenantId));
    }

    private static int limit(HttpRequest request) {
        String text = request.query().getOrDefault("limit", "100");
        int limit = text.matches("[0-9]{1,4}") ? Integer.parseInt(text) : 0;
        if (limit < 1 || limit > MOST_DEVICES) {
            throw AppException.invalid("limit", "must be a whole number from 1 to " + MOST_DEVICES);
        }
        return limit;
    }

    private HttpAnswer show(HttpRequest request, Caller caller) {
        String tenantId = ((Caller.OfTenant) caller).tenantId();
        String deviceId = deviceId(request);
        Device device = devices.find(tenantId, deviceId).orElseThrow(() -> new AppException(ErrorCode.DEVICE_UNKNOWN));
        return HttpAnswer.json(200, view(tenantId).of(device, devices.isOutstanding(tenantId, deviceId)));
    }

    private HttpAnswer revokeCredential(HttpRequest request, Caller caller) {
        activation.revoke(((Caller.OfTenant) caller).tenantId(), deviceId(request));
        return HttpAnswer.noContent();
    }

    private static String deviceId(HttpRequest request) {
        return Optional.of(request.pathParameter("deviceId").toLowerCase(Locale.ROOT))
                .filter(Fields::isGuid)
                .orElseThrow(() -> new AppException(ErrorCode.DEVICE_UNKNOWN));
    }

    private HttpAnswer activate(HttpRequest request, Caller caller) {
        Fields fields = Fields.of(request.body());
        String deviceId = fields.guid("deviceId");
        fields.done();
        DeviceActivation.Activated activated = activation.activate((Caller.EntraUser) caller, deviceId);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("deviceId", deviceId);
        answer.put("state", view(((Caller.EntraUser) caller).tenantId()).state(activated.device()));
        answer.put("deviceCredential", activated.credential().present());
        return HttpAnswer.json(200, answer);
    }

    private HttpAnswer checkIn(HttpRequest request, Caller caller) {
        Fields fields = Fields.of(request.body());
        String osVersion = fields.optionalText("osVersion", 64);
        String agentVersion = fields.optionalText("agentVersion", 64);
        fields.done();
        Device device = activation.checkIn((Caller.DeviceAgent) caller, osVersion, agentVersion);
        DeviceView view = view(((Caller.DeviceAgent) caller).tenantId());
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("deviceId", device.deviceId());
        answer.put("state", view.state(device));
        answer.put("openThreats", view.openThreats(device));
        return HttpAnswer.json(200, answer);
    }
}
