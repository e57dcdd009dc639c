package dev.mtdconnector.storage;

import dev.mtdconnector.intune.RiskMembers;
import dev.mtdconnector.intune.UploadLog;
import dev.mtdconnector.storage.Change.Delete;
import dev.mtdconnector.storage.Change.Insert;
import dev.mtdconnector.storage.Change.Mode;
import dev.mtdconnector.storage.Change.Update;
import dev.mtdconnector.storage.Change.Upsert;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of writes to directories: a tenant's latest messages in one row, {@code uploads}; and in a partition for
 * each risk group its members by us, {@code m|<id>}, and devices at risk, {@code d|<device id>}.
 */
public final class PublishingTable implements UploadLog, RiskMembers {

    /** Messages whose coming again is noticed. */
    static final int MOST_MESSAGES = 50;

    /** Ids of devices; a user who enrolls for others has a thousand, and a column holds 32 Ki characters. */
    private static final int MOST_IN_A_COLUMN = 800;

    private static final String DEVICES = "devices";
    private static final String UPLOADS = "uploads";
    private static final String RISK = "risk";
    private static final String MEMBER = "m";
    private static final String DEVICE = "d";

    private final Table table;

    public PublishingTable(Tables tables) {
        this.table = tables.table("publishing");
    }

    @Override
    public Optional<Map<String, String>> refused(String tenantId, UUID messageId) {
        Optional<Row> row = table.get(Keys.join(tenantId), UPLOADS);
        List<String> messages = row.map(PublishingTable::messages).orElse(List.of());
        int place = messages.indexOf(messageId.toString());
        if (place < 0) {
            return Optional.empty();
        }
        return Optional.of(place == 0 ? row.map(PublishingTable::refused).orElse(Map.of()) : Map.of());
    }

    @Override
    public void written(String tenantId, UUID messageId, Map<String, String> refused) {
        List<String> messages = new ArrayList<>(table.get(Keys.join(tenantId), UPLOADS)
                .map(PublishingTable::messages)
                .orElse(List.of()));
        if (messages.contains(messageId.toString())) {
            return;
        }
        messages.add(0, messageId.toString());
        Columns columns = Columns.ofRow()
                .text("messages", String.join(",", messages.subList(0, Math.min(MOST_MESSAGES, messages.size()))));
        int count = 0;
        for (Map.Entry<String, String> one : refused.entrySet()) {
            columns.text("refused" + count, one.getKey()).text("why" + count, one.getValue());
            count++;
        }
        Writes.put(table, Row.of(Keys.join(tenantId), UPLOADS, columns.map()));
    }

    private static List<String> messages(Row row) {
        return List.of(row.requiredText("messages").split(",", -1));
    }

    private static Map<String, String> refused(Row row) {
        Map<String, String> refused = new LinkedHashMap<>();
        for (String id = row.text("refused0"); id != null; id = row.text("refused" + refused.size())) {
            refused.put(id, row.requiredText("why" + refused.size()));
        }
        return refused;
    }

    @Override
    public Map<String, String> ofDevices(String tenantId, String groupId, Collection<String> deviceIds) {
        Map<String, String> members = new HashMap<>();
        for (String deviceId : deviceIds) {
            table.get(partition(tenantId, groupId), Keys.join(DEVICE, deviceId))
                    .ifPresent(row -> members.put(deviceId, row.requiredText("member")));
        }
        return members;
    }

    @Override
    public Map<String, Member> find(String tenantId, String groupId, Collection<String> memberIds) {
        Map<String, Member> members = new HashMap<>();
        for (String id : memberIds) {
            table.get(partition(tenantId, groupId), Keys.join(MEMBER, id))
                    .ifPresent(row -> members.put(id, member(id, row)));
        }
        return members;
    }

    @Override
    public List<Member> save(String tenantId, String groupId, Collection<Member> members) {
        List<Member> saved = new ArrayList<>();
        List<Member> open = List.copyOf(members);
        for (int from = 0; from < open.size(); from += TableRules.MAX_CHANGES) {
            List<Member> some = open.subList(from, Math.min(open.size(), from + TableRules.MAX_CHANGES));
            List<Change> changes = new ArrayList<>();
            for (Member member : some) {
                Row row = row(tenantId, groupId, member);
                String version = member.version();
                changes.add(version == null ? new Insert(row) : new Update(row, Mode.REPLACE, version));
            }
            List<@Nullable String> etags = Writes.tryTransact(table, changes)
                    .orElseThrow(() -> new IllegalStateException("Another run changed the risk group's members"));
            for (int i = 0; i < some.size(); i++) {
                saved.add(some.get(i).withVersion(etags.get(i)));
            }
        }
        return saved;
    }

    @Override
    public void saveDevices(String tenantId, String groupId, Map<String, @Nullable String> memberIds) {
        List<Change> changes = new ArrayList<>();
        memberIds.forEach((deviceId, memberId) -> {
            String key = Keys.join(DEVICE, deviceId);
            if (memberId != null) {
                Map<String, Object> columns =
                        Columns.ofRow().text("member", memberId).map();
                changes.add(new Upsert(Row.of(partition(tenantId, groupId), key, columns), Mode.REPLACE));
            } else if (table.get(partition(tenantId, groupId), key).isPresent()) {
                changes.add(new Delete(Row.of(partition(tenantId, groupId), key, Map.of()), null));
            }
        });
        for (int from = 0; from < changes.size(); from += TableRules.MAX_CHANGES) {
            table.transact(changes.subList(from, Math.min(changes.size(), from + TableRules.MAX_CHANGES)));
        }
    }

    private static String partition(String tenantId, String groupId) {
        return Keys.join(tenantId, RISK, groupId);
    }

    private static Row row(String tenantId, String groupId, Member member) {
        List<String> devices = List.copyOf(new TreeSet<>(member.deviceIds()));
        int first = Math.min(MOST_IN_A_COLUMN, devices.size());
        Columns columns = Columns.ofRow()
                .text(DEVICES, String.join(",", devices.subList(0, first)))
                .text("standing", member.standing().name())
                .instant("at", member.at());
        for (int from = first, more = 1; from < devices.size(); from += MOST_IN_A_COLUMN, more++) {
            int to = Math.min(from + MOST_IN_A_COLUMN, devices.size());
            columns.text(DEVICES + more, String.join(",", devices.subList(from, to)));
        }
        return Row.of(partition(tenantId, groupId), Keys.join(MEMBER, member.id()), columns.map());
    }

    private static Member member(String id, Row row) {
        Set<String> devices = new HashSet<>();
        String some = row.requiredText(DEVICES);
        for (int more = 1; some != null && !some.isEmpty(); more++) {
            devices.addAll(List.of(some.split(",", -1)));
            some = row.text(DEVICES + more);
        }
        return new Member(
                id, devices, Standing.valueOf(row.requiredText("standing")), row.requiredInstant("at"), row.etag());
    }
}
