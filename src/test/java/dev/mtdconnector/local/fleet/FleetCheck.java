package dev.mtdconnector.local.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.local.contoso.WellKnown;
import dev.mtdconnector.local.fleet.Requests.Answer;
import dev.mtdconnector.local.http.Json;
import dev.mtdconnector.local.intune.SimulatedIntune.DeviceStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Compares what the product and Intune say at a quiet moment with the model. Each difference is one sentence. */
final class FleetCheck {

    private final FleetSite site;
    private final FleetModel model;
    private final Causes causes;
    private final Requests requests = new Requests();
    private List<String> differences = new ArrayList<>();

    FleetCheck(FleetSite site, FleetModel model, Causes causes) {
        this.site = site;
        this.model = model;
        this.causes = causes;
    }

    /** What differs; the model then goes on from what was seen. */
    List<String> differences() {
        differences = new ArrayList<>();
        Instant now = site.clock().instant();
        Map<String, JsonNode> devices = devices();
        int standing = 0;
        int[] levels = new int[4];
        for (FleetModel.Phone phone : model.phones().values()) {
            JsonNode device = devices.remove(phone.id);
            String word = device == null ? "" : device.path("state").asText();
            compare(phone, "state", word, model.words(phone, now));
            if (device != null && !model.isOpen(phone, now)) {
                compare(phone, "owner", device.path("userId").asText(), Set.of(phone.owner));
                compare(phone, "open threats", threats(device), Set.of(threats(phone)));
            }
            if (device != null && !phone.threats.isEmpty()) {
                levels[phone.level()]++;
            }
            String shown = inIntune(phone, now);
            standing += isStanding(shown) ? 1 : 0;
            model.seen(phone, word, shown);
        }
        devices.keySet().forEach(id -> differ("The product has device " + id + ", which nobody enrolled"));
        unsupported();
        counters(standing, levels);
        errors();
        return differences;
    }

    private void differ(String sentence) {
        differences.add(sentence);
    }

    private void compare(FleetModel.Phone phone, String what, String found, Set<String> allowed) {
        if (!allowed.contains(found)) {
            differ(phone.name + " (" + phone.id + "): " + what + " is \"" + found + "\", must be "
                    + (allowed.size() == 1 ? "\"" + allowed.iterator().next() + "\"" : "one of " + allowed));
        }
    }

    private Map<String, JsonNode> devices() {
        Map<String, JsonNode> devices = new TreeMap<>();
        String cursor = "";
        do {
            JsonNode page = get("/api/v1/devices?limit=1000" + cursor);
            page.path("devices")
                    .forEach(device -> devices.put(device.path("deviceId").asText(), device));
            cursor = page.hasNonNull("next") ? "&cursor=" + page.path("next").asText() : "";
        } while (!cursor.isEmpty());
        return devices;
    }

    private JsonNode get(String path) {
        return read(requests.send("GET", site.connector() + path, site.apiKey(), null), path);
    }

    private JsonNode read(Answer answer, String path) {
        if (!answer.isDone()) {
            differ(path + " was answered " + answer.status() + " " + answer.code());
        }
        return answer.json();
    }

    private static String threats(JsonNode device) {
        List<String> found = new ArrayList<>();
        device.path("openThreats")
                .forEach(threat ->
                        found.add(threat.path("classifications").path(0).asText()));
        found.sort(null);
        return String.join(" ", found);
    }

    private static String threats(FleetModel.Phone phone) {
        return String.join(
                " ", phone.threats.values().stream().map(Threats::name).sorted().toList());
    }

    private String inIntune(FleetModel.Phone phone, Instant now) {
        Optional<DeviceStatus> status = site.intune().device(WellKnown.TENANT, phone.id);
        if (status.isPresent() != phone.exists) {
            differ(phone.name + " (" + phone.id + "): is " + (phone.exists ? "not " : "") + "in the directory");
        }
        if (status.isEmpty()) {
            return FleetModel.UNKNOWN;
        }
        String shown = status.get().threatState().wireName();
        compare(phone, "Intune's state", shown, model.shown(phone, now));
        compare(
                phone,
                "Intune's verdict on " + shown,
                status.get().compliance().wireName(),
                Set.of(FleetModel.compliance(phone, shown)));
        return shown;
    }

    private void unsupported() {
        Set<String> found = new TreeSet<>();
        get("/api/v1/unsupported-devices")
                .path("devices")
                .forEach(device -> found.add(device.path("deviceId").asText()));
        Set<String> expected = new TreeSet<>();
        model.phones().values().stream().filter(phone -> !phone.isSupported).forEach(phone -> expected.add(phone.id));
        if (!found.equals(expected)) {
            differ("Unsupported devices are " + found + ", must be " + expected);
        }
    }

    private static boolean isStanding(String shown) {
        return !shown.equals(FleetModel.UNKNOWN) && !shown.equals(FleetModel.DEACTIVATED);
    }

    private void counters(int standing, int[] levels) {
        JsonNode progress = get("/api/v1/connector").path("publishingProgress");
        count("told, of the connector's progress", progress.path("told").asInt(), standing);
        count("held", progress.path("held").asInt(), 0);
        count("stranded", progress.path("stranded").asInt(), 0);
        JsonNode policy = read(
                requests.send(
                        "POST",
                        site.connector() + "/api/v1/policy/preview",
                        site.apiKey(),
                        Json.parse("{\"expectedVersion\": 0, \"levels\": {\"TROJAN\": \"high\"}}")),
                "the policy's preview");
        String[] names = {"none", "low", "medium", "high"};
        for (int level = 0; level < levels.length; level++) {
            count(
                    "devices with open threats that amount to " + names[level],
                    policy.path("devices").path(names[level]).path(names[level]).asInt(),
                    levels[level]);
        }
        boolean isAllEnrolled =
                model.phones().values().stream().allMatch(phone -> phone.isEnrolled || !phone.isVendors);
        if (isAllEnrolled) {
            count("parked events", get("/api/v1/parked-events").path("waiting").asInt(), 0);
        }
    }

    private void count(String what, int found, int expected) {
        if (found != expected) {
            differ("The counter of " + what + " is " + found + ", must be " + expected);
        }
    }

    private void errors() {
        for (JsonNode error : get("/api/v1/errors").path("errors")) {
            Instant first = Instant.parse(error.path("firstAt").asText());
            Instant last = Instant.parse(error.path("lastAt").asText());
            String code = error.path("code").asText();
            if (!causes.explain(code, first, last)) {
                differ("The error record " + error.path("job").asText() + " " + code + " of " + first + " to " + last
                        + " (" + error.path("count").asLong() + " times) has no cause");
            }
        }
    }
}
