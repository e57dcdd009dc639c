package dev.mtdconnector.local.fleet;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mtdconnector.local.contoso.WellKnown;
import dev.mtdconnector.local.fleet.Act.By;
import dev.mtdconnector.local.fleet.Act.Kind;
import dev.mtdconnector.local.fleet.Requests.Answer;
import dev.mtdconnector.local.http.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/**
 * Bring what the fleet does to where it happens: the directory at once, a phone's words one after the other and until they
 * are answered, the feed's events late, twice and out of order. The model learns of each what it comes to.
 */
final class Messengers {

    private static final int HELD_AT_MOST = 4;
    private static final int REMEMBERED = 40;

    private final FleetSite site;
    private final FleetModel model;
    private final Random chance;
    private final boolean isUnruly;
    private final Requests requests = new Requests();
    private final Map<String, Deque<Act>> waiting = new LinkedHashMap<>();
    private final Map<String, String> credentials = new HashMap<>();
    private final Map<String, Held> feed = new LinkedHashMap<>();
    private final Deque<ObjectNode> sentBefore = new ArrayDeque<>();
    private final List<String> surprises = new ArrayList<>();
    private int events;

    /**
     * @param isUnruly whether the feed delivers late, twice and out of order
     */
    Messengers(FleetSite site, FleetModel model, Random chance, boolean isUnruly) {
        this.site = site;
        this.model = model;
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

    /** What became of an errand. */
    private enum End {
        DONE,
        LATER,
        POINTLESS
    }

    /** Lets it happen, or sets about it. */
    void happens(Act act) {
        if (act.kind().by() == By.DIRECTORY) {
            inDirectory(act);
            model.apply(act, site.clock().instant());
            dropPointless(act);
            return;
        }
        FleetModel.Phone phone = model.phone(act.phone());
        if (act.kind().by() == By.PHONE && phone.isVendors) {
            model.apply(act, act.at());
            feed.put("e" + events, new Held(event(act), isUnruly ? chance.nextInt(HELD_AT_MOST) : 0));
            events++;
            return;
        }
        Deque<Act> queue = waiting.computeIfAbsent(act.phone(), missing -> new ArrayDeque<>());
        if (act.kind().by() == By.ADMINISTRATOR) {
            queue.clear();
        }
        queue.add(act);
    }

    /** Whether everything was brought. */
    boolean areIdle() {
        return waiting.values().stream().allMatch(Deque::isEmpty) && feed.isEmpty();
    }

    /** Answers that nobody expected, since the last time this was asked. */
    List<String> surprises() {
        List<String> found = List.copyOf(surprises);
        surprises.clear();
        return found;
    }

    /** Tries everything that waits once. */
    void deliver() {
        deliverFeed(false);
        for (Map.Entry<String, Deque<Act>> entry : waiting.entrySet()) {
            Deque<Act> queue = entry.getValue();
            End end = End.DONE;
            while (end != End.LATER && !queue.isEmpty()) {
                end = attempt(queue.element());
                if (end != End.LATER) {
                    queue.remove();
                }
            }
        }
        waiting.values().removeIf(Deque::isEmpty);
    }

    /** Delivers the feed's events, whatever was meant to be late. */
    boolean deliverAllOfFeed() {
        return deliverFeed(true);
    }

    private boolean deliverFeed(boolean isAll) {
        List<ObjectNode> batch = new ArrayList<>();
        List<String> taken = new ArrayList<>();
        feed.forEach((key, held) -> {
            if (isAll || held.rounds-- <= 0) {
                batch.add(held.event);
                taken.add(key);
            }
        });
        if (batch.isEmpty()) {
            return true;
        }
        List<ObjectNode> fresh = List.copyOf(batch);
        if (isUnruly) {
            sentBefore.stream().filter(old -> chance.nextInt(8) == 0).forEach(batch::add);
            Collections.shuffle(batch, chance);
        }
        ObjectNode body = Json.object();
        body.putArray("events").addAll(batch);
        Answer answer = requests.send("POST", site.connector() + "/events", site.feedKey(), body);
        if (answer.isDone()) {
            if (!answer.json().path("rejected").isEmpty()) {
                surprises.add("The feed's events were rejected: " + answer.json().path("rejected"));
            }
            taken.forEach(feed::remove);
            fresh.forEach(sentBefore::addFirst);
            while (sentBefore.size() > REMEMBERED) {
                sentBefore.removeLast();
            }
            return true;
        }
        if (!answer.isForLater()) {
            surprises.add("The feed was answered " + answer);
            taken.forEach(feed::remove);
        }
        return false;
    }

    private void inDirectory(Act act) {
        boolean isKnownPhone = site.contoso().deviceByDeviceId(act.phone()).isPresent();
        switch (act.kind()) {
            case HIRED -> {
                if (site.contoso().user(act.person()).isEmpty()) {
                    change(Json.object()
                            .put("type", "userCreated")
                            .put("id", act.person())
                            .put("displayName", act.name())
                            .put("userPrincipalName", act.person() + "@" + WellKnown.DOMAIN));
                }
            }
            case QUIT -> {
                if (site.contoso().user(act.person()).isPresent()) {
                    change(Json.object().put("type", "userDeleted").put("user", act.person()));
                }
            }
            case JOINED -> members(act, "add");
            case LEFT -> members(act, "remove");
            case GOT_PHONE -> {
                String[] traits = act.what().split(" ");
                if (!isKnownPhone) {
                    change(Json.object()
                            .put("type", "deviceCreated")
                            .put("deviceId", act.phone())
                            .put("displayName", act.name())
                            .put("owner", act.person())
                            .put("operatingSystem", traits[0])
                            .put("operatingSystemVersion", traits[0].equals("iOS") ? "18.6" : "16")
                            .put("managed", traits[2].equals("managed")));
                }
            }
            case PHONE_DELETED -> {
                if (isKnownPhone) {
                    change(Json.object().put("type", "deviceDeleted").put("deviceId", act.phone()));
                }
            }
            case REREGISTERED -> {
                if (site.contoso().deviceByDeviceId(act.what()).isEmpty()) {
                    change(Json.object()
                            .put("type", "deviceReregistered")
                            .put("deviceId", act.phone())
                            .put("newDeviceId", act.what()));
                }
            }
            case HANDED_OVER ->
                change(Json.object()
                        .put("type", "ownerChanged")
                        .put("deviceId", act.phone())
                        .put("owner", act.person()));
            default -> throw new IllegalArgumentException(act.line());
        }
    }

    private void members(Act act, String verb) {
        ObjectNode change = Json.object()
                .put("type", "members")
                .put("group", act.what().equals("nested") ? WellKnown.FIELD_SALES_GROUP : WellKnown.ENROLLMENT_GROUP);
        change.putArray(verb).add(act.person());
        change(change);
    }

    private void change(ObjectNode change) {
        site.changes().apply(List.of(change));
    }

    /** What a phone was about to say for a user who is gone, or who has no part in it any more, is not said. */
    private void dropPointless(Act act) {
        if (act.kind() == Kind.HANDED_OVER || act.kind() == Kind.REREGISTERED || act.kind() == Kind.PHONE_DELETED) {
            waiting.remove(act.phone());
            credentials.remove(act.phone());
        }
        waiting.entrySet().removeIf(entry -> isPointless(entry.getValue(), model.phone(entry.getKey())));
    }

    private boolean isPointless(Deque<Act> queue, FleetModel.Phone phone) {
        if (model.isInScope(phone)) {
            return false;
        }
        boolean isHandover = !phone.isVendors && phone.heardFrom == null && phone.isEnrolled;
        if (isHandover && queue.stream().anyMatch(act -> act.kind() == Kind.ACTIVATES)) {
            // Perhaps a former owner's still, by what the product knows: only a pass sees it now.
            phone.openUntil = site.clock().instant().plus(FleetModel.PASS);
        }
        return true;
    }

    private End attempt(Act act) {
        return switch (act.kind()) {
            case ACTIVATES -> activate(act);
            case CHECKS_IN -> byAgent(act, "checkin", checkIn(act));
            case CATCHES, RESOLVES -> byAgent(act, "threats", report(act));
            default -> byAdministrator(act);
        };
    }

    private End activate(Act act) {
        Answer token = requests.send(
                "POST",
                site.simulator() + "/control/tokens",
                null,
                Json.object().put("identity", act.person()).put("audience", "agent"));
        if (!token.isDone()) {
            return token.isForLater() ? End.LATER : surprise(act, token);
        }
        Answer answer = requests.send(
                "POST",
                site.connector() + "/device/v1/activate",
                token.json().path("access_token").asText(),
                Json.object().put("deviceId", act.phone()));
        if (answer.isDone()) {
            credentials.put(act.phone(), answer.json().path("deviceCredential").asText());
            model.apply(act, site.clock().instant());
            return End.DONE;
        }
        // Before the next sync the product does not know that the phone is there, or back.
        boolean isTooEarly = answer.status() == 404 || answer.code().equals("device.out-of-scope");
        return answer.isForLater() || isTooEarly ? End.LATER : surprise(act, answer);
    }

    private static ObjectNode checkIn(Act act) {
        return Json.object().put("agentVersion", act.what());
    }

    private static ObjectNode report(Act act) {
        Threats threat = Threats.valueOf(act.what());
        ObjectNode body = Json.object();
        ObjectNode one = body.putArray("threats")
                .addObject()
                .put("guid", act.name())
                .put("status", act.kind() == Kind.CATCHES ? "detected" : "resolved")
                .put("type", threat.type())
                .put("severity", threat.severity().toLowerCase(Locale.ROOT))
                .put("at", act.at().toString());
        one.putArray("classifications").add(threat.name());
        return body;
    }

    private End byAgent(Act act, String route, ObjectNode body) {
        String credential = credentials.get(act.phone());
        if (credential == null) {
            // Its user was interrupted when activating it.
            Act activation = new Act(act.at(), Kind.ACTIVATES, act.person(), act.phone(), "", "");
            End end = activate(activation);
            credential = credentials.get(act.phone());
            if (end != End.DONE || credential == null) {
                return end;
            }
        }
        Answer answer = requests.send("POST", site.connector() + "/device/v1/" + route, credential, body);
        if (answer.isDone()) {
            if (answer.json().hasNonNull("deviceCredential")) {
                credentials.put(
                        act.phone(), answer.json().path("deviceCredential").asText());
            }
            model.apply(act, site.clock().instant());
            return End.DONE;
        }
        return answer.isForLater() ? End.LATER : surprise(act, answer);
    }

    private End byAdministrator(Act act) {
        if (model.phone(act.phone()).isVendors && !deliverAllOfFeed()) {
            return End.LATER;
        }
        String address = site.connector() + "/api/v1/devices/" + act.phone();
        Answer answer = switch (act.kind()) {
            case DEACTIVATED -> requests.send("POST", address + "/deactivate", site.apiKey(), Json.object());
            case FORGOTTEN -> requests.send("DELETE", address, site.apiKey(), null);
            default -> requests.send("POST", address + "/resync", site.apiKey(), Json.object());
        };
        if (answer.isDone()) {
            if (act.kind() == Kind.FORGOTTEN) {
                credentials.remove(act.phone());
            }
            model.apply(act, site.clock().instant());
            return End.DONE;
        }
        return answer.isForLater() || answer.status() == 404 ? End.LATER : surprise(act, answer);
    }

    private End surprise(Act act, Answer answer) {
        surprises.add(act.line() + " was answered " + answer.status() + " " + answer.json());
        return End.POINTLESS;
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
