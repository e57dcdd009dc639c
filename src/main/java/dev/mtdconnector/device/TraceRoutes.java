package dev.mtdconnector.device;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.http.Fields;
import dev.mtdconnector.http.HttpAnswer;
import dev.mtdconnector.http.HttpRequest;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.signin.Access;
import dev.mtdconnector.signin.Caller;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** What happened to a device, newest first. */
public final class TraceRoutes {

    private static final int MOST = 200;
    private static final Pattern CURSOR = Pattern.compile("[0-9]{19}\\|[0-9a-f]{8}");

    private final DeviceStore devices;

    public TraceRoutes(DeviceStore devices) {
        this.devices = devices;
    }

    public List<Route> routes() {
        return List.of(new Route("GET", "/api/v1/devices/{deviceId}/trace", Access.DEVICES_READ, null, this::trace));
    }

    private HttpAnswer trace(HttpRequest request, Caller caller) {
        String tenantId = ((Caller.OfTenant) caller).tenantId();
        String deviceId = request.pathParameter("deviceId").toLowerCase(Locale.ROOT);
        if (!Fields.isGuid(deviceId) || devices.find(tenantId, deviceId).isEmpty()) {
            throw new AppException(ErrorCode.DEVICE_UNKNOWN);
        }
        String cursor = request.query().get("cursor");
        if (cursor != null) {
            cursor = cursor.replace('.', '|');
            if (!CURSOR.matcher(cursor).matches()) {
                throw AppException.invalid("cursor", "must be the next of the page before");
            }
        }
        DeviceStore.TracePage page = devices.trace(tenantId, deviceId, limit(request), cursor);
        String next = page.next();
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("lines", page.lines().stream().map(TraceRoutes::view).toList());
        answer.put("next", next == null ? null : next.replace('|', '.'));
        return HttpAnswer.json(200, answer);
    }

    private static Map<String, Object> view(TraceEntry line) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("at", line.at());
        view.put("kind", line.kind().label());
        view.put("details", new TreeMap<>(line.details()));
        return view;
    }

    private static int limit(HttpRequest request) {
        String text = request.query().getOrDefault("limit", "50");
        int limit = text.matches("[0-9]{1,3}") ? Integer.parseInt(text) : 0;
        if (limit < 1 || limit > MOST) {
            throw AppException.invalid("limit", "must be a whole number from 1 to " + MOST);
        }
        return limit;
    }
}
