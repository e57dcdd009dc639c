package dev.mtdconnector.testing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.common.UpstreamException.Kind;
import dev.mtdconnector.common.UpstreamException.Service;
import dev.mtdconnector.feed.ApplicationKey;
import dev.mtdconnector.feed.RiskApi;
import dev.mtdconnector.http.Json;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** The feed as its documentation has it, in memory: what changes makes an event, and events last ten days. */
public final class FakeRiskApi implements RiskApi {

    public static final String KEY = "application-key-of-a-test-0123456789";

    private final Clock clock;
    private final String enterprise;
    private final Map<String, ObjectNode> devices = new LinkedHashMap<>();
    private final Map<String, ObjectNode> threats = new LinkedHashMap<>();
    private final TreeMap<String, String> events = new TreeMap<>();
    private final Deque<RuntimeException> failures = new ArrayDeque<>();
    private final List<String> requests = new ArrayList<>();
    private BiFunction<From, Page, Page> answered = (from, page) -> page;
    private String key = KEY;
    private long count;

    public FakeRiskApi(Clock clock, String enterprise) {
        this.clock = clock;
        this.enterprise = enterprise;
    }

    /** From now on only this key is accepted. */
    public void acceptOnly(String newKey) {
        key = newKey;
    }

    /** The next request fails so. */
    public FakeRiskApi fail(RuntimeException failure) {
        failures.add(failure);
        return this;
    }

    public FakeRiskApi fail(Kind kind) {
        return fail(new UpstreamException(Service.RISK_FEED, kind, "scripted"));
    }

    /** Changes every page of events from now on. */
    public void answer(BiFunction<From, Page, Page> change) {
        answered = change;
    }

    /** Every request since the last call of this, as {@code events after …}. */
    public List<String> requests() {
        List<String> all = List.copyOf(requests);
        requests.clear();
        return all;
    }

    /** A device joins or changes; {@code externalId} may be null. */
    public void device(String guid, @Nullable String externalId, String activation, String protection) {
        boolean isNew = !devices.containsKey(guid);
        ObjectNode device = devices.computeIfAbsent(
                guid, key -> Json.MAPPER.createObjectNode().put("oid", id()));
        device.put("guid", guid)
                .put("platform", "IOS")
                .put("activation_status", activation)
                .put("protection_status", protection)
                .put("security_status", "SECURE")
                .put("updated_time", clock.instant().toString());
        device.putObject("details").put("external_id", externalId);
        ObjectNode event = event("DEVICE", isNew ? "CREATED" : "UPDATED", guid);
        ObjectNode change = event.putObject("device");
        change.put("guid", guid).put("platform", "IOS");
        change.putObject("info").put("external_id", externalId);
        change.putObject("status")
                .put("activation_status", activation)
                .put("protection_status", protection)
                .put("security_status", "SECURE");
        publish(event);
    }

    public void open(String threatGuid, String deviceGuid, String classification) {
        ObjectNode threat = Json.MAPPER.createObjectNode();
        threat.put("oid", id())
                .put("guid", threatGuid)
                .put("status", "OPEN")
                .put("risk", "HIGH")
                .put("type", "APPLICATION")
                .put("detected_at", clock.instant().toString())
                .put("created_time", clock.instant().toString());
        threat.putArray("classifications").add(classification);
        threat.putObject("device").put("guid", deviceGuid);
        threats.put(threatGuid, threat);
        tell(threat, "CREATED");
    }

    /** OPEN, RESOLVED or IGNORED from now on. */
    public void become(String threatGuid, String status) {
        ObjectNode threat = Objects.requireNonNull(threats.get(threatGuid), "no such threat");
        threat.put("status", status);
        tell(threat, "UPDATED");
    }

    private void tell(ObjectNode threat, String change) {
        ObjectNode event =
                event("THREAT", change, threat.path("device").path("guid").asText());
        ObjectNode body = event.putObject("threat");
        body.put("guid", threat.path("guid").asText())
                .put("status", threat.path("status").asText())
                .put("severity", threat.path("risk").asText())
                .put("type", "APPLICATION");
        body.set("classifications", threat.get("classifications"));
        publish(event);
    }

    private ObjectNode event(String type, String change, String deviceGuid) {
        ObjectNode event = Json.MAPPER.createObjectNode();
        event.put("id", id())
                .put("enterprise_guid", enterprise)
                .put("created_time", clock.instant().toString())
                .put("type", type)
                .put("change_type", change);
        event.putObject("actor").put("type", "DEVICE").put("guid", deviceGuid);
        event.putObject("target").put("type", type).put("guid", deviceGuid);
        return event;
    }

    private void publish(ObjectNode event) {
        events.put(event.path("id").asText(), event.toString());
    }

    /** An event as it is, whatever it is; answers its place. */
    public String publish(String raw) {
        String place = id();
        events.put(place, raw);
        return place;
    }

    private String id() {
        long millis = clock.millis();
        count++;
        return new UUID((millis << 16) | 0x7000L, 0x8000000000000000L | count).toString();
    }

    private String floor(Instant time) {
        return new UUID((time.toEpochMilli() << 16) | 0x7000L, 0x8000000000000000L).toString();
    }

    @Override
    public void prove(ApplicationKey presented) {
        requests.add("token");
        check(presented);
    }

    @Override
    public Page events(ApplicationKey presented, From from, int limit) {
        Instant oldest = clock.instant().minus(Duration.ofDays(10));
        events.headMap(floor(oldest)).clear();
        String after;
        if (from instanceof From.After place) {
            requests.add("events after");
            check(presented);
            after = place.place();
            if (!events.containsKey(after)) {
                throw new UpstreamException(Service.RISK_FEED, Kind.GONE, "the place is not known");
            }
        } else {
            Instant since = ((From.Since) from).time();
            requests.add("events since " + since);
            check(presented);
            if (since.isBefore(oldest)) {
                throw new UpstreamException(Service.RISK_FEED, Kind.GONE, "longer ago than ten days");
            }
            after = floor(since);
        }
        List<Map.Entry<String, String>> found =
                new ArrayList<>(events.tailMap(after, false).entrySet());
        List<Map.Entry<String, String>> page = found.subList(0, Math.min(limit, found.size()));
        return answered.apply(
                from,
                new Page(
                        page.stream().map(Map.Entry::getValue).toList(),
                        0,
                        page.isEmpty() ? null : page.get(page.size() - 1).getKey()));
    }

    @Override
    public Page devices(ApplicationKey presented, @Nullable Instant updatedSince, @Nullable String after, int limit) {
        requests.add(updatedSince == null ? "devices" : "devices since " + updatedSince);
        check(presented);
        return page(
                devices.values().stream()
                        .filter(device -> updatedSince == null
                                || !Instant.parse(device.path("updated_time").asText())
                                        .isBefore(updatedSince))
                        .toList(),
                after,
                limit);
    }

    @Override
    public Page openThreats(ApplicationKey presented, @Nullable String after, int limit) {
        requests.add("threats");
        check(presented);
        return page(
                threats.values().stream()
                        .filter(threat -> threat.path("status").asText().equals("OPEN"))
                        .toList(),
                after,
                limit);
    }

    /** Deletes a device and its threats, and the events that would say so. */
    public void purge(String guid) {
        devices.remove(guid);
        threats.values()
                .removeIf(threat -> threat.path("device").path("guid").asText().equals(guid));
    }

    /** From now on lists name an enterprise, which the real ones need not do. */
    public void listAs(String enterpriseGuid) {
        devices.values().forEach(device -> device.put("enterprise_guid", enterpriseGuid));
        threats.values().forEach(threat -> threat.put("enterprise_guid", enterpriseGuid));
    }

    private static Page page(Collection<ObjectNode> items, @Nullable String after, int limit) {
        List<ObjectNode> page = items.stream()
                .filter(item -> after == null || item.path("oid").asText().compareTo(after) < 0)
                .sorted(Comparator.comparing(
                                (ObjectNode item) -> item.path("oid").asText())
                        .reversed())
                .limit(limit)
                .toList();
        return new Page(
                page.stream().map(ObjectNode::toString).toList(),
                0,
                page.isEmpty() ? null : page.get(page.size() - 1).path("oid").asText());
    }

    private void check(ApplicationKey presented) {
        RuntimeException failure = failures.poll();
        if (failure != null) {
            throw failure;
        }
        if (!presented.secret().equals(key)) {
            throw new UpstreamException(Service.RISK_FEED, Kind.FORBIDDEN, "the key is not accepted");
        }
    }
}
