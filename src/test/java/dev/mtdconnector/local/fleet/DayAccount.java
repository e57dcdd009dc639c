package dev.mtdconnector.local.fleet;

import dev.mtdconnector.local.contoso.WellKnown;
import dev.mtdconnector.local.http.Traffic;
import dev.mtdconnector.local.intune.SimulatedIntune.DeviceStatus;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** One simulated day, to be read by people. */
public final class DayAccount {

    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("EEE d MMM yyyy", Locale.ENGLISH).withZone(ZoneOffset.UTC);

    private final FleetSite site;
    private final FleetModel model;
    private final FleetRun run;
    private final Instant from;
    private final Map<String, Long> requestsBefore;

    DayAccount(FleetSite site, FleetModel model, FleetRun run) {
        this.site = site;
        this.model = model;
        this.run = run;
        this.from = site.clock().instant();
        this.requestsBefore = requests();
        run.takeCounts();
    }

    /** The day until now. */
    public String text(int quietMoments, int differences) {
        Map<Act.Kind, Integer> counts = run.takeCounts();
        Map<String, Long> requests = requests();
        return "%s%n  people    %s came, %s left the company, into groups %s, out of groups %s%n"
                        .formatted(
                                DAY.format(from),
                                of(counts, Act.Kind.HIRED),
                                of(counts, Act.Kind.QUIT),
                                of(counts, Act.Kind.JOINED),
                                of(counts, Act.Kind.LEFT))
                + "  phones    %s new, %s registered anew, %s handed over, %s deleted; %s activated, %s check-ins%n"
                        .formatted(
                                of(counts, Act.Kind.GOT_PHONE),
                                of(counts, Act.Kind.REREGISTERED),
                                of(counts, Act.Kind.HANDED_OVER),
                                of(counts, Act.Kind.PHONE_DELETED),
                                of(counts, Act.Kind.ACTIVATES),
                                of(counts, Act.Kind.CHECKS_IN))
                + "  threats   %s caught, %s resolved, open now: %s%n"
                        .formatted(of(counts, Act.Kind.CATCHES), of(counts, Act.Kind.RESOLVES), openThreats())
                + "  Intune    %s%n".formatted(standing(site, model))
                + "  requests  %s%n"
                        .formatted(requests.entrySet().stream()
                                .map(entry -> entry.getKey() + " "
                                        + (entry.getValue() - requestsBefore.getOrDefault(entry.getKey(), 0L)))
                                .collect(Collectors.joining(", ")))
                + "  the model agreed at %d of %d quiet moments; differences: %d"
                        .formatted(quietMoments - (differences > 0 ? 1 : 0), quietMoments, differences);
    }

    private static int of(Map<Act.Kind, Integer> counts, Act.Kind kind) {
        return counts.getOrDefault(kind, 0);
    }

    private String openThreats() {
        List<String> names = List.of("none", "low", "medium", "high");
        Map<Integer, Long> byLevel = new TreeMap<>();
        model.phones().values().stream()
                .filter(model::isInScope)
                .flatMap(phone -> phone.threats.values().stream())
                .forEach(threat -> byLevel.merge(threat.level(), 1L, Long::sum));
        return byLevel.isEmpty()
                ? "none"
                : byLevel.entrySet().stream()
                        .map(entry -> entry.getValue() + " " + names.get(entry.getKey()))
                        .collect(Collectors.joining(", "));
    }

    /** What Intune shows of the phones that anything was ever told of, and how many do not comply. */
    static String standing(FleetSite site, FleetModel model) {
        Map<String, Integer> states = new TreeMap<>();
        int nonCompliant = 0;
        for (FleetModel.Phone phone : model.phones().values()) {
            Optional<DeviceStatus> status = site.intune().device(WellKnown.TENANT, phone.id);
            String state = status.map(one -> one.threatState().wireName()).orElse(FleetModel.UNKNOWN);
            if (!state.equals(FleetModel.UNKNOWN)) {
                states.merge(state, 1, Integer::sum);
                nonCompliant += status.filter(one -> one.compliance().wireName().equals("noncompliant"))
                                .isPresent()
                        ? 1
                        : 0;
            }
        }
        return states.entrySet().stream()
                        .map(entry -> entry.getValue() + " " + entry.getKey())
                        .collect(Collectors.joining(", "))
                + "; not compliant: " + nonCompliant;
    }

    private Map<String, Long> requests() {
        Map<String, Long> requests = new TreeMap<>();
        for (Traffic.Count count : site.traffic().counts()) {
            String part = count.template().startsWith("/v1.0")
                    ? "Graph"
                    : count.template().startsWith("/intune") ? "Intune" : "";
            if (!part.isEmpty()) {
                requests.merge(part, count.count(), Long::sum);
            }
        }
        return requests;
    }
}
