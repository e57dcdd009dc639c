package dev.mtdconnector.testing;

import dev.mtdconnector.app.Edges;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.connector.RiskGroups;
import dev.mtdconnector.intune.DeviceAttributes;
import dev.mtdconnector.intune.GroupMembers;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What is written to in a directory, in memory. */
public final class FakeTargets implements DeviceAttributes, GroupMembers, RiskGroups {

    private final Map<String, @Nullable String> values = new HashMap<>();
    private final Map<String, RiskGroups.Candidate> groups = new HashMap<>();
    private final Set<String> members = new LinkedHashSet<>();
    private final List<String> writes = new ArrayList<>();
    private final Set<String> refused = new HashSet<>();
    private int proofs;

    public Edges.DirectoryTargets edge() {
        return new Edges.DirectoryTargets(this, this, this);
    }

    /** A device that holds this in its attribute; its object id is its device id with {@code object-} before it. */
    public FakeTargets withDevice(String deviceId, @Nullable String value) {
        values.put(deviceId, value);
        return this;
    }

    public FakeTargets withoutDevice(String deviceId) {
        values.remove(deviceId);
        return this;
    }

    public FakeTargets withGroup(String groupId, RiskGroups.Candidate group) {
        groups.put(groupId, group);
        return this;
    }

    /** Somebody else puts the member in. */
    public FakeTargets withMember(String memberId) {
        members.add(memberId);
        return this;
    }

    public FakeTargets withoutMember(String memberId) {
        members.remove(memberId);
        return this;
    }

    /** Writes of this object or member are refused. */
    public FakeTargets refusing(String id) {
        refused.add(id);
        return this;
    }

    public @Nullable String value(String deviceId) {
        return values.get(deviceId);
    }

    public Set<String> members() {
        return Set.copyOf(members);
    }

    /** What was written, in order: {@code object-x=mtd:high}, {@code +user}, {@code -user}. */
    public List<String> writes() {
        return List.copyOf(writes);
    }

    public int proofs() {
        return proofs;
    }

    @Override
    public Map<String, Held> read(String tenantId, int number, Collection<String> deviceIds) {
        Map<String, Held> held = new HashMap<>();
        for (String id : deviceIds) {
            if (values.containsKey(id)) {
                held.put(id, new Held("object-" + id, values.get(id)));
            }
        }
        return held;
    }

    @Override
    public Map<String, String> write(
            String tenantId, int number, Map<String, @Nullable String> wanted, Runnable checkpoint) {
        checkpoint.run();
        Map<String, String> failed = new HashMap<>();
        wanted.forEach((objectId, value) -> {
            if (refused.contains(objectId)) {
                failed.put(objectId, "protected");
            } else {
                writes.add(objectId + "=" + value);
                values.put(objectId.substring("object-".length()), value);
            }
        });
        return failed;
    }

    /** The group is deleted. */
    public FakeTargets withoutGroup(String groupId) {
        groups.remove(groupId);
        return this;
    }

    @Override
    public void prove(String tenantId) {
        proofs++;
    }

    @Override
    public Set<String> present(RiskGroup group, Collection<String> memberIds) {
        Set<String> present = new HashSet<>(memberIds);
        present.retainAll(members);
        return present;
    }

    @Override
    public Map<String, String> add(RiskGroup group, Collection<String> memberIds, Runnable checkpoint) {
        return change(memberIds, "+", members::add, checkpoint);
    }

    @Override
    public Map<String, String> remove(RiskGroup group, Collection<String> memberIds, Runnable checkpoint) {
        return change(memberIds, "-", members::remove, checkpoint);
    }

    private Map<String, String> change(
            Collection<String> memberIds, String sign, Consumer<String> change, Runnable checkpoint) {
        checkpoint.run();
        Map<String, String> failed = new HashMap<>();
        for (String id : memberIds) {
            if (refused.contains(id)) {
                failed.put(id, "protected");
            } else {
                writes.add(sign + id);
                change.accept(id);
            }
        }
        return failed;
    }

    @Override
    public Map<String, String> objectIds(String tenantId, Collection<String> deviceIds) {
        Map<String, String> found = new HashMap<>();
        for (String id : deviceIds) {
            if (values.containsKey(id)) {
                found.put(id, "object-" + id);
            }
        }
        return found;
    }

    @Override
    public RiskGroups.Candidate prove(RiskGroup group) {
        proofs++;
        return look(group.tenantId(), group.id(), Set.of());
    }

    @Override
    public RiskGroups.Candidate look(String tenantId, String groupId, Set<String> taken) {
        RiskGroups.Candidate group = groups.get(groupId);
        if (group == null) {
            throw new UpstreamException(
                    UpstreamException.Service.GRAPH, UpstreamException.Kind.NOT_FOUND, "No such group");
        }
        return group;
    }
}
