package dev.mtdconnector.local.fleet;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mtdconnector.local.fleet.Act.By;
import dev.mtdconnector.local.fleet.Act.Kind;
import dev.mtdconnector.local.fleet.Requests.Answer;
import dev.mtdconnector.local.http.Json;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Bring what the fleet does to where it happens: the directory at once, a phone's words one after the other and until they
 * are answered, the feed's events late, twice and out of order. The model learns of each what it comes to.
 */
final class Messengers {

    private final FleetSite site;
    private final FleetModel model;
    private final DirectoryChange directory;
    private final FeedDelivery feed;
    private final VendorCloud cloud;
    private final Requests requests = new Requests();
    private final Map<String, Deque<Act>> waiting = new LinkedHashMap<>();
    private final Map<String, String> credentials = new HashMap<>();
    private final List<String> surprises = new ArrayList<>();

    Messengers(FleetSite site, FleetModel model, FeedDelivery feed) {
        this.site = site;
        this.model = model;
        this.directory = new DirectoryChange(site);
        this.feed = feed;
        this.cloud = new VendorCloud(site);
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
            directory.happens(act);
            model.apply(act, site.clock().instant());
            dropPointless(act);
            return;
        }
        FleetModel.Phone phone = model.phone(act.phone());
        if (act.kind().by() == By.PHONE && phone.isVendors) {
            model.apply(act, act.at());
            if (VendorCloud.has(phone)) {
                cloud.tell(act);
            } else {
                feed.tell(act);
            }
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
        return waiting.values().stream().allMatch(Deque::isEmpty) && feed.isIdle() && cloud.isRead();
    }

    /** Answers that nobody expected, since the last time this was asked. */
    List<String> surprises() {
        List<String> found = new ArrayList<>(surprises);
        surprises.clear();
        found.addAll(feed.surprises());
        return found;
    }

    /** Tries everything that waits once. */
    void deliver() {
        feed.deliver(false);
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
        if (model.phone(act.phone()).isVendors && (!feed.deliver(true) || !cloud.isReadOf(act.phone()))) {
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
}
