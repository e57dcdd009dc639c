package dev.mtdconnector.notify;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.http.HttpAnswer;
import dev.mtdconnector.http.HttpRequest;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.notify.Poisons.Poison;
import dev.mtdconnector.signin.Access;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Messages that were given up, for the operator: listed, replayed, discarded. */
public final class PoisonRoutes {

    private final Poisons poisons;

    public PoisonRoutes(Poisons poisons) {
        this.poisons = poisons;
    }

    public List<Route> routes() {
        String all = "/api/v1/operator/poison";
        return List.of(
                new Route("GET", all, Access.OPERATOR, null, (request, caller) -> list(request)),
                new Route(
                        "POST",
                        all + "/{poisonId}/replay",
                        Access.OPERATOR,
                        null,
                        (request, caller) ->
                                HttpAnswer.json(200, view(poisons.replay(request.pathParameter("poisonId"))))),
                new Route("POST", all + "/{poisonId}/discard", Access.OPERATOR, null, (request, caller) -> {
                    poisons.discard(request.pathParameter("poisonId"));
                    return HttpAnswer.json(200, Map.of("id", request.pathParameter("poisonId"), "discarded", true));
                }));
    }

    private HttpAnswer list(HttpRequest request) {
        int limit = ErrorRoutes.limit(request);
        String cursor = request.query().get("cursor");
        if (cursor != null && !cursor.matches("[a-z-]{1,40}~[0-9a-z-]{1,40}")) {
            throw AppException.invalid("cursor", "must be the next of the page before");
        }
        List<Poison> found = poisons.list(limit + 1, cursor);
        List<Poison> page = found.subList(0, Math.min(limit, found.size()));
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("poison", page.stream().map(PoisonRoutes::view).toList());
        answer.put("next", found.size() > limit ? page.get(limit - 1).id() : null);
        return HttpAnswer.json(200, answer);
    }

    private static Map<String, Object> view(Poison poison) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("id", poison.id());
        view.put("job", poison.queue());
        view.put("tenantId", poison.place().equals(Poisons.NO_TENANT) ? null : poison.place());
        view.put("code", ErrorCode.JOB_POISONED.code());
        view.put("title", ErrorCode.JOB_POISONED.title());
        view.put("cause", poison.cause());
        view.put("firstAt", poison.firstAt());
        view.put("lastAt", poison.lastAt());
        view.put("count", poison.count());
        view.put("correlationId", poison.correlationId());
        view.put("replayedAt", poison.replayedAt());
        return view;
    }
}
