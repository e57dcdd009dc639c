package dev.mtdconnector.intune;

import dev.mtdconnector.connector.PublishOptions;
import dev.mtdconnector.connector.PublishOptions.Of;
import dev.mtdconnector.device.ThreatState;
import dev.mtdconnector.intune.GroupMembers.RiskGroup;
import dev.mtdconnector.intune.RiskMembers.Member;
import dev.mtdconnector.intune.RiskMembers.Standing;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Keeps users, or devices, at risk in one security group. A user is in it while one of his devices is at the chosen level
 * or above. Whom somebody else put there stays whatever happens.
 *
 * <p>A device whose agent is silent stays as it was: who switches the agent off does not get out.
 *
 * <p>Before somebody is put in, it is looked up whether he is in already, and stored that he is not: so whatever a crash
 * leaves behind, it is known whose member he is.
 */
public final class GroupPublisher implements IntunePublisher {

    static final String NO_USER = "The device has no user";

    /**
     * A look at the directory may show for a while what was taken out before: for so long, who was taken out by us counts
     * as being out.
     */
    static final Duration REPLICATION = Duration.ofHours(1);

    private static final Member NOBODY = new Member("", Set.of(), Standing.REMOVED, Instant.EPOCH, null);

    private final String groupId;
    private final GroupMembers members;
    private final RiskMembers store;
    private final UploadLog log;
    private final Function<String, PublishOptions> options;
    private final Clock clock;

    /**
     * @param options what a tenant chose; asked when a message is written
     */
    public GroupPublisher(
            String groupId,
            GroupMembers members,
            RiskMembers store,
            UploadLog log,
            Function<String, PublishOptions> options,
            Clock clock) {
        this.groupId = groupId;
        this.members = members;
        this.store = store;
        this.log = log;
        this.options = options;
        this.clock = clock;
    }

    @Override
    public String content(String tenantId, List<DeviceReport> reports) {
        return ReportText.of(reports);
    }

    @Override
    public void upload(String tenantId, UUID messageId, Instant uploadTime, String content, Runnable checkpoint) {
        if (log.refused(tenantId, messageId).isPresent()) {
            return;
        }
        PublishOptions chosen = options.apply(tenantId);
        Lot lot = new Lot(new RiskGroup(tenantId, groupId, chosen.of()), ReportText.read(content), chosen, checkpoint);
        lot.plan();
        lot.putIn();
        lot.takeOut();
        lot.finish();
        checkpoint.run();
        log.written(tenantId, messageId, lot.refused);
    }

    @Override
    public UploadStatus status(String tenantId, UUID messageId) {
        return log.refused(tenantId, messageId)
                .map(refused -> new UploadStatus(Progress.COMPLETED, null, refused))
                .orElseGet(() -> new UploadStatus(Progress.UNKNOWN, null));
    }

    private static boolean isAtRisk(ThreatState state, PublishOptions.Threshold from) {
        return switch (state) {
            case LOW -> from == PublishOptions.Threshold.LOW;
            case MEDIUM -> from != PublishOptions.Threshold.HIGH;
            case HIGH -> true;
            default -> false;
        };
    }

    /** One message on its way. */
    private final class Lot {

        private final RiskGroup group;
        private final List<DeviceReport> reports;
        private final PublishOptions chosen;
        private final Runnable checkpoint;
        private final Map<String, String> refused = new HashMap<>();

        /** To whom each device belongs from now on; null for a device that is not at risk. */
        private final Map<String, @Nullable String> memberOf = new TreeMap<>();

        /** To whom each device belonged before. */
        private final Map<String, String> before;

        /** Members as they are stored. */
        private final Map<String, Member> stored = new TreeMap<>();

        private final Map<String, Member> after = new TreeMap<>();
        private final Set<String> toPutIn = new TreeSet<>();
        private final Set<String> toTakeOut = new TreeSet<>();

        private Lot(RiskGroup group, List<DeviceReport> reports, PublishOptions chosen, Runnable checkpoint) {
            this.group = group;
            this.reports = reports;
            this.chosen = chosen;
            this.checkpoint = checkpoint;
            this.before = store.ofDevices(
                    group.tenantId(),
                    group.id(),
                    reports.stream().map(DeviceReport::deviceId).toList());
        }

        /** Who is concerned, and because of which devices from now on. */
        private void plan() {
            wish();
            Set<String> concerned = new TreeSet<>(before.values());
            memberOf.values().stream().filter(Objects::nonNull).forEach(concerned::add);
            stored.putAll(store.find(group.tenantId(), group.id(), concerned));
            for (String id : concerned) {
                after.put(id, stored.getOrDefault(id, NOBODY.called(id)));
            }
            Set<String> repeated = new TreeSet<>();
            memberOf.forEach((deviceId, memberId) -> {
                String old = before.get(deviceId);
                if (old != null && !old.equals(memberId)) {
                    after.put(old, member(old).with(deviceId, false));
                }
                if (memberId != null) {
                    if (memberId.equals(old)) {
                        repeated.add(memberId);
                    }
                    after.put(memberId, member(memberId).with(deviceId, true));
                }
            });
            for (Member member : after.values()) {
                boolean isOurs = member.standing() == Standing.ADDED || member.standing() == Standing.ADDING;
                if (member.deviceIds().isEmpty()) {
                    if (isOurs) {
                        toTakeOut.add(member.id());
                    }
                } else if (member.standing() != Standing.ADDED || repeated.contains(member.id())) {
                    // Who is told again of a device that is at risk already: somebody may have taken him out.
                    toPutIn.add(member.id());
                }
            }
        }

        private void wish() {
            Map<String, String> atRisk = new LinkedHashMap<>();
            for (DeviceReport report : reports) {
                String deviceId = report.deviceId();
                if (report.state() == ThreatState.UNRESPONSIVE) {
                    if (before.containsKey(deviceId)) {
                        memberOf.put(deviceId, before.get(deviceId));
                    }
                } else if (!isAtRisk(report.state(), chosen.from())) {
                    memberOf.put(deviceId, null);
                } else if (chosen.of() == Of.USERS && report.userId() == null) {
                    refused.put(deviceId, NO_USER);
                } else {
                    atRisk.put(deviceId, String.valueOf(report.userId()));
                }
            }
            if (chosen.of() == Of.USERS) {
                memberOf.putAll(atRisk);
                return;
            }
            Map<String, String> objectIds =
                    atRisk.isEmpty() ? Map.of() : members.objectIds(group.tenantId(), atRisk.keySet());
            for (String deviceId : atRisk.keySet()) {
                String objectId = objectIds.get(deviceId);
                if (objectId == null) {
                    refused.put(deviceId, AttributePublisher.GONE);
                } else {
                    memberOf.put(deviceId, objectId);
                }
            }
        }

        private void putIn() {
            Instant now = clock.instant();
            Set<String> toLookUp = new TreeSet<>();
            for (String id : toPutIn) {
                Member member = member(id);
                boolean isFresh =
                        member.standing() == Standing.REMOVED && member.at().isAfter(now.minus(REPLICATION));
                if (!isFresh) {
                    toLookUp.add(id);
                }
            }
            Set<String> present = toLookUp.isEmpty() ? Set.of() : members.present(group, toLookUp);
            Set<String> missing = new TreeSet<>(toPutIn);
            missing.removeAll(present);
            for (String id : present) {
                Standing before = member(id).standing();
                boolean isOurs = before == Standing.ADDING || before == Standing.ADDED;
                after.put(id, member(id).standing(isOurs ? Standing.ADDED : Standing.FOREIGN, now));
            }
            if (missing.isEmpty()) {
                return;
            }
            missing.forEach(id -> after.put(id, member(id).standing(Standing.ADDING, now)));
            checkpoint.run();
            save(missing);
            Map<String, String> failed = members.add(group, missing, checkpoint);
            for (String id : missing) {
                String why = failed.get(id);
                if (why == null) {
                    after.put(id, member(id).standing(Standing.ADDED, now));
                } else {
                    refuse(id, why);
                    after.put(id, member(id).standing(Standing.REMOVED, Instant.EPOCH));
                }
            }
        }

        private void takeOut() {
            if (toTakeOut.isEmpty()) {
                return;
            }
            Map<String, String> failed = members.remove(group, toTakeOut, checkpoint);
            Instant now = clock.instant();
            for (String id : toTakeOut) {
                String why = failed.get(id);
                if (why == null) {
                    after.put(id, member(id).standing(Standing.REMOVED, now));
                    continue;
                }
                // He keeps his devices, so that the next message takes him out.
                Member kept = stored.getOrDefault(id, NOBODY.called(id));
                for (String deviceId : kept.deviceIds()) {
                    if (memberOf.containsKey(deviceId) && !id.equals(memberOf.get(deviceId))) {
                        refused.put(deviceId, why);
                        memberOf.put(deviceId, id);
                    }
                }
                after.put(id, kept);
            }
        }

        /** Members before devices: a device is put down to a member for as long as that member has it. */
        private void finish() {
            checkpoint.run();
            save(List.copyOf(after.keySet()));
            Map<String, @Nullable String> moved = new TreeMap<>();
            memberOf.forEach((deviceId, memberId) -> {
                if (!Objects.equals(memberId, before.get(deviceId))) {
                    moved.put(deviceId, memberId);
                }
            });
            if (!moved.isEmpty()) {
                store.saveDevices(group.tenantId(), group.id(), moved);
            }
        }

        private void refuse(String memberId, String why) {
            for (DeviceReport report : reports) {
                String deviceId = report.deviceId();
                if (memberId.equals(memberOf.get(deviceId))) {
                    refused.put(deviceId, why);
                    memberOf.put(deviceId, null);
                    after.put(memberId, member(memberId).with(deviceId, false));
                }
            }
        }

        /** What does not change is not written. */
        private void save(Collection<String> ids) {
            List<Member> changed = ids.stream()
                    .map(this::member)
                    .filter(member -> !member.equals(stored.getOrDefault(member.id(), NOBODY.called(member.id()))))
                    .toList();
            if (changed.isEmpty()) {
                return;
            }
            for (Member saved : store.save(group.tenantId(), group.id(), changed)) {
                stored.put(saved.id(), saved);
                after.put(saved.id(), saved);
            }
        }

        private Member member(String id) {
            return Objects.requireNonNull(after.get(id));
        }
    }
}
