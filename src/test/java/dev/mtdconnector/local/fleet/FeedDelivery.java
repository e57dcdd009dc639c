package dev.mtdconnector.local.fleet;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mtdconnector.local.fleet.Act.Kind;
import dev.mtdconnector.local.fleet.Requests.Answer;
import dev.mtdconnector.local.http.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/** The vendor's feed: tells the connector what the vendor's app found, until it was taken. */
final class FeedDelivery {

    private static final int HELD_AT_MOST = 4;
    private static final int REMEMBERED = 40;

    private final FleetSite site;
    private final Random chance;
    private final boolean isUnruly;
    private final Requests requests = new Requests();
    private final Map<Integer, Held> waiting = new LinkedHashMap<>();
    private final Deque<ObjectNode> sentBefore = new ArrayDeque<>();
    private final List<String> surprises = new ArrayList<>();
    private int events;

    /**
     * @param isUnruly whether it delivers late, twice and out of order
     */
    FeedDelivery(FleetSite site, Random chance, boolean isUnruly) {
        this.site = site;
        this.chance = chance;
        this.isUnruly = isUnruly;
    }

    private static final class Held {
        final ObjectNode event;
        int rounds;

        Held(ObjectNode event, int rounds) {
            this.event = event;
            this.rounds = rounds;
        }
    }

    void tell(Act act) {
        waiting.put(events, new Held(event(act), isUnruly ? chance.nextInt(HELD_AT_MOST) : 0));
        events++;
    }

    boolean isIdle() {
        return waiting.isEmpty();
    }

    /** Answers that nobody expected, since the last time this was asked. */
    List<String> surprises() {
        List<String> found = List.copyOf(surprises);
        surprises.clear();
        return found;
    }

    /**
     * Delivers what is due.
     *
     * @param isAll whatever was meant to be late too
     * @return false when it has to be tried again
     */
    boolean deliver(boolean isAll) {
        List<Integer> taken = new ArrayList<>();
        List<ObjectNode> fresh = new ArrayList<>();
        waiting.forEach((number, held) -> {
            held.rounds--;
            if (isAll || held.rounds < 0) {
                taken.add(number);
                fresh.add(held.event);
            }
        });
        if (taken.isEmpty()) {
            return true;
        }
        List<ObjectNode> batch = new ArrayList<>(fresh);
        if (isUnruly) {
            sentBefore.stream().filter(old -> chance.nextInt(8) == 0).forEach(batch::add);
            Collections.shuffle(batch, chance);
        }
        ObjectNode body = Json.object();
        body.putArray("events").addAll(batch);
        Answer answer = requests.send("POST", site.connector() + "/events", site.feedKey(), body);
        if (answer.isForLater()) {
            return false;
        }
        if (!answer.isDone() || !answer.json().path("rejected").isEmpty()) {
            surprises.add("The feed was answered " + answer);
        }
        waiting.keySet().removeAll(taken);
        fresh.forEach(sentBefore::addFirst);
        while (sentBefore.size() > REMEMBERED) {
            sentBefore.removeLast();
        }
        return true;
    }

    /** An event as the vendor's feed has it; the guid of the device is the vendor's own. */
    private ObjectNode event(Act act) {
        String guid = id("guid of " + act.phone());
        ObjectNode event = Json.object()
                .put("id", id("event " + events + " on " + act.phone()))
                .put("enterprise_guid", site.enterpriseGuid())
                .put("created_time", act.at().toString())
                .put("change_type", "UPDATED");
        event.putObject("actor").put("guid", guid).put("type", "DEVICE");
        if (act.kind() == Kind.ACTIVATES) {
            event.put("type", "DEVICE");
            ObjectNode device = event.putObject("device").put("guid", guid);
            device.putObject("info").put("external_id", act.phone());
            device.putObject("status").put("activation_status", "ACTIVATED").put("protection_status", "PROTECTED");
        } else {
            Threats threat = Threats.valueOf(act.what());
            event.put("type", "THREAT");
            event.putObject("threat")
                    .put("guid", act.name())
                    .put("status", act.kind() == Kind.CATCHES ? "OPEN" : "RESOLVED")
                    .put("severity", threat.severity())
                    .put("type", threat.type())
                    .putArray("classifications")
                    .add(threat.name());
        }
        return event;
    }

    private static String id(String name) {
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
    }
}
