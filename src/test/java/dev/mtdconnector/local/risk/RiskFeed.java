package dev.mtdconnector.local.risk;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mtdconnector.local.contoso.Journal;
import dev.mtdconnector.local.http.Json;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What the vendor's cloud knows of one enterprise: its devices, its threats, and the events of the last ten days. Every
 * change makes the event that the vendor would send. Safe for many threads. With a journal it is there again after a
 * restart. A device or threat that is not there is refused with {@link IllegalArgumentException}.
 */
public final class RiskFeed {

    /** How long an event can be read. */
    public static final Duration HISTORY = Duration.ofDays(10);

    private static final String ADMIN = "cdbf17c9-995c-4a31-80f2-67bd8e02a1a6";

    private final String enterprise;
    private final Clock clock;
    private final RiskMemory memory;
    private final Set<RiskRule> off;
    private final RiskIds ids;
    private final RiskJson json;
    private final Map<String, RiskDevice> devices = new LinkedHashMap<>();
    private final Map<String, RiskThreat> threats = new LinkedHashMap<>();
    private final Map<String, Set<String>> threatsOf = new HashMap<>();
    private final NavigableMap<String, RiskEvent> events = new TreeMap<>();

    /** Who did it, as events say. */
    private enum Actor {
        DEVICE,
        ADMIN,
        SYSTEM
    }

    /**
     * A feed.
     *
     * @param enterprise the vendor's GUID of the customer
     * @param journal remembers it; null to forget when the process ends
     * @param off rules that are not kept, for the test that proves each of them
     */
    public RiskFeed(String enterprise, Clock clock, @Nullable Journal journal, Set<RiskRule> off) {
        this.enterprise = enterprise;
        this.clock = clock;
        this.off = Set.copyOf(off);
        this.ids = new RiskIds(enterprise.hashCode());
        this.json = new RiskJson(this.off);
        this.memory = new RiskMemory(enterprise, journal);
        memory.replay(this::remembered);
    }

    public String enterprise() {
        return enterprise;
    }

    RiskJson json() {
        return json;
    }

    Instant now() {
        return clock.instant();
    }

    /** A device joins, PENDING until {@link #activate}. Gives the vendor's GUID; one that is already there is refused. */
    public synchronized String enroll(Enrollment enrollment) {
        Instant now = clock.instant();
        String oid = ids.next(now);
        String guid = enrollment.guid() == null ? RiskIds.named("device " + oid) : enrollment.guid();
        if (devices.containsKey(guid)) {
            throw new IllegalArgumentException("The device " + guid + " is already there");
        }
        String external = enrollment.entraDeviceId() == null ? enrollment.mdmId() : enrollment.entraDeviceId();
        RiskDevice device = new RiskDevice(
                guid,
                oid,
                external,
                enrollment.mdmId(),
                enrollment.platform(),
                enrollment.email(),
                enrollment.osVersion(),
                RiskDevice.PENDING,
                true,
                "SECURE",
                null,
                null,
                null,
                now);
        keep(device, "CREATED", Actor.DEVICE);
        return guid;
    }

    /** The agent is set up and protects: ACTIVATED, PROTECTED. */
    public void activate(String vendorGuid) {
        change(vendorGuid, Actor.DEVICE, device -> device.activated(clock.instant()));
    }

    /** The device leaves; an administrator did it. */
    public void deactivate(String vendorGuid) {
        change(vendorGuid, Actor.ADMIN, device -> device.deactivated(clock.instant()));
    }

    /** The vendor has not heard of the device for too long. */
    public void disconnect(String vendorGuid) {
        change(vendorGuid, Actor.SYSTEM, device -> device.connected(false, clock.instant()));
    }

    public void reconnect(String vendorGuid) {
        change(vendorGuid, Actor.DEVICE, device -> device.connected(true, clock.instant()));
    }

    /** The MDM now tells which device it is; null makes the vendor forget it. */
    public void tie(String vendorGuid, @Nullable String externalId) {
        change(vendorGuid, Actor.SYSTEM, device -> device.tied(externalId, clock.instant()));
    }

    /** An administrator deletes the device; its threats go with it. */
    public void delete(String vendorGuid) {
        remove(vendorGuid, "DELETED", Actor.ADMIN);
    }

    /** The vendor wipes the device's data; its threats go with it. */
    public void purge(String vendorGuid) {
        remove(vendorGuid, "PURGED", Actor.SYSTEM);
    }

    /** As {@link #openThreat(String, String, Severity, ObjectNode)}, without details. */
    public String openThreat(String vendorGuid, String classification, Severity severity) {
        return openThreat(vendorGuid, classification, severity, Json.object());
    }

    /**
     * A device finds a threat. Gives the threat's GUID. One of web content is RESOLVED from the beginning, since the
     * agent has blocked it; every other one is OPEN.
     *
     * @param details by the kind of threat, as {@code package_name}
     */
    public synchronized String openThreat(
            String vendorGuid, String classification, Severity severity, ObjectNode details) {
        RiskDevice device = device(vendorGuid).orElseThrow(() -> unknown("device", vendorGuid));
        Instant now = clock.instant();
        String oid = ids.next(now);
        ThreatKind kind = ThreatKind.of(classification);
        boolean blocked = kind == ThreatKind.WEB_CONTENT && !off.contains(RiskRule.WEB_CONTENT_IS_RESOLVED);
        RiskThreat threat = new RiskThreat(
                RiskIds.named("threat " + oid),
                oid,
                device.guid(),
                kind,
                List.of(classification),
                severity,
                blocked ? RiskThreat.RESOLVED : RiskThreat.OPEN,
                details.deepCopy(),
                now,
                blocked ? now : null,
                now);
        keep(threat, "CREATED", Actor.DEVICE);
        return threat.guid();
    }

    /** The device is rid of the threat. */
    public void resolve(String threatGuid) {
        change(threatGuid, Actor.DEVICE, RiskThreat.RESOLVED, null);
    }

    /** An administrator wants no more of it. */
    public void ignore(String threatGuid) {
        change(threatGuid, Actor.ADMIN, RiskThreat.IGNORED, null);
    }

    /** It is there again. */
    public void reopen(String threatGuid) {
        change(threatGuid, Actor.DEVICE, RiskThreat.OPEN, null);
    }

    /** The vendor's policy rates it anew; its status stays. */
    public void rerate(String threatGuid, Severity severity) {
        change(threatGuid, off.contains(RiskRule.SYSTEM_RERATES) ? Actor.DEVICE : Actor.SYSTEM, null, severity);
    }

    /** A text message that may be fraud. Gives the alert's GUID. */
    public synchronized String smishing(String vendorGuid, String category, String url) {
        RiskDevice device = device(vendorGuid).orElseThrow(() -> unknown("device", vendorGuid));
        ObjectNode event = event("SMISHING_ALERT", "CREATED", Actor.DEVICE, device.guid(), device.guid());
        String guid = RiskIds.named("alert " + event.path("id").textValue());
        ObjectNode alert =
                event.putObject("smishing_alert").put("guid", guid).put("detected_at", RiskJson.time(clock.instant()));
        alert.putArray("detections")
                .addObject()
                .put("alert_type", "URL_DETECTION")
                .put("category", category)
                .put("original_url", url);
        publish(event, null, null, null);
        return guid;
    }

    /** An administrator did something in the vendor's console, as {@code CLASSIFICATION_POLICY}. Gives the event's id. */
    public synchronized String audit(String type, ArrayNode attributeChanges) {
        ObjectNode event = event("AUDIT", "UPDATED", Actor.ADMIN, ADMIN, enterprise);
        ((ObjectNode) event.path("target")).put("type", "ENTERPRISE");
        event.putObject("audit").put("type", type).set("attribute_changes", attributeChanges.deepCopy());
        return publish(event, null, null, null);
    }

    /**
     * Publishes an event as it is, however odd; {@code id}, {@code enterprise_guid} and {@code created_time} are added
     * where they are missing. What the cloud holds does not change. Gives its place in the feed, which is its id unless
     * it brought one.
     */
    public synchronized String publish(ObjectNode raw) {
        ObjectNode event = event(raw.path("type").asText("DEVICE"), "UPDATED", Actor.SYSTEM, null, enterprise);
        ObjectNode sent = raw.deepCopy();
        for (String name : List.of("id", "enterprise_guid", "created_time")) {
            if (!sent.has(name)) {
                sent.set(name, event.get(name));
            }
        }
        return add(event.path("id").textValue(), sent, null, null, null);
    }

    public synchronized Optional<RiskDevice> device(String vendorGuid) {
        return Optional.ofNullable(devices.get(vendorGuid));
    }

    public synchronized Optional<RiskThreat> threat(String threatGuid) {
        return Optional.ofNullable(threats.get(threatGuid));
    }

    /** All devices, the newest first. */
    public synchronized List<RiskDevice> devices() {
        return devices.values().stream()
                .sorted(Comparator.comparing(RiskDevice::oid).reversed())
                .toList();
    }

    /** All threats, the newest first. */
    public synchronized List<RiskThreat> threats() {
        return threats.values().stream()
                .sorted(Comparator.comparing(RiskThreat::oid).reversed())
                .toList();
    }

    /** How many events can be read. */
    public synchronized int eventCount() {
        prune();
        return events.size();
    }

    /** The place of the newest event; null when there is none. */
    public synchronized @Nullable String last() {
        return events.isEmpty() ? null : events.lastKey();
    }

    /**
     * Events in the order of the feed.
     *
     * @param cursor those after it; null for all
     * @param types of the events; empty for all
     */
    public synchronized List<RiskEvent> after(@Nullable String cursor, Set<String> types, int limit) {
        prune();
        List<RiskEvent> found = new ArrayList<>();
        boolean inclusive = off.contains(RiskRule.CURSOR_IS_EXCLUSIVE);
        for (RiskEvent event : (cursor == null ? events : events.tailMap(cursor, inclusive)).values()) {
            if (found.size() >= limit) {
                break;
            }
            if (types.isEmpty() || types.contains(event.type()) || off.contains(RiskRule.TYPES_FILTER)) {
                found.add(event);
            }
        }
        return found;
    }

    /** Waits until there is an event after the cursor, of whatever type, but no longer than so many milliseconds. */
    @SuppressWarnings("WaitNotInLoop") // Who wakes too early looks, finds nothing and waits again.
    synchronized void awaitAfter(@Nullable String cursor, long millis) throws InterruptedException {
        String newest = last();
        if (newest == null || (cursor != null && newest.compareTo(cursor) <= 0)) {
            wait(Math.max(1, millis));
        }
    }

    private synchronized void change(String guid, Actor actor, UnaryOperator<RiskDevice> change) {
        RiskDevice device = device(guid).orElseThrow(() -> unknown("device", guid));
        keep(change.apply(device), "UPDATED", actor);
    }

    private synchronized void change(String guid, Actor actor, @Nullable String status, @Nullable Severity severity) {
        RiskThreat threat = threat(guid).orElseThrow(() -> unknown("threat", guid));
        keep(
                threat.as(
                        status == null ? threat.status() : status,
                        severity == null ? threat.severity() : severity,
                        clock.instant()),
                "UPDATED",
                actor);
    }

    private synchronized void remove(String guid, String changeType, Actor actor) {
        RiskDevice device = device(guid).orElseThrow(() -> unknown("device", guid));
        ObjectNode event = event("DEVICE", changeType, actor, device.guid(), device.guid());
        event.set("device", json.change(device));
        publish(event, null, null, guid);
    }

    private void keep(RiskDevice device, String changeType, Actor actor) {
        ObjectNode event = event("DEVICE", changeType, actor, device.guid(), device.guid());
        event.set("device", json.change(device));
        publish(event, device, null, null);
    }

    /** The threat's event, and the device's after it when its status has changed with the threat. */
    private void keep(RiskThreat threat, String changeType, Actor actor) {
        String named = off.contains(RiskRule.EVENTS_NAME_THE_DEVICE) ? threat.guid() : threat.deviceGuid();
        ObjectNode event = event("THREAT", changeType, actor, threat.deviceGuid(), named);
        event.set("threat", json.change(threat));
        publish(event, null, threat, null);
        RiskDevice device = devices.get(threat.deviceGuid());
        String status = securityStatus(threat.deviceGuid());
        if (device != null && !device.securityStatus().equals(status)) {
            keep(device.secured(status, clock.instant()), "UPDATED", Actor.DEVICE);
        }
    }

    private String securityStatus(String deviceGuid) {
        Severity worst = threatsOf.getOrDefault(deviceGuid, Set.of()).stream()
                .map(threats::get)
                .filter(RiskThreat::isOpen)
                .map(RiskThreat::severity)
                .max(Comparator.naturalOrder())
                .orElse(Severity.NONE);
        return worst.compareTo(Severity.LOW) < 0 ? "SECURE" : "THREATS_" + worst;
    }

    private ObjectNode event(
            String type, String changeType, Actor actor, @Nullable String actorGuid, @Nullable String targetGuid) {
        Instant now = clock.instant();
        ObjectNode event = Json.object()
                .put("id", ids.next(now))
                .put("enterprise_guid", enterprise)
                .put("created_time", RiskJson.time(now))
                .put("type", type)
                .put("change_type", changeType);
        event.putObject("target").put("guid", targetGuid).put("type", type);
        ObjectNode who = event.putObject("actor").put("type", actor.name());
        if (actor == Actor.DEVICE) {
            who.put("guid", actorGuid);
        } else if (actor == Actor.ADMIN) {
            who.put("guid", ADMIN);
        }
        return event;
    }

    private String publish(
            ObjectNode event, @Nullable RiskDevice device, @Nullable RiskThreat threat, @Nullable String removed) {
        return add(event.path("id").textValue(), event, device, threat, removed);
    }

    private String add(
            String place,
            ObjectNode event,
            @Nullable RiskDevice device,
            @Nullable RiskThreat threat,
            @Nullable String removed) {
        RiskMemory.Entry entry = new RiskMemory.Entry(place, event, device, threat, removed);
        memory.append(entry);
        take(entry);
        prune();
        notifyAll();
        return place;
    }

    private synchronized void remembered(RiskMemory.Entry entry) {
        ids.resume(entry.place());
        take(entry);
    }

    private void take(RiskMemory.Entry entry) {
        RiskDevice device = entry.device();
        RiskThreat threat = entry.threat();
        if (device != null) {
            devices.put(device.guid(), device);
        }
        if (threat != null) {
            threats.put(threat.guid(), threat);
            threatsOf
                    .computeIfAbsent(threat.deviceGuid(), guid -> new LinkedHashSet<>())
                    .add(threat.guid());
        }
        if (entry.removed() != null) {
            devices.remove(entry.removed());
            Set<String> gone = threatsOf.remove(entry.removed());
            if (gone != null) {
                threats.keySet().removeAll(gone);
            }
        }
        events.put(
                entry.place(),
                new RiskEvent(
                        entry.place(),
                        entry.event().path("type").asText(),
                        RiskIds.time(entry.place()),
                        Json.bytes(entry.event())));
    }

    private void prune() {
        if (!off.contains(RiskRule.HISTORY_ENDS)) {
            events.headMap(RiskIds.floor(clock.instant().minus(HISTORY)), false).clear();
        }
    }

    private static IllegalArgumentException unknown(String what, String guid) {
        return new IllegalArgumentException("There is no " + what + " " + guid);
    }
}
