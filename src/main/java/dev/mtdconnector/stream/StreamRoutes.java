package dev.mtdconnector.stream;

import dev.mtdconnector.http.HttpAnswer;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.signin.Access;
import dev.mtdconnector.signin.Caller;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What an administrator sees of the following of the tenant's event stream. */
public final class StreamRoutes {

    private final StreamStore store;
    private final Clock clock;

    public StreamRoutes(StreamStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    public List<Route> routes() {
        return List.of(new Route(
                "GET",
                "/api/v1/feed/stream",
                Access.CONNECTOR_READ,
                null,
                (request, caller) -> show(((Caller.OfTenant) caller).tenantId())));
    }

    private HttpAnswer show(String tenantId) {
        Optional<StreamProgress> progress = store.find(tenantId);
        Map<String, Object> view = new LinkedHashMap<>();
        view.put(
                "isFollowed",
                progress.filter(known -> known.isFollowed(clock.instant())).isPresent());
        view.put("lastId", progress.map(StreamProgress::lastId).orElse(null));
        view.put("coveredUntil", progress.map(StreamProgress::coveredUntil).orElse(null));
        view.put("counts", progress.map(StreamProgress::counts).orElse(Map.of()));
        return HttpAnswer.json(200, view);
    }
}
