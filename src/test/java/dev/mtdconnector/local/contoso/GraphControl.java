package dev.mtdconnector.local.contoso;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mtdconnector.local.http.Answer;
import dev.mtdconnector.local.http.Json;
import dev.mtdconnector.local.http.LocalServer;
import dev.mtdconnector.local.http.Request;
import dev.mtdconnector.local.http.Routes;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** {@code /control/graph}: how Graph behaves where Microsoft leaves it open. */
final class GraphControl implements Routes {

    private final GraphConduct conduct;

    GraphControl(GraphConduct conduct) {
        this.conduct = conduct;
    }

    @Override
    public void register(LocalServer server) {
        server.route("GET", "/control/graph", request -> Answer.json(200, shown()))
                .route("POST", "/control/graph", ControlApi.refusing(this::change));
    }

    private ObjectNode shown() {
        GraphConduct.State state = conduct.state();
        return Json.object()
                .put("delta", state.documented() ? "documented" : "calm")
                .put("deltaPage", state.deltaPage())
                .put("throttling", state.throttling())
                .put("quota", state.quota())
                .put("retryAfter", state.retryAfter());
    }

    private Answer change(Request request) throws IOException {
        Fields fields = new Fields(request.json());
        GraphConduct.State now = conduct.state();
        String delta = fields.optionalText("delta");
        if (delta != null && !delta.equals("calm") && !delta.equals("documented")) {
            throw new IllegalArgumentException("delta must be calm or documented");
        }
        GraphConduct.State next = now.withDelta(
                        delta == null ? now.documented() : delta.equals("documented"),
                        number(fields.optionalNumber("deltaPage", 1, GraphConduct.MOST_DELTA_PAGE), now.deltaPage()))
                .withThrottling(
                        fields.flag("throttling", now.throttling()),
                        number(fields.optionalNumber("quota", 0, 1_000_000), now.quota()),
                        fields.flag("retryAfter", now.retryAfter()));
        fields.done();
        conduct.become(next);
        return Answer.json(200, shown());
    }

    private static int number(@Nullable Long given, int otherwise) {
        return given == null ? otherwise : given.intValue();
    }
}
