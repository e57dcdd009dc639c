package dev.mtdconnector.local.risk;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mtdconnector.local.http.Answer;
import dev.mtdconnector.local.http.Json;
import dev.mtdconnector.local.http.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The lists of the Mobile Risk API: devices, threats, smishing alerts; keyset paging by {@code oid}, newest first. */
final class RiskReads {

    private static final int DEFAULT_LIMIT = 100;
    private static final List<String> PLATFORMS = List.of("ANDROID", "IOS");
    private static final Map<String, Integer> TIMEFRAMES =
            Map.of("ALL", 36500, "LAST_30_DAYS", 30, "LAST_60_DAYS", 60, "LAST_90_DAYS", 90, "LAST_6_MONTHS", 183);

    private final RiskErrors errors;
    private final Set<RiskRule> off;

    RiskReads(RiskErrors errors, Set<RiskRule> off) {
        this.errors = errors;
        this.off = off;
    }

    Answer devices(Request request, RiskFeed feed) {
        RiskQuery query = query(
                request,
                "email",
                "is_mdm",
                "limit",
                "oid",
                "platform",
                "profile_type",
                "protection_status",
                "security_status",
                "state",
                "updated_since");
        Predicate<@Nullable String> platform = query.filter("platform", PLATFORMS);
        Predicate<@Nullable String> profile = query.filter("profile_type", List.of("WORK", "PERSONAL"));
        Predicate<@Nullable String> state = query.filter("state", List.of("ACTIVATED", "DEACTIVATED", "PENDING"));
        Predicate<@Nullable String> protection =
                query.filter("protection_status", List.of("PROTECTED", "DISCONNECTED"));
        Predicate<@Nullable String> security =
                query.filter("security_status", List.of("SECURE", "THREATS_LOW", "THREATS_MEDIUM", "THREATS_HIGH"));
        Predicate<@Nullable String> managed = query.filter("is_mdm", List.of("true", "false"));
        Instant since = query.time("updated_since");
        String email = query.text("email");
        return page(
                query,
                "devices",
                feed.devices().stream()
                        .filter(device -> platform.test(device.platform()))
                        .filter(device -> profile.test("WORK"))
                        .filter(device -> state.test(device.activation()))
                        .filter(device -> protection.test(protection(device)))
                        .filter(device -> security.test(device.isProtected() ? device.securityStatus() : null))
                        .filter(device -> managed.test(Boolean.toString(device.externalId() != null)))
                        .filter(device -> since == null || !device.updatedAt().isBefore(since))
                        .filter(device -> email == null || contains(device.email(), email)),
                RiskDevice::oid,
                feed.json()::listed);
    }

    Answer device(Request request, RiskFeed feed) {
        RiskQuery query = query(request, "guid", "mdm_device_id", "show_vulns");
        String guid = query.text("guid");
        String mdm = query.text("mdm_device_id");
        if ((guid == null) == (mdm == null)) {
            throw query.bad("Give either guid or mdm_device_id");
        }
        return feed.devices().stream()
                .filter(device -> guid == null ? mdm != null && mdm.equals(device.mdmId()) : guid.equals(device.guid()))
                .findFirst()
                .map(device -> Answer.json(200, feed.json().listed(device)))
                .orElseGet(() -> errors.answer(404, "device not found"));
    }

    Answer threats(Request request, RiskFeed feed) {
        RiskQuery query = query(
                request,
                "classification",
                "device_guid",
                "limit",
                "oid",
                "platform",
                "risk",
                "status",
                "threat_type",
                "timeframe");
        Predicate<@Nullable String> classification = query.filter("classification", List.of());
        Predicate<@Nullable String> device = query.filter("device_guid", List.of());
        Predicate<@Nullable String> platform = query.filter("platform", PLATFORMS);
        Predicate<@Nullable String> risk = query.filter("risk", names(Severity.values()));
        Predicate<@Nullable String> status = query.filter("status", List.of("OPEN", "RESOLVED", "IGNORED"));
        Predicate<@Nullable String> kind = query.filter("threat_type", names(ThreatKind.values()));
        String frame = Objects.requireNonNullElse(query.text("timeframe"), "ALL");
        Integer days = TIMEFRAMES.get(frame);
        if (days == null) {
            throw query.bad("timeframe must be one of ALL, LAST_30_DAYS, LAST_60_DAYS, LAST_90_DAYS, LAST_6_MONTHS");
        }
        Instant oldest = feed.now().minus(Duration.ofDays(days));
        return page(
                query,
                "threats",
                feed.threats().stream()
                        .filter(threat -> threat.classifications().stream().anyMatch(classification))
                        .filter(threat -> device.test(threat.deviceGuid()))
                        .filter(threat -> risk.test(threat.severity().name()))
                        .filter(threat -> status.test(threat.status()))
                        .filter(threat -> kind.test(threat.kind().name()))
                        .filter(threat -> !threat.detectedAt().isBefore(oldest))
                        .filter(threat -> platform.test(feed.device(threat.deviceGuid())
                                .map(RiskDevice::platform)
                                .orElse(null))),
                RiskThreat::oid,
                threat -> feed.json()
                        .listed(threat, feed.device(threat.deviceGuid()).orElse(null)));
    }

    Answer threat(Request request, RiskFeed feed) {
        RiskQuery query = query(request, "guid");
        String guid = query.id("guid");
        if (guid == null) {
            throw query.bad("guid is missing");
        }
        return feed.threat(guid)
                .map(threat -> Answer.json(
                        200,
                        feed.json()
                                .listed(threat, feed.device(threat.deviceGuid()).orElse(null))))
                .orElseGet(() -> errors.answer(404, "threat not found"));
    }

    Answer alerts(Request request, RiskFeed feed) {
        RiskQuery query = query(request, "limit", "oid");
        return page(
                query,
                "smishing_alerts",
                feed.after(null, Set.of("SMISHING_ALERT"), Integer.MAX_VALUE).stream()
                        .sorted(Comparator.comparing(RiskEvent::id).reversed()),
                RiskEvent::id,
                event -> alert(event));
    }

    private static ObjectNode alert(RiskEvent event) {
        try {
            ObjectNode alert = (ObjectNode) Json.parse(event.json()).path("smishing_alert");
            return alert.put("oid", event.id());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private <T> Answer page(
            RiskQuery query,
            String name,
            Stream<T> all,
            java.util.function.Function<T, String> oid,
            java.util.function.Function<T, ObjectNode> listed) {
        String cursor = query.id("oid");
        int otherwise = off.contains(RiskRule.LIST_DEFAULT) ? 1000 : DEFAULT_LIMIT;
        int limit = query.limit(0, otherwise, RiskRule.LIST_LIMIT);
        Stream<T> ordered = off.contains(RiskRule.LISTS_NEWEST_FIRST) ? all.sorted(Comparator.comparing(oid)) : all;
        ObjectNode page = Json.object();
        ArrayNode items = Json.array();
        ordered.filter(item -> cursor == null || oid.apply(item).compareTo(cursor) < 0)
                .limit(limit)
                .forEach(item -> items.add(listed.apply(item)));
        page.put("count", items.size()).set(name, items);
        return Answer.json(200, page);
    }

    private RiskQuery query(Request request, String... known) {
        return new RiskQuery(request, Set.of(known), errors, off);
    }

    private static @Nullable String protection(RiskDevice device) {
        if (!device.activation().equals(RiskDevice.ACTIVATED)) {
            return null;
        }
        return device.connected() ? "PROTECTED" : "DISCONNECTED";
    }

    private static boolean contains(@Nullable String text, String part) {
        return text != null && text.toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT));
    }

    private static List<String> names(Enum<?>[] values) {
        return Stream.of(values).map(Enum::name).toList();
    }
}
