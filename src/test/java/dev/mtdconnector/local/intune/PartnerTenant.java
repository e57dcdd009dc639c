package dev.mtdconnector.local.intune;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What Intune holds of one tenant and this partner, and what follows from it. Plain state: {@link SimulatedIntune}
 * locks and keeps the journal.
 */
final class PartnerTenant {

    /** Graph's {@code partnerUnresponsivenessThresholdInDays}; 7 is what Intune offers first. */
    private static final int UNRESPONSIVE_AFTER_DAYS = 7;

    private final Set<IntuneRule> off;

    private boolean known;
    private boolean provisioned;
    private @Nullable Instant lastHeartbeat;
    private @Nullable Instant resyncRequested;
    private @Nullable String shown;
    private int unresponsiveAfterDays = UNRESPONSIVE_AFTER_DAYS;
    private boolean ignoresBeats;
    private final Map<String, ReportedDevice> devices = new HashMap<>();
    private final Map<String, Message> messages = new LinkedHashMap<>();
    private final Map<String, Message> unprocessed = new LinkedHashMap<>();
    private final List<Message> unreportedFailures = new ArrayList<>();

    PartnerTenant(Set<IntuneRule> off) {
        this.off = off;
    }

    /** What Intune last took of a device. */
    record ReportedDevice(HealthState state, Instant since, Instant lastUpdateTime, String messageId) {}

    /** A message and what became of it; {@code failure} is null unless it failed. */
    static final class Message {
        final String id;
        final Instant receivedAt;
        final String content;
        final List<ThreatEntity> entities;
        int count = 1;
        boolean processed;

        @Nullable
        String failure;

        Message(String id, Instant receivedAt, String content, List<ThreatEntity> entities) {
            this.id = id;
            this.receivedAt = receivedAt;
            this.content = content;
            this.entities = List.copyOf(entities);
        }
    }

    void provision(boolean on) {
        known = true;
        provisioned = on;
        if (!on) {
            // A later provisioning is a new set-up and waits for a heartbeat of its own.
            lastHeartbeat = null;
        }
    }

    void beat(Instant at) {
        lastHeartbeat = ignoresBeats ? lastHeartbeat : at;
        unreportedFailures.clear();
    }

    /** What an administrator set, or what went wrong at Intune; a null state is again what follows from all else. */
    void show(@Nullable String state, int days, boolean withoutBeats) {
        shown = state;
        unresponsiveAfterDays = days;
        ignoresBeats = withoutBeats;
    }

    void requestResync(Instant at) {
        resyncRequested = at;
    }

    void lose(String deviceId) {
        devices.remove(deviceId);
    }

    void receive(Message message) {
        messages.put(message.id, message);
        unprocessed.put(message.id, message);
    }

    /** Takes a message's states, but those of the devices in {@code unknownDevices}, which make it fail. */
    void process(Message message, Instant at, Set<String> unknownDevices) {
        unprocessed.remove(message.id);
        message.processed = true;
        for (ThreatEntity entity : message.entities) {
            if (!unknownDevices.contains(entity.deviceId())) {
                take(message, entity, at);
            }
        }
        if (!unknownDevices.isEmpty()) {
            message.failure = "No such device: " + String.join(", ", unknownDevices);
            unreportedFailures.add(message);
        }
    }

    private void take(Message message, ThreatEntity entity, Instant at) {
        ReportedDevice before = devices.get(entity.deviceId());
        if (before != null
                && entity.lastUpdateTime().isBefore(before.lastUpdateTime())
                && keeps(IntuneRule.LATER_UPDATE_STAYS)) {
            return;
        }
        Instant since = before != null && before.state() == entity.state() ? before.since() : at;
        devices.put(entity.deviceId(), new ReportedDevice(entity.state(), since, entity.lastUpdateTime(), message.id));
    }

    ConnectorState state(AdminSettings admin, Instant now) {
        Optional<ConnectorState> made = shown == null ? Optional.empty() : ConnectorState.ofWireName(shown);
        return made.orElseGet(() -> following(admin, now));
    }

    private ConnectorState following(AdminSettings admin, Instant now) {
        if (!provisioned) {
            return ConnectorState.UNAVAILABLE;
        }
        if (lastHeartbeat == null) {
            return keeps(IntuneRule.FIRST_HEARTBEAT_COMPLETES_SET_UP)
                    ? ConnectorState.NOT_SET_UP
                    : ConnectorState.AVAILABLE;
        }
        if (keeps(IntuneRule.SILENCE_MAKES_UNRESPONSIVE)
                && now.isAfter(lastHeartbeat.plus(Duration.ofDays(unresponsiveAfterDays)))) {
            return ConnectorState.UNRESPONSIVE;
        }
        return admin.connected().isEmpty() || !keeps(IntuneRule.PLATFORM_SWITCH_ENABLES)
                ? ConnectorState.AVAILABLE
                : ConnectorState.ENABLED;
    }

    /**
     * A managed device's compliance with the threat rule. Intune uses the partner's word only while the device's
     * platform is switched on and the partner responds ("ignores the compliance state for unresponsive partners"); a
     * rule without data to judge by holds nobody. With data in use a device must have been reported: the app has to be
     * activated under every level, and {@code *DeviceBlockedOnMissingPartnerData} stands at true.
     */
    Compliance judge(AdminSettings admin, Optional<Platform> platform, HealthState state, Instant now) {
        RuleLevel level = admin.rule();
        if (level == null || !keeps(IntuneRule.RULE_JUDGES_STATE) || !usesPartner(admin, platform, now)) {
            return Compliance.COMPLIANT;
        }
        if (state == HealthState.UNKNOWN && !keeps(IntuneRule.MISSING_DATA_FAILS_RULE)) {
            return Compliance.COMPLIANT;
        }
        return level.allows(state) ? Compliance.COMPLIANT : Compliance.NONCOMPLIANT;
    }

    private boolean usesPartner(AdminSettings admin, Optional<Platform> platform, Instant now) {
        ConnectorState state = state(admin, now);
        if (state.blocksMessages()) {
            return false;
        }
        if (state == ConnectorState.UNRESPONSIVE && keeps(IntuneRule.UNRESPONSIVE_PARTNER_IS_IGNORED)) {
            return false;
        }
        return platform.map(admin.connected()::contains).orElse(false)
                || !keeps(IntuneRule.PLATFORM_OFF_IGNORES_PARTNER);
    }

    /** Whether the partner ever provisioned the tenant. */
    boolean known() {
        return known;
    }

    /** The state as Graph spells it, a word that nobody knows included. */
    String stateName(AdminSettings admin, Instant now) {
        return shown == null ? state(admin, now).wireName() : shown;
    }

    int unresponsiveAfterDays() {
        return unresponsiveAfterDays;
    }

    boolean provisioned() {
        return provisioned;
    }

    @Nullable
    Instant lastHeartbeat() {
        return lastHeartbeat;
    }

    @Nullable
    Instant resyncRequested() {
        return resyncRequested;
    }

    Map<String, ReportedDevice> devices() {
        return devices;
    }

    Map<String, Message> messages() {
        return messages;
    }

    List<Message> unprocessed() {
        return List.copyOf(unprocessed.values());
    }

    List<Message> unreportedFailures() {
        return List.copyOf(unreportedFailures);
    }

    private boolean keeps(IntuneRule rule) {
        return !off.contains(rule);
    }
}
