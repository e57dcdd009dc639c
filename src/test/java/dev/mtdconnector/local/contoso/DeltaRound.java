package dev.mtdconnector.local.contoso;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mtdconnector.local.http.Json;
import java.time.Instant;
import java.util.List;

/** One kind of resource that delta queries follow. */
interface DeltaRound {

    ChangeLog log();

    /** The next page of everything there is. */
    Page everything(Asked asked);

    /** The next page of what changed. */
    Page changes(Asked asked);

    /**
     * What is asked for.
     *
     * @param size of a page
     * @param minimal whether only what changed is wanted of an object
     */
    record Asked(GraphCall call, DeltaToken token, int size, boolean minimal, DeltaOddities oddities, Instant now) {}

    /**
     * A page.
     *
     * @param token leads on, or ends the round
     */
    record Page(List<ObjectNode> objects, DeltaToken token) {}

    /** An object that is gone. */
    static ObjectNode removed(String id, String reason) {
        ObjectNode node = Json.object().put("id", id);
        node.putObject("@removed").put("reason", reason);
        return node;
    }

    /** A property that was never set is left out. */
    static ObjectNode set(ObjectNode object, GraphCall call) {
        if (call.on(Rule.DELTA_UNSET_LEFT_OUT)) {
            object.properties().removeIf(property -> property.getValue().isNull());
        }
        return object;
    }
}
