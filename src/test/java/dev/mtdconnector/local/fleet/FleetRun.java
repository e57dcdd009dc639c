package dev.mtdconnector.local.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.local.contoso.WellKnown;
import dev.mtdconnector.local.fleet.Requests.Answer;
import dev.mtdconnector.local.http.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Lets a fleet live in a local world, in steps, and stops for quiet moments to compare the world with the model. */
public final class FleetRun {

    private static final Duration STEP = Duration.ofMinutes(5);
    private static final int LATELY = 30;
    private static final Duration GLANCE = Duration.ofMinutes(1);

    /** The longest way back to quiet: what failed is tried again after up to 32 minutes, several times. */
    private static final Duration LONGEST_WAY = Duration.ofHours(4);

    /** How time passes in a world, and what its host goes through. */
    public interface Pace {

        /** Lets so much simulated time pass, with what falls due in it. */
        void pass(Duration time);

        /** Ends the connector and starts it over the same state. */
        void restart();
    }

    /**
     * @param phones how many there are at first
     * @param liveliness of {@link Fleet}
     * @param silence the tenant's setting, after which a device is disconnected
     * @param safetyCapPercent the tenant's setting, beyond which an administrator is asked
     * @param faults how many of a hundred steps bring a fault; 0 for a calm world, in which the feed keeps its order too
     */
    public record Plan(
            long seed, int phones, double liveliness, Duration silence, int safetyCapPercent, double faults) {}

    private final FleetSite site;
    private final Plan plan;
    private final Pace pace;
    private final Fleet fleet;
    private final FleetModel model;
    private final Causes causes = new Causes();
    private final Weather weather;
    private final Messengers messengers;
    private final FleetCheck check;
    private final Requests requests = new Requests();
    private final Map<Act.Kind, Integer> counts = new EnumMap<>(Act.Kind.class);
    private final Deque<String> lately = new ArrayDeque<>();
    private int acts;
    private int steps;
    private int quietMoments;

    public FleetRun(FleetSite site, Plan plan, Pace pace) {
        this.site = site;
        this.plan = plan;
        this.pace = pace;
        this.fleet = new Fleet(
                plan.seed(), plan.phones(), plan.liveliness(), site.clock().instant());
        this.model = new FleetModel(plan.silence());
        this.weather = new Weather(new Random(plan.seed() + 1), site.clock(), causes, plan.faults());
        this.messengers =
                new Messengers(site, model, new FeedDelivery(site, new Random(plan.seed() + 2), plan.faults() > 0));
        this.check = new FleetCheck(site, model, causes);
        site.traffic().observe(weather::fault);
        residents();
    }

    /** For the storage of the connector. */
    public Weather weather() {
        return weather;
    }

    FleetModel model() {
        return model;
    }

    private void residents() {
        for (String person : site.contoso().transitiveMembers(WellKnown.ENROLLMENT_GROUP)) {
            model.member(person);
            site.contoso()
                    .devicesOf(person)
                    .forEach(device -> model.resident(
                            device.deviceId(),
                            device.displayName(),
                            device.managed(),
                            !device.operatingSystem().equals("Windows"),
                            isSupported(device.operatingSystem(), device.operatingSystemVersion()),
                            person));
        }
    }

    /** The least versions of docs: iOS 15, Android 10. */
    private static boolean isSupported(String system, String version) {
        int major = Integer.parseInt(version.replaceFirst("\\..*", ""));
        return system.equals("Android") ? major >= 10 : !system.equals("Windows") && major >= 15;
    }

    /** Five simulated minutes: time passes, then what happened in it reaches the product, in whatever weather. */
    public void step() {
        steps++;
        Instant next = site.clock().instant().plus(STEP);
        if (plan.faults() > 0 && weather.turn().restarts()) {
            pace.restart();
        }
        pace.pass(Duration.between(site.clock().instant(), next));
        for (Act act : fleet.until(site.clock().instant())) {
            counts.merge(act.kind(), 1, Integer::sum);
            acts++;
            lately.addFirst(act.line());
            while (lately.size() > LATELY) {
                lately.removeLast();
            }
            messengers.happens(act);
        }
        messengers.deliver();
    }

    /** What the tenant's administrator does who is asked: agrees to what is held back. */
    public void administer() {
        Answer answer = requests.send("GET", site.connector() + "/api/v1/connector", site.apiKey(), null);
        approve(answer.json().path("publishingProgress"));
    }

    /**
     * Lets the weather calm down and everything be worked off; then compares.
     *
     * @return the differences; none in a world that is right
     */
    public List<String> quietMoment() {
        quietMoments++;
        List<String> differences = new ArrayList<>();
        weather.calm();
        String restless = settle();
        if (restless != null) {
            differences.add("It did not become quiet within " + LONGEST_WAY + ": " + restless);
        }
        differences.addAll(messengers.surprises());
        differences.addAll(check.differences());
        return differences.stream()
                .map(one -> "seed " + plan.seed() + ", step " + steps + ": " + one)
                .toList();
    }

    /** Null when all is quiet, else what was not. */
    private @Nullable String settle() {
        Instant end = site.clock().instant().plus(LONGEST_WAY);
        String restless = "";
        // The sync that ends first may have begun before the last change: only the second has certainly seen it.
        for (int round = 0; round < 2; round++) {
            messengers.deliver();
            Instant asked = site.clock().instant();
            requests.send("POST", site.connector() + "/api/v1/connector/sync", site.apiKey(), Json.object());
            do {
                if (site.clock().instant().isAfter(end)) {
                    return restless;
                }
                pace.pass(GLANCE);
                messengers.deliver();
                restless = restlessness(asked);
            } while (restless != null);
        }
        return null;
    }

    private @Nullable String restlessness(Instant asked) {
        Answer answer = requests.send("GET", site.connector() + "/api/v1/connector", site.apiKey(), null);
        if (!answer.isDone()) {
            return "the connector answers " + answer.status();
        }
        JsonNode sync = answer.json().path("sync");
        JsonNode publishing = answer.json().path("publishingProgress");
        approve(publishing);
        if (!messengers.areIdle()) {
            return "phones, the feed or an administrator wait for an answer";
        }
        if (!sync.hasNonNull("lastSuccessAt")
                || !Instant.parse(sync.path("lastSuccessAt").asText()).isAfter(asked)) {
            return "no sync since " + asked + ": " + sync;
        }
        for (String part : List.of("outstanding", "inFlight", "held", "stranded")) {
            if (publishing.path(part).asInt() != 0) {
                return "publishing: " + publishing;
            }
        }
        for (String job : List.of("sync", "heartbeat", "publishingProgress")) {
            if (answer.json().path(job).hasNonNull("error")) {
                return job + ": " + answer.json().path(job);
            }
        }
        return null;
    }

    /** The administrator who is asked says yes: a wave is what it looks like, and who left has left. */
    private void approve(JsonNode publishing) {
        if (publishing.path("held").asInt() > 0) {
            approve("held-publishes", Causes.Kind.MANY_WORSENED);
        }
        approve("held-removals", Causes.Kind.MANY_LEFT);
    }

    private void approve(String what, Causes.Kind cause) {
        String address = site.connector() + "/api/v1/connector/" + what;
        JsonNode held = requests.send("GET", address, site.apiKey(), null).json();
        if (held.hasNonNull("set")) {
            requests.send(
                    "POST",
                    address + "/approve",
                    site.apiKey(),
                    Json.object().put("set", held.path("set").asInt()));
            causes.note(site.clock().instant(), cause);
        }
    }

    /** How many acts of each kind there were, since the last time this was asked. */
    Map<Act.Kind, Integer> takeCounts() {
        Map<Act.Kind, Integer> taken = new EnumMap<>(Act.Kind.class);
        taken.putAll(counts);
        counts.clear();
        return taken;
    }

    /** Answers that nobody expected, since the last time this was asked. */
    public List<String> surprises() {
        return messengers.surprises();
    }

    /** The latest acts, newest first. */
    public List<String> lately() {
        return List.copyOf(lately);
    }

    /** Simulated days that began so far are accounted for by this. */
    public DayAccount newDay() {
        return new DayAccount(site, model, this);
    }

    /** What was, in one line. */
    public String summary() {
        return acts + " acts in " + steps + " steps, " + quietMoments + " quiet moments, faults met " + causes.counts();
    }

    /** How the phones stand by the model, in one line. */
    public String standing() {
        return DayAccount.standing(site, model);
    }
}
