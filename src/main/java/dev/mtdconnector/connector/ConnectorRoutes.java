package dev.mtdconnector.connector;

import dev.mtdconnector.http.Fields;
import dev.mtdconnector.http.HttpAnswer;
import dev.mtdconnector.http.HttpRequest;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.signin.Access;
import dev.mtdconnector.signin.Caller;
import java.util.List;

/** The connector's settings, in the parts in which an administrator knows them; enrollment has routes of its own. */
public final class ConnectorRoutes {

    private final ConnectorSettings settings;
    private final ConnectorView view;

    public ConnectorRoutes(ConnectorSettings settings, ConnectorView view) {
        this.settings = settings;
        this.view = view;
    }

    public List<Route> routes() {
        String connector = "/api/v1/connector";
        return List.of(
                route("POST", connector, (request, caller) -> create(request, tenantOf(caller))),
                new Route(
                        "GET",
                        connector,
                        Access.CONNECTOR_READ,
                        null,
                        (request, caller) -> answer(200, settings.get(tenantOf(caller)))),
                route("PUT", connector + "/settings", (request, caller) -> heartbeat(request, tenantOf(caller))),
                route("PUT", connector + "/state-sync", (request, caller) -> stateSync(request, tenantOf(caller))),
                route(
                        "PUT",
                        connector + "/error-management",
                        (request, caller) -> errorManagement(request, tenantOf(caller))));
    }

    private HttpAnswer create(HttpRequest request, String tenantId) {
        Fields fields = Fields.of(request.body());
        int minutes = fields.betweenOr(
                "heartbeatMinutes", Connector.LEAST_HEARTBEAT, Connector.MOST_HEARTBEAT, Connector.DEFAULT_HEARTBEAT);
        fields.done();
        return answer(201, settings.create(tenantId, minutes));
    }

    private HttpAnswer heartbeat(HttpRequest request, String tenantId) {
        return answer(200, settings.changeHeartbeat(tenantId, heartbeatMinutes(request)));
    }

    private static int heartbeatMinutes(HttpRequest request) {
        Fields fields = Fields.of(request.body());
        int minutes = fields.between("heartbeatMinutes", Connector.LEAST_HEARTBEAT, Connector.MOST_HEARTBEAT);
        fields.done();
        return minutes;
    }

    private HttpAnswer stateSync(HttpRequest request, String tenantId) {
        Fields fields = Fields.of(request.body());
        boolean deviceStatus = fields.flag("deviceStatus");
        boolean threatStatus = fields.flag("threatStatus");
        fields.done();
        return answer(200, settings.changeStateSync(tenantId, new Connector.StateSync(deviceStatus, threatStatus)));
    }

    private HttpAnswer errorManagement(HttpRequest request, String tenantId) {
        Fields fields = Fields.of(request.body());
        String email = fields.email("email");
        fields.done();
        return answer(200, settings.changeErrorEmail(tenantId, email));
    }

    private HttpAnswer answer(int status, Connector connector) {
        return HttpAnswer.json(status, view.of(connector));
    }

    private static Route route(String method, String template, Route.Handler handler) {
        return new Route(method, template, Access.CONNECTOR_CHANGE, Route.JSON, handler);
    }

    private static String tenantOf(Caller caller) {
        return ((Caller.OfTenant) caller).tenantId();
    }
}
