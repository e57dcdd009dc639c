package dev.mtdconnector.intune;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of the members of a tenant's risk groups: who is in by us, and because of which devices. It costs what is
 * or was at risk, not what exists.
 */
public interface RiskMembers {

    /** To whom devices at risk were put down, by device id; a device that is not at risk is left out. */
    Map<String, String> ofDevices(String tenantId, String groupId, Collection<String> deviceIds);

    /** By id; whoever was never at risk is left out. */
    Map<String, Member> find(String tenantId, String groupId, Collection<String> memberIds);

    /**
     * Stores members as they are given, and answers them with their new versions.
     *
     * @throws IllegalStateException when one was changed since it was read: another run has taken over
     */
    List<Member> save(String tenantId, String groupId, Collection<Member> members);

    /** Puts each device down to a member, or to nobody. */
    void saveDevices(String tenantId, String groupId, Map<String, @Nullable String> memberIds);

    /** How a member stands in the group. */
    enum Standing {
        /** Was in the group when first needed, not by us: is never taken out. */
        FOREIGN,
        /** Was not in the group, and is about to be put in. */
        ADDING,
        /** In the group by us. */
        ADDED,
        /** Was in the group by us, and is not any more. */
        REMOVED
    }

    /**
     * A member.
     *
     * @param id object id of a user or of a device
     * @param deviceIds because of which devices; empty when none is at risk any more
     * @param at since when it stands so
     * @param version by which a change since the reading is noticed; null for a new one
     */
    record Member(
            String id,
            Set<String> deviceIds,
            Standing standing,
            Instant at,
            @Nullable String version) {

        public Member {
            deviceIds = Set.copyOf(deviceIds);
        }

        Member called(String otherId) {
            return new Member(otherId, deviceIds, standing, at, version);
        }

        Member with(String deviceId, boolean isAtRisk) {
            Set<String> changed = new TreeSet<>(deviceIds);
            if (isAtRisk) {
                changed.add(deviceId);
            } else {
                changed.remove(deviceId);
            }
            return new Member(id, changed, standing, at, version);
        }

        Member standing(Standing other, Instant since) {
            return standing == other ? this : new Member(id, deviceIds, other, since, version);
        }

        /** The same under another version. */
        public Member withVersion(@Nullable String other) {
            return new Member(id, deviceIds, standing, at, other);
        }
    }
}
