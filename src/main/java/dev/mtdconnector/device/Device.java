package dev.mtdconnector.device;

import dev.mtdconnector.threat.Policy;
import dev.mtdconnector.threat.RiskLevel;
import dev.mtdconnector.threat.Threat;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A device in scope: what the directory says of it, what its agent and the feed say of it, and what Intune was told.
 *
 * @param facts the directory's part, written by enrollment
 * @param activation whether the agent on it was activated
 * @param healthAt when the agent last reported that it protects the device; null before the first time
 * @param agent what the agent said of itself
 * @param feed the tie to the threat feed, and the order of its events on the device itself
 * @param threats by guid, open and closed: a closed one decides whether a late event is stale
 * @param told what Intune was told last
 * @param departure when and how the device went out of scope; null while it is in scope
 */
public record Device(
        DirectoryFacts facts,
        Activation activation,
        @Nullable Instant activatedAt,
        @Nullable Instant healthAt,
        Agent agent,
        Feed feed,
        Map<String, Threat> threats,
        Told told,
        @Nullable Departure departure) {

    public Device {
        threats = Collections.unmodifiableMap(new TreeMap<>(threats));
    }

    /**
     * The directory's part.
     *
     * @param deviceId the Entra device id
     * @param objectId the id of the directory object
     * @param managed whether Intune manages it; null when the directory does not say
     * @param userId object id of the registered owner
     * @param ownership {@code company}, {@code personal}, or null where nobody says
     * @param registeredAt when the directory object was made; null where that is not known
     * @param intuneId of the managed device in Intune; null when it is not managed, or Intune cannot be asked
     */
    public record DirectoryFacts(
            String deviceId,
            String objectId,
            @Nullable String displayName,
            Platform platform,
            @Nullable String osVersion,
            @Nullable String model,
            @Nullable Boolean managed,
            String userId,
            @Nullable String userPrincipalName,
            @Nullable String ownership,
            @Nullable Instant registeredAt,
            @Nullable String intuneId) {

        /** Facts without what only some directories say. */
        public DirectoryFacts(
                String deviceId,
                String objectId,
                @Nullable String displayName,
                Platform platform,
                @Nullable String osVersion,
                @Nullable String model,
                @Nullable Boolean managed,
                String userId,
                @Nullable String userPrincipalName) {
            this(
                    deviceId,
                    objectId,
                    displayName,
                    platform,
                    osVersion,
                    model,
                    managed,
                    userId,
                    userPrincipalName,
                    null,
                    null,
                    null);
        }

        /** These facts with what Intune says; what it does not say stays. */
        public DirectoryFacts inIntune(String id, @Nullable String owned) {
            return new DirectoryFacts(
                    deviceId,
                    objectId,
                    displayName,
                    platform,
                    osVersion,
                    model,
                    managed,
                    userId,
                    userPrincipalName,
                    ownership == null ? owned : ownership,
                    registeredAt,
                    id);
        }

        /** These facts with the name of the same user. */
        public DirectoryFacts named(String name) {
            return new DirectoryFacts(
                    deviceId,
                    objectId,
                    displayName,
                    platform,
                    osVersion,
                    model,
                    managed,
                    userId,
                    name,
                    ownership,
                    registeredAt,
                    intuneId);
        }

        /**
         * These facts, and from what was known what no single source says: Intune's id until Intune stops managing the
         * device, and the name of the same user.
         */
        public DirectoryFacts after(DirectoryFacts before) {
            boolean hasLeftIntune = Boolean.TRUE.equals(before.managed) && !Boolean.TRUE.equals(managed);
            return new DirectoryFacts(
                    deviceId,
                    objectId,
                    displayName,
                    platform,
                    osVersion,
                    model,
                    managed,
                    userId,
                    userPrincipalName == null && userId.equals(before.userId)
                            ? before.userPrincipalName
                            : userPrincipalName,
                    ownership == null ? before.ownership : ownership,
                    registeredAt == null ? before.registeredAt : registeredAt,
                    intuneId == null && !hasLeftIntune ? before.intuneId : intuneId);
        }
    }

    /** The first of the three axes of a device's state. */
    public enum Activation {
        PENDING,
        ACTIVATED,
        DEACTIVATED;

        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What the agent says of itself and its device, and whether it is heard of.
     *
     * @param patchLevel the security patch level, as the system spells it
     * @param flags the settings of the device that the agent looks at; one that it never named is not there
     * @param lastCheckInAt when it was last heard of, its activation included; exact to {@link CheckIn#EXACTNESS}. Null for
     *     a device of which only the feed speaks: nobody waits for check-ins of that
     * @param disconnectedAt since when it counts as disconnected; null while it does not
     * @param parentDeviceId the Entra device id of the Android device whose work profile this is; null of all others
     * @param ownerAskedAt when the directory was last asked, at a check-in, whose the device is
     */
    public record Agent(
            @Nullable String version,
            @Nullable String osVersion,
            @Nullable String patchLevel,
            Map<ConfigurationFlag, Boolean> flags,
            @Nullable Instant lastCheckInAt,
            @Nullable Instant disconnectedAt,
            @Nullable String parentDeviceId,
            @Nullable Instant ownerAskedAt) {

        public static final Agent NONE = new Agent(null, null, null, Map.of(), null, null, null, null);

        public Agent {
            flags = Collections.unmodifiableMap(new TreeMap<>(flags));
        }

        Agent ofParent(@Nullable String deviceId) {
            return new Agent(
                    version, osVersion, patchLevel, flags, lastCheckInAt, disconnectedAt, deviceId, ownerAskedAt);
        }

        Agent heardAt(Instant at) {
            return new Agent(version, osVersion, patchLevel, flags, at, disconnectedAt, parentDeviceId, ownerAskedAt);
        }

        Agent disconnected(@Nullable Instant since) {
            return new Agent(version, osVersion, patchLevel, flags, lastCheckInAt, since, parentDeviceId, ownerAskedAt);
        }

        Agent ownerAsked(Instant at) {
            return new Agent(version, osVersion, patchLevel, flags, lastCheckInAt, disconnectedAt, parentDeviceId, at);
        }
    }

    /**
     * @param vendorGuid what the feed calls the device; null before it was tied
     * @param eventAt time of the latest DEVICE event that was taken
     * @param eventId its id
     * @param forgottenUntil time of the latest event on a threat that was closed and has been forgotten; null when none
     *     was
     * @param securityStatus the feed's own word for how secure the device is, such as THREATS_LOW; null when it said none
     */
    public record Feed(
            @Nullable String vendorGuid,
            @Nullable Instant eventAt,
            @Nullable String eventId,
            @Nullable Instant forgottenUntil,
            @Nullable String securityStatus) {
        public static final Feed NONE = new Feed(null, null, null);

        public Feed(@Nullable String vendorGuid, @Nullable Instant eventAt, @Nullable String eventId) {
            this(vendorGuid, eventAt, eventId, null, null);
        }

        /** After this DEVICE event. */
        public Feed with(String guid, Instant time, String id) {
            return new Feed(guid, time, id, forgottenUntil, securityStatus);
        }

        /** With the feed's own word; what it does not say stays. */
        public Feed saying(@Nullable String word) {
            return word == null ? this : new Feed(vendorGuid, eventAt, eventId, forgottenUntil, word);
        }

        /** With the memory of threats ending here. */
        public Feed forgetting(Instant until) {
            return new Feed(vendorGuid, eventAt, eventId, until, securityStatus);
        }

        /** True when what an event of this time says of a threat that is not known may have been overtaken long ago. */
        boolean hasForgotten(Instant time) {
            return forgottenUntil != null && !time.isAfter(forgottenUntil);
        }

        /** True when an event of this time and id says something later than what was taken. */
        public boolean isBefore(Instant time, String id) {
            if (eventAt == null || eventId == null) {
                return true;
            }
            int byTime = time.compareTo(eventAt);
            return byTime > 0 || (byTime == 0 && id.compareTo(eventId) > 0);
        }
    }

    /**
     * How the device went out of scope: its user left the enrollment groups, the directory deleted it, or another
     * record of the same device took its place.
     *
     * @param isDeleted whether nothing of the device is to be kept once Intune was told
     * @param supersededBy the Entra device id of the record that took its place; null when none did
     */
    public record Departure(
            Instant at, boolean isDeleted, @Nullable String supersededBy) {}

    /** Whether Intune is told of its threats. */
    public boolean isInScope() {
        return departure == null;
    }

    private boolean isToBeDeleted() {
        return departure != null && departure.isDeleted();
    }

    /** Out of scope from this time on; its history stays. */
    public Device departed(Instant at, boolean isDeleted) {
        return new Device(
                facts,
                activation,
                activatedAt,
                healthAt,
                agent,
                feed,
                threats,
                told,
                new Departure(at, isDeleted, null));
    }

    /** Out of scope because another record of the same device took its place; its history stays. */
    public Device superseded(Instant at, String by) {
        return new Device(
                facts, activation, activatedAt, healthAt, agent, feed, threats, told, new Departure(at, false, by));
    }

    /** Whether another record of the same device took its place. */
    public boolean isSuperseded() {
        return departure != null && departure.supersededBy() != null;
    }

    /** In scope again, with what was known of it; of another user it is as new. */
    public Device returned(DirectoryFacts newFacts) {
        Device back = new Device(facts, activation, activatedAt, healthAt, agent, feed, threats, told, null);
        return facts.userId().equals(newFacts.userId()) ? back.withFacts(newFacts) : back.handedOver(newFacts);
    }

    /**
     * Another user's from now on: who had it before says nothing about it any more, and what the agent found for them is over.
     * What the feed found stays, for the feed would not say it again.
     */
    public Device handedOver(DirectoryFacts newFacts) {
        Map<String, Threat> left = AgentThreats.allEnded(threats, Instant.MIN);
        return new Device(newFacts, Activation.PENDING, null, null, Agent.NONE, feed, left, told, departure);
    }

    /** A device that enrollment found just now. */
    public static Device pending(DirectoryFacts facts) {
        return new Device(facts, Activation.PENDING, null, null, Agent.NONE, Feed.NONE, Map.of(), Told.NOTHING, null);
    }

    public String deviceId() {
        return facts.deviceId();
    }

    public Device withFacts(DirectoryFacts newFacts) {
        return new Device(newFacts, activation, activatedAt, healthAt, agent, feed, threats, told, departure);
    }

    /** Activated at this time, unless it is already. What Intune has of a device that was pending is not relied on. */
    public Device activated(Instant at) {
        if (activation == Activation.ACTIVATED) {
            return this;
        }
        Told known = activation == Activation.PENDING ? told.again() : told;
        return new Device(facts, Activation.ACTIVATED, at, null, agent, feed, threats, known, departure);
    }

    public Device deactivated() {
        Agent left = agent.disconnected(null);
        return activation == Activation.DEACTIVATED
                ? this
                : new Device(facts, Activation.DEACTIVATED, null, null, left, feed, threats, told, departure);
    }

    /** The same by an administrator: what the feed said before that time does not undo it, though it may arrive later. */
    public Device deactivatedByAdministrator(Instant at) {
        String guid = feed.vendorGuid();
        if (activation == Activation.DEACTIVATED || guid == null || !feed.isBefore(at, "")) {
            return deactivated();
        }
        return deactivated().withFeed(feed.with(guid, at, ""));
    }

    /**
     * Pending again and without what its agent said: the next activation starts anew. What the feed says stays, for the
     * feed would not say it again.
     */
    public Device reset(Instant at) {
        Map<String, Threat> left = AgentThreats.allEnded(threats, at);
        return new Device(facts, Activation.PENDING, null, null, Agent.NONE, feed, left, told, departure);
    }

    /** Intune is told again, once, where it has a state of the device; of a pending one, and one out of scope, it has none. */
    public Device resynced() {
        return isInScope() && activation != Activation.PENDING ? withTold(told.again()) : this;
    }

    /** Not heard of for too long. Nothing changes of one that is disconnected already. */
    public Device disconnected(Instant since) {
        return isDisconnected() ? this : withAgent(agent.disconnected(since));
    }

    /** Heard of recently enough after all. */
    public Device reconnected() {
        return agent.disconnectedAt() == null ? this : withAgent(agent.disconnected(null));
    }

    /** Activated, and not heard of for longer than its tenant allows. */
    public boolean isDisconnected() {
        return activation == Activation.ACTIVATED && agent.disconnectedAt() != null;
    }

    /** When its agent was last heard of, if its check-ins are waited for: of an activated device in scope that ever had one. */
    public @Nullable Instant awaitedSince() {
        return isInScope() && activation == Activation.ACTIVATED ? agent.lastCheckInAt() : null;
    }

    /** The agent protects the device. Only the first time is kept: it is a state, not a log. */
    public Device healthy(Instant at) {
        return healthAt != null
                ? this
                : new Device(facts, activation, activatedAt, at, agent, feed, threats, told, departure);
    }

    public Device withAgent(Agent newAgent) {
        return new Device(facts, activation, activatedAt, healthAt, newAgent, feed, threats, told, departure);
    }

    public Device withFeed(Feed newFeed) {
        return new Device(facts, activation, activatedAt, healthAt, agent, newFeed, threats, told, departure);
    }

    public Device withTold(Told newTold) {
        return new Device(facts, activation, activatedAt, healthAt, agent, feed, threats, newTold, departure);
    }

    /**
     * With what this event says of one threat, unless a later event is known: the same whatever order they came in. An
     * event of the feed on a threat that is not known, from before the time of those that were forgotten, changes nothing:
     * it may be one of them.
     */
    public Device with(Threat threat) {
        Threat before = threats.get(threat.guid());
        if (before == null && !AgentThreats.isOfAgent(threat) && feed.hasForgotten(threat.eventAt())) {
            return this;
        }
        Threat merged = before == null ? threat : before.and(threat);
        if (merged.equals(before)) {
            return this;
        }
        Map<String, Threat> more = new TreeMap<>(threats);
        more.put(threat.guid(), merged);
        return new Device(facts, activation, activatedAt, healthAt, agent, feed, more, told, departure);
    }

    /** With one of its threats changed; nothing changes when it has no such threat. */
    Device withThreat(String guid, UnaryOperator<Threat> change) {
        Map<String, Threat> more = new TreeMap<>(threats);
        more.computeIfPresent(guid, (key, threat) -> change.apply(threat));
        return new Device(facts, activation, activatedAt, healthAt, agent, feed, more, told, departure);
    }

    /** Without these threats, as if they had never been heard of. */
    public Device without(Collection<String> threatGuids) {
        if (threatGuids.stream().noneMatch(threats::containsKey)) {
            return this;
        }
        Map<String, Threat> fewer = new TreeMap<>(threats);
        fewer.keySet().removeAll(threatGuids);
        return new Device(facts, activation, activatedAt, healthAt, agent, feed, fewer, told, departure);
    }

    public Collection<Threat> openThreats() {
        return threats.values().stream().filter(Threat::isOpen).toList();
    }

    /** Threats that the feed found and that do not count, the longest unheard of first. */
    public List<Threat> closedOfFeed() {
        return threats.values().stream()
                .filter(threat -> !threat.isOpen() && !AgentThreats.isOfAgent(threat))
                .sorted(Comparator.comparing(Threat::eventAt))
                .toList();
    }

    public RiskLevel level(Policy policy) {
        return policy.levelOf(threats.values());
    }

    /**
     * True when something is known of the device's security: its agent is activated, and has said that it protects the
     * device or has found something. Of a disconnected one nothing is known.
     */
    public boolean hasSecurity(Policy policy) {
        return activation == Activation.ACTIVATED
                && !isDisconnected()
                && (healthAt != null || level(policy) != RiskLevel.NONE);
    }

    /** True when what Intune must be told may differ between the two. */
    public boolean mayBeToldOtherwiseThan(Device other) {
        return activation != other.activation
                || (healthAt == null) != (other.healthAt == null)
                || !threats.equals(other.threats)
                || !facts.userId().equals(other.facts.userId())
                || isDisconnected() != other.isDisconnected()
                || isInScope() != other.isInScope()
                || isToBeDeleted() != other.isToBeDeleted()
                || (told.state() == null) != (other.told.state() == null);
    }
}
