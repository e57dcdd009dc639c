package dev.mtdconnector.intake;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.AppException.FieldError;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.http.Fields;
import dev.mtdconnector.http.HttpAnswer;
import dev.mtdconnector.http.HttpRequest;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.signin.Access;
import dev.mtdconnector.signin.Caller;
import dev.mtdconnector.tenant.Tenant;
import dev.mtdconnector.tenant.TenantStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Event intake by push, and what an administrator sees of it. A request of which no event could be taken is an error; one
 * in which some could is not, and says which were not.
 */
public final class EventRoutes {

    private static final int LATEST = 50;

    private final EventIntake intake;
    private final IntakeStore store;
    private final ParkedEvents parked;
    private final IntakeLog log;
    private final TenantStore tenants;

    public EventRoutes(EventIntake intake, IntakeStore store, ParkedEvents parked, IntakeLog log, TenantStore tenants) {
        this.intake = intake;
        this.store = store;
        this.parked = parked;
        this.log = log;
        this.tenants = tenants;
    }

    public List<Route> routes() {
        List<Route> routes = new ArrayList<>(new ParkedRoutes(intake, store, parked).routes());
        routes.addAll(List.of(
                new Route("POST", "/events", Access.FEED, Route.JSON, this::accept),
                new Route("GET", "/api/v1/events/intake", Access.CONNECTOR_READ, null, this::show),
                new Route(
                        "GET",
                        "/api/v1/devices/{deviceId}/smishing-alerts",
                        Access.DEVICES_READ,
                        null,
                        this::smishing)));
        return routes;
    }

    private HttpAnswer accept(HttpRequest request, Caller caller) {
        String tenantId = ((Caller.OfTenant) caller).tenantId();
        Tenant tenant = tenants.find(tenantId).orElseThrow(() -> new AppException(ErrorCode.IDENTITY_REQUIRED));
        EventIntake.Result result = intake.accept(tenant, request.body());
        int taken = result.applied() + result.unchanged() + result.parked() + result.kept();
        if (taken == 0 && !result.rejected().isEmpty()) {
            refuse(result);
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("applied", result.applied());
        answer.put("unchanged", result.unchanged());
        answer.put("parked", result.parked());
        answer.put("kept", result.kept());
        // The first name of the same number.
        answer.put("ignored", result.kept());
        answer.put("rejected", result.rejected());
        return HttpAnswer.json(200, answer);
    }

    private static void refuse(EventIntake.Result result) {
        List<FieldError> errors = result.rejected().stream()
                .flatMap(rejected -> rejected.errors().stream())
                .limit(100)
                .toList();
        if (result.foreign() == result.rejected().size()) {
            throw new AppException(ErrorCode.IDENTITY_FORBIDDEN, "The events are another enterprise's.", errors);
        }
        if (result.full() > 0) {
            throw new AppException(ErrorCode.EVENTS_FULL, "No more events can wait for their devices.", errors);
        }
        throw new AppException(ErrorCode.REQUEST_INVALID, "None of the events is valid.", errors);
    }

    private HttpAnswer show(HttpRequest request, Caller caller) {
        String tenantId = ((Caller.OfTenant) caller).tenantId();
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("days", IntakeLog.KEPT_FOR.toDays());
        answer.put("counts", log.counts(tenantId));
        answer.put(
                "unknownWords",
                log.words(tenantId).entrySet().stream()
                        .map(entry -> Map.of(
                                "field", entry.getKey().field(),
                                "word", entry.getKey().word(),
                                "count", entry.getValue()))
                        .toList());
        answer.put(
                "latest",
                log.latest(tenantId, LATEST).stream().map(EventRoutes::kept).toList());
        return HttpAnswer.json(200, answer);
    }

    /** The event is text: it is shown as it came, and may have been cut. */
    private static Map<String, Object> kept(IntakeLog.KeptEvent event) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("id", event.eventId());
        view.put("at", event.createdTime());
        view.put("type", event.type());
        view.put("event", event.raw());
        return view;
    }

    private HttpAnswer smishing(HttpRequest request, Caller caller) {
        String tenantId = ((Caller.OfTenant) caller).tenantId();
        String deviceId = request.pathParameter("deviceId").toLowerCase(Locale.ROOT);
        List<String> guids = Fields.isGuid(deviceId) ? store.vendorGuidsOf(tenantId, deviceId) : List.of();
        if (guids.isEmpty()) {
            throw new AppException(ErrorCode.DEVICE_UNKNOWN);
        }
        Comparator<IntakeLog.KeptEvent> byTime =
                Comparator.comparing(IntakeLog.KeptEvent::createdTime, Comparator.<Instant>reverseOrder());
        List<Map<String, Object>> alerts = guids.stream()
                .flatMap(guid -> log.smishing(tenantId, guid, LATEST).stream())
                .sorted(byTime)
                .limit(LATEST)
                .map(EventRoutes::kept)
                .toList();
        return HttpAnswer.json(200, Map.of("alerts", alerts));
    }
}
