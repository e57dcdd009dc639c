package dev.mtdconnector.local.intune;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mtdconnector.local.contoso.Journal;
import dev.mtdconnector.local.http.Json;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The simulated Intune: connectors, devices' reported states, messages, the compliance that follows. Safe for use by
 * several threads. Every change is a fact that goes to the journal first; after a restart the facts of the journal are
 * taken again. Tenant and device ids are in lower case.
 */
public final class SimulatedIntune {

    private static final String KIND = "intune";

    private final Clock clock;
    private final IntuneTenants world;
    private final Journal journal;
    private final UploadContent contents;
    private final Duration processing;
    private final Set<IntuneRule> off;
    private final Map<String, PartnerTenant> tenants = new HashMap<>();

    /**
     * Starts with what the journal holds.
     *
     * @param processing how long a message is in progress before it takes effect; zero: at once
     * @param off the rules that are switched off, for tests
     */
    public SimulatedIntune(
            Clock clock,
            IntuneTenants world,
            Journal journal,
            PartnerNames names,
            Duration processing,
            Set<IntuneRule> off) {
        this.clock = clock;
        this.world = world;
        this.journal = journal;
        this.contents = new UploadContent(names, off);
        this.processing = processing;
        this.off = Set.copyOf(off);
        journal.replay(KIND, this::apply);
    }

    /** The connector as the administrator sees it; {@code known} once the partner has ever provisioned the tenant, {@code stateName} as Graph spells the state. */
    public record Connector(
            ConnectorState state,
            String stateName,
            boolean known,
            boolean provisioned,
            @Nullable Instant lastHeartbeat,
            AdminSettings admin,
            int unresponsiveAfterDays) {}

    /** What Intune holds of a device; {@code since} and {@code messageId} are null when nothing was reported. */
    public record DeviceStatus(
            String deviceId,
            HealthState threatState,
            Compliance compliance,
            @Nullable Instant since,
            @Nullable String messageId) {}

    /** A message as received; {@code count} is how often its id came, {@code failure} is null unless it failed. */
    public record ReceivedMessage(
            String messageId,
            Instant receivedAt,
            int count,
            String content,
            String status,
            @Nullable String failure) {}

    /** What a heartbeat tells the partner: the failures since the last one, and when all states were last asked for. */
    record HeartbeatResult(@Nullable Instant resyncRequested, List<ReceivedMessage> failures) {}

    /** Announces the partner in the tenant, or takes it away. Idempotent. */
    synchronized void provision(String tenantId, boolean on) {
        if (tenant(tenantId).provisioned() != on) {
            record(fact("provisioned", tenantId).put("on", on));
        }
    }

    /** A heartbeat at this moment. Refused with 409 while the tenant is not provisioned. */
    synchronized HeartbeatResult heartbeat(String tenantId) {
        PartnerTenant tenant = settled(tenantId);
        if (!tenant.provisioned() && keeps(IntuneRule.HEARTBEAT_NEEDS_PROVISIONING)) {
            throw new IntuneRefusal(409, "TenantNotProvisioned", "The partner must provision the tenant first");
        }
        List<ReceivedMessage> failures =
                tenant.unreportedFailures().stream().map(SimulatedIntune::view).toList();
        Instant resync = tenant.resyncRequested();
        record(fact("heartbeat", tenantId));
        return new HeartbeatResult(
                keeps(IntuneRule.RESYNC_IS_ANNOUNCED) ? resync : null,
                keeps(IntuneRule.ERRORS_COME_WITH_THE_HEARTBEAT) ? failures : List.of());
    }

    /**
     * Takes a message. Idempotent by its id: a repeat with the same content is counted and does nothing else, one with
     * another content is refused with 409. Refused with 409 while the connector's state blocks messages.
     */
    synchronized void upload(String tenantId, String messageId, String content) {
        PartnerTenant tenant = settled(tenantId);
        if (tenant.state(world.settings(tenantId), clock.instant()).blocksMessages()
                && keeps(IntuneRule.MESSAGES_BLOCKED_UNTIL_SET_UP)) {
            throw new IntuneRefusal(409, "ConnectorNotSetUp", "Messages are blocked until the connector is set up");
        }
        contents.read(tenantId, content);
        PartnerTenant.Message before = tenant.messages().get(messageId);
        if (before != null) {
            if (!before.content.equals(content) && keeps(IntuneRule.MESSAGE_ID_NAMES_ONE_CONTENT)) {
                throw new IntuneRefusal(409, "MessageIdReused", "This message id came with another content");
            }
            if (keeps(IntuneRule.REPEAT_CHANGES_NOTHING)) {
                record(fact("repeat", tenantId).put("messageId", messageId));
                return;
            }
        }
        record(fact("message", tenantId).put("messageId", messageId).put("content", content));
        settled(tenantId);
    }

    /** A message of this tenant, if it came. */
    public synchronized Optional<ReceivedMessage> message(String tenantId, String messageId) {
        return Optional.ofNullable(settled(tenantId).messages().get(messageId)).map(SimulatedIntune::view);
    }

    /** The messages received, newest first. */
    public synchronized List<ReceivedMessage> messages(String tenantId) {
        List<ReceivedMessage> newestFirst = new ArrayList<>();
        settled(tenantId).messages().values().forEach(message -> newestFirst.add(view(message)));
        Collections.reverse(newestFirst);
        return newestFirst;
    }

    /** Intune asks the partner, with the next heartbeat, for the states of all devices. */
    public synchronized void requestResync(String tenantId) {
        record(fact("resync", tenantId));
    }

    /**
     * Intune shows the connector otherwise than follows from what happened.
     *
     * @param state as Graph spells it, also a word that nobody knows; null for what follows
     * @param unresponsiveAfterDays without a heartbeat, as an administrator sets it
     * @param withoutBeats whether heartbeats are answered and not put down
     */
    public synchronized void show(
            String tenantId, @Nullable String state, int unresponsiveAfterDays, boolean withoutBeats) {
        record(fact("shown", tenantId)
                .put("state", state)
                .put("days", unresponsiveAfterDays)
                .put("withoutBeats", withoutBeats));
    }

    /** Intune loses what it held of a device, as it does when a device is enrolled anew; nobody is told. */
    public synchronized void lose(String tenantId, String deviceId) {
        settled(tenantId);
        record(fact("lost", tenantId).put("deviceId", deviceId));
    }

    /** The connector in this tenant now. */
    public synchronized Connector connector(String tenantId) {
        PartnerTenant tenant = settled(tenantId);
        AdminSettings admin = world.settings(tenantId);
        return new Connector(
                tenant.state(admin, clock.instant()),
                tenant.stateName(admin, clock.instant()),
                tenant.known(),
                tenant.provisioned(),
                tenant.lastHeartbeat(),
                admin,
                tenant.unresponsiveAfterDays());
    }

    /** What Intune says of a device now; empty when the tenant has no such device. */
    public synchronized Optional<DeviceStatus> device(String tenantId, String deviceId) {
        PartnerTenant tenant = settled(tenantId);
        return world.device(tenantId, deviceId).map(device -> {
            PartnerTenant.ReportedDevice reported = tenant.devices().get(deviceId);
            HealthState state = reported == null ? HealthState.UNKNOWN : reported.state();
            Compliance compliance = device.managed()
                    ? tenant.judge(
                            world.settings(tenantId),
                            Platform.ofOperatingSystem(device.operatingSystem()),
                            state,
                            clock.instant())
                    : Compliance.UNKNOWN;
            return new DeviceStatus(
                    deviceId,
                    state,
                    compliance,
                    reported == null ? null : reported.since(),
                    reported == null ? null : reported.messageId());
        });
    }

    /** The devices of which anything was reported, in no order. */
    public synchronized Set<String> reportedDevices(String tenantId) {
        return Set.copyOf(settled(tenantId).devices().keySet());
    }

    private void record(ObjectNode fact) {
        journal.append(KIND, fact);
        apply(fact);
    }

    private void apply(JsonNode fact) {
        String tenantId = fact.required("tenantId").textValue();
        PartnerTenant tenant = tenant(tenantId);
        Instant at = Instant.parse(fact.required("at").textValue());
        String messageId = fact.path("messageId").asText("");
        String what = fact.required("fact").textValue();
        switch (what) {
            case "provisioned" -> tenant.provision(fact.required("on").booleanValue());
            case "heartbeat" -> tenant.beat(at);
            case "resync" -> tenant.requestResync(at);
            case "message" -> {
                String content = fact.required("content").textValue();
                tenant.receive(new PartnerTenant.Message(messageId, at, content, contents.read(tenantId, content)));
            }
            case "lost" -> tenant.lose(fact.required("deviceId").textValue());
            case "shown" ->
                tenant.show(
                        fact.path("state").textValue(),
                        fact.required("days").intValue(),
                        fact.required("withoutBeats").booleanValue());
            case "repeat" -> requireMessage(tenant, messageId).count++;
            case "processed" -> {
                Set<String> unknownDevices = new TreeSet<>();
                fact.required("unknownDevices").forEach(id -> unknownDevices.add(id.textValue()));
                tenant.process(requireMessage(tenant, messageId), at, unknownDevices);
            }
            default -> throw new IllegalArgumentException("Not a fact of Intune: " + what);
        }
    }

    /** The tenant after every message that is due has taken effect. Judged once: the verdict is a fact of its own. */
    private PartnerTenant settled(String tenantId) {
        PartnerTenant tenant = tenant(tenantId);
        for (PartnerTenant.Message message : tenant.unprocessed()) {
            Instant due = message.receivedAt.plus(processing);
            if (due.isAfter(clock.instant())) {
                break;
            }
            ObjectNode fact =
                    fact("processed", tenantId).put("at", due.toString()).put("messageId", message.id);
            var unknownDevices = fact.putArray("unknownDevices");
            for (ThreatEntity entity : message.entities) {
                if (keeps(IntuneRule.UNKNOWN_DEVICE_FAILS)
                        && world.device(tenantId, entity.deviceId()).isEmpty()) {
                    unknownDevices.add(entity.deviceId());
                }
            }
            record(fact);
        }
        return tenant;
    }

    private PartnerTenant tenant(String tenantId) {
        return tenants.computeIfAbsent(tenantId, id -> new PartnerTenant(off));
    }

    private ObjectNode fact(String what, String tenantId) {
        return Json.object()
                .put("fact", what)
                .put("tenantId", tenantId)
                .put("at", clock.instant().toString());
    }

    private static PartnerTenant.Message requireMessage(PartnerTenant tenant, String messageId) {
        PartnerTenant.Message message = tenant.messages().get(messageId);
        if (message == null) {
            throw new IllegalArgumentException("No such message: " + messageId);
        }
        return message;
    }

    private static ReceivedMessage view(PartnerTenant.Message message) {
        String failure = message.failure;
        String status = !message.processed ? "InProgress" : failure == null ? "Completed" : "Failed";
        return new ReceivedMessage(message.id, message.receivedAt, message.count, message.content, status, failure);
    }

    private boolean keeps(IntuneRule rule) {
        return !off.contains(rule);
    }
}
