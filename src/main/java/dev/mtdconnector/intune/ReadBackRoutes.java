package dev.mtdconnector.intune;

import dev.mtdconnector.connector.ConnectorSettings;
import dev.mtdconnector.http.HttpAnswer;
import dev.mtdconnector.http.HttpRequest;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.signin.Access;
import dev.mtdconnector.signin.Caller;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** What Intune shows of the connector, and what comparing it with what was told has come to. */
public final class ReadBackRoutes {

    private final ConnectorSettings settings;
    private final ReadBackStore store;
    private final ReportedStates reported;
    private final Predicate<String> areDevicesGranted;
    private final Predicate<String> areConnectorsGranted;

    public ReadBackRoutes(
            ConnectorSettings settings,
            ReadBackStore store,
            ReportedStates reported,
            Predicate<String> areDevicesGranted,
            Predicate<String> areConnectorsGranted) {
        this.settings = settings;
        this.store = store;
        this.reported = reported;
        this.areDevicesGranted = areDevicesGranted;
        this.areConnectorsGranted = areConnectorsGranted;
    }

    public List<Route> routes() {
        return List.of(new Route("GET", "/api/v1/connector/read-back", Access.CONNECTOR_READ, null, this::show));
    }

    /** What is not granted is not read, and said so; the connectors are read now. */
    private HttpAnswer show(HttpRequest request, Caller caller) {
        String tenantId = ((Caller.OfTenant) caller).tenantId();
        settings.get(tenantId);
        ReadBackStore.Round round = store.round(tenantId);
        Map<String, Object> devices = new LinkedHashMap<>();
        devices.put("granted", areDevicesGranted.test(tenantId));
        devices.put("lastAt", round.lastAt());
        devices.put("read", round.read());
        devices.put("different", round.different());
        devices.put("repaired", round.repaired());
        boolean isGranted = areConnectorsGranted.test(tenantId);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("devices", devices);
        answer.put("connectorsGranted", isGranted);
        answer.put(
                "connectors",
                isGranted
                        ? reported.connectors(tenantId).stream()
                                .map(ReadBackRoutes::view)
                                .toList()
                        : List.of());
        return HttpAnswer.json(200, answer);
    }

    private static Map<String, Object> view(ReportedStates.PartnerConnector connector) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("id", connector.id());
        view.put("partnerState", connector.partnerState());
        view.put("lastHeartbeatAt", connector.lastHeartbeatAt());
        view.put("unresponsiveAfterDays", connector.unresponsiveAfterDays());
        view.put("switches", connector.switches());
        return view;
    }
}
