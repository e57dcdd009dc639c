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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Devices for administrators to look at. What they do to them is in {@link DeviceActionRoutes}. */
public final class DeviceRoutes {

    private static final int MOST_DEVICES = 1000;

    private final DeviceStore devices;
    private final ProtectedApps apps;
    private final DeviceActivation activation;
    private final Policies policies;

    public DeviceRoutes(DeviceStore devices, ProtectedApps apps, DeviceActivation activation, Policies policies) {
        this.devices = devices;
        this.apps = apps;
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
                new Route("GET", "/api/v1/app-registrations", Access.DEVICES_READ, null, this::listApps));
    }

    private HttpAnswer list(HttpRequest request, Caller caller) {
        String tenantId = ((Caller.OfTenant) caller).tenantId();
        DeviceView view = view(tenantId);
        DeviceStore.Page page = devices.list(tenantId, limit(request), cursor(request));
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("devices", page.devices().stream().map(view::of).toList());
        answer.put("next", page.next());
        return HttpAnswer.json(200, answer);
    }

    private DeviceView view(String tenantId) {
        return new DeviceView(policies.of(tenantId));
    }

    static int limit(HttpRequest request) {
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
        String userId = device.facts().userId();
        List<Device> ofUser = apps.devicesOf(tenantId, userId);
        List<AppRegistration> onDevice = apps.appsOf(tenantId, userId).stream()
                .filter(app -> AppTies.deviceOf(app, ofUser)
                        .filter(tied -> tied.deviceId().equals(deviceId))
                        .isPresent())
                .toList();
        return HttpAnswer.json(200, view(tenantId).of(device, devices.isOutstanding(tenantId, deviceId), onDevice));
    }

    /** Apps of which it is not known on which device they are: they are shown with their user. */
    private HttpAnswer listApps(HttpRequest request, Caller caller) {
        String tenantId = ((Caller.OfTenant) caller).tenantId();
        ProtectedApps.Page page = apps.apps(tenantId, limit(request), cursor(request));
        Map<String, List<Device>> ofUsers = new HashMap<>();
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put(
                "registrations",
                page.apps().stream()
                        .filter(app -> AppTies.deviceOf(
                                        app,
                                        ofUsers.computeIfAbsent(
                                                app.userId(), userId -> apps.devicesOf(tenantId, userId)))
                                .isEmpty())
                        .map(DeviceView::app)
                        .toList());
        answer.put("next", page.next());
        return HttpAnswer.json(200, answer);
    }

    private static @Nullable String cursor(HttpRequest request) {
        String cursor = request.query().get("cursor");
        if (cursor != null && !Fields.isGuid(cursor)) {
            throw AppException.invalid("cursor", "must be the next of the page before");
        }
        return cursor == null ? null : cursor.toLowerCase(Locale.ROOT);
    }

    private HttpAnswer revokeCredential(HttpRequest request, Caller caller) {
        activation.revoke(((Caller.OfTenant) caller).tenantId(), deviceId(request));
        return HttpAnswer.noContent();
    }

    static String deviceId(HttpRequest request) {
        return Optional.of(request.pathParameter("deviceId").toLowerCase(Locale.ROOT))
                .filter(Fields::isGuid)
                .orElseThrow(() -> new AppException(ErrorCode.DEVICE_UNKNOWN));
    }
}
