package dev.mtdconnector.intake;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.http.Fields;
import dev.mtdconnector.http.HttpAnswer;
import dev.mtdconnector.http.HttpRequest;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.intake.IntakeStore.ByPerson;
import dev.mtdconnector.intake.IntakeStore.Said;
import dev.mtdconnector.intake.IntakeStore.Tie;
import dev.mtdconnector.intake.ParkedEvents.OfGuid;
import dev.mtdconnector.intake.ParkedEvents.Reason;
import dev.mtdconnector.signin.Access;
import dev.mtdconnector.signin.Caller;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Events that wait for their device: what waits and why, and what an administrator does about it. */
final class ParkedRoutes {

    private static final int GUIDS_A_PAGE = 200;
    private static final String PARKED = "/api/v1/parked-events";
    private static final String OF_GUID = PARKED + "/{vendorGuid}";

    private final EventIntake intake;
    private final IntakeStore store;
    private final ParkedEvents parked;

    ParkedRoutes(EventIntake intake, IntakeStore store, ParkedEvents parked) {
        this.intake = intake;
        this.store = store;
        this.parked = parked;
    }

    List<Route> routes() {
        return List.of(
                new Route("GET", PARKED, Access.CONNECTOR_READ, null, this::list),
                new Route(
                        "GET", OF_GUID, Access.CONNECTOR_READ, null, (request, caller) -> show(guid(request), caller)),
                new Route("DELETE", OF_GUID, Access.CONNECTOR_CHANGE, null, this::discard),
                new Route("PUT", OF_GUID + "/device", Access.CONNECTOR_CHANGE, Route.JSON, this::tie),
                new Route("DELETE", OF_GUID + "/device", Access.CONNECTOR_CHANGE, null, this::untie));
    }

    private HttpAnswer list(HttpRequest request, Caller caller) {
        String cursor = request.query().get("cursor");
        if (cursor != null && !Fields.isGuid(cursor)) {
            throw AppException.invalid("cursor", "must be the next of the page before");
        }
        ParkedEvents.Overview overview = parked.overview(
                tenantOf(caller), GUIDS_A_PAGE, cursor == null ? null : cursor.toLowerCase(Locale.ROOT));
        Map<String, Object> byReason = new LinkedHashMap<>();
        long waiting = 0;
        for (Map.Entry<Reason, Long> entry : overview.byReason().entrySet()) {
            byReason.put(entry.getKey().label(), entry.getValue());
            waiting += entry.getValue();
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("waiting", waiting);
        answer.put("most", ParkedEvents.MOST);
        answer.put("byReason", byReason);
        answer.put("expired", overview.expired());
        answer.put("discarded", overview.discarded());
        answer.put(
                "guids",
                overview.guids().stream().map(one -> waiting(one, caller)).toList());
        answer.put("next", overview.next());
        return HttpAnswer.json(200, answer);
    }

    private static Map<String, Object> waiting(OfGuid guid, Caller caller) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("vendorGuid", guid.vendorGuid());
        view.put("reason", guid.reason().label());
        view.put("count", guid.count());
        view.put("since", guid.since());
        view.put("device", device(guid.device(), caller));
        return view;
    }

    private static Map<String, Object> device(VendorDevice device, Caller caller) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("platform", device.platform());
        view.put("model", device.model());
        // Whose a device is belongs to those who may look at devices.
        if (caller instanceof Caller.Administrator administrator
                && administrator.role().allows(Access.DEVICES_READ)) {
            view.put("email", device.email());
        }
        view.put("externalId", device.externalId());
        view.put("mdmId", device.mdmId());
        view.put("mdmType", device.mdmType());
        return view;
    }

    private HttpAnswer show(String vendorGuid, Caller caller) {
        String tenantId = tenantOf(caller);
        Optional<Tie> tie = store.tie(tenantId, vendorGuid);
        Optional<OfGuid> waiting = parked.of(tenantId, vendorGuid);
        if (tie.isEmpty() && waiting.isEmpty()) {
            throw new AppException(ErrorCode.EVENTS_GUID_UNKNOWN);
        }
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("vendorGuid", vendorGuid);
        view.put("tie", tie.map(ParkedRoutes::tie).orElse(null));
        view.put("waiting", waiting.map(one -> waiting(one, caller)).orElse(null));
        return HttpAnswer.json(200, view);
    }

    /** What the guid means, and who says what. */
    static Map<String, Object> tie(Tie tie) {
        Said entra = tie.claims().entra();
        Said mdm = tie.claims().mdm();
        ByPerson person = tie.claims().person();
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("deviceId", tie.deviceId());
        view.put("by", by(tie));
        view.put("since", tie.deviceId() == null ? null : tie.at());
        view.put("externalId", entra == null ? null : entra.id());
        view.put("intuneId", mdm == null ? null : mdm.id());
        view.put("administrator", person == null ? null : administrator(tie, person));
        return view;
    }

    private static @Nullable String by(Tie tie) {
        if (tie.deviceId() == null) {
            return null;
        }
        if (tie.claims().standing().isPresent()) {
            return "administrator";
        }
        return tie.claims().entra() != null ? "external-id" : "mdm-id";
    }

    private static Map<String, Object> administrator(Tie tie, ByPerson person) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("deviceId", person.deviceId());
        view.put("by", person.actor());
        view.put("at", person.at());
        view.put("isStanding", tie.claims().standing().isPresent());
        return view;
    }

    private HttpAnswer tie(HttpRequest request, Caller caller) {
        Fields fields = Fields.of(request.body());
        String deviceId = fields.guid("deviceId");
        fields.done();
        String vendorGuid = known(request, caller);
        intake.tie(tenantOf(caller), vendorGuid, deviceId, actorOf(caller));
        return show(vendorGuid, caller);
    }

    private HttpAnswer untie(HttpRequest request, Caller caller) {
        String vendorGuid = known(request, caller);
        intake.untie(tenantOf(caller), vendorGuid, actorOf(caller));
        return show(vendorGuid, caller);
    }

    private HttpAnswer discard(HttpRequest request, Caller caller) {
        String vendorGuid = known(request, caller);
        return HttpAnswer.json(200, Map.of("discarded", parked.discard(tenantOf(caller), vendorGuid)));
    }

    /** A guid of which something is known: what is mistyped ties nothing. */
    private String known(HttpRequest request, Caller caller) {
        String vendorGuid = guid(request);
        if (store.tie(tenantOf(caller), vendorGuid).isEmpty()
                && parked.of(tenantOf(caller), vendorGuid).isEmpty()) {
            throw new AppException(ErrorCode.EVENTS_GUID_UNKNOWN);
        }
        return vendorGuid;
    }

    private static String guid(HttpRequest request) {
        String guid = request.pathParameter("vendorGuid").toLowerCase(Locale.ROOT);
        if (!Fields.isGuid(guid)) {
            throw new AppException(ErrorCode.EVENTS_GUID_UNKNOWN);
        }
        return guid;
    }

    private static String tenantOf(Caller caller) {
        return ((Caller.OfTenant) caller).tenantId();
    }

    private static String actorOf(Caller caller) {
        return ((Caller.Administrator) caller).actor();
    }
}
