package dev.mtdconnector.local.contoso;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What changed in one kind of resource since the tenant was generated, by rising numbers, for delta queries. Of an object,
 * or of one membership, the latest change alone is kept: the former ones leave a gap. What is too old for the bound goes,
 * and with it every token that points before {@link #floor()}.
 *
 * <p>Not safe for use by several threads: {@link Contoso} guards it.
 */
final class ChangeLog {

    /** A created object changed in all its properties. */
    static final String ALL = "*";

    private static final int BOUND = 2_000_000;

    private final Map<String, Long> latest = new HashMap<>();
    private List<@Nullable Change> changes = new ArrayList<>();
    private long dropped;

    /**
     * One change.
     *
     * @param object id of the group or device
     * @param member id of the member that came or went; null when the object itself changed
     * @param memberType as {@code user}; empty when the object itself changed
     * @param removed why it is gone, in Graph's words; null when it is there
     * @param properties the number of the last change of each property, {@link #ALL} for the creation
     */
    record Change(
            long number,
            String object,
            @Nullable String member,
            String memberType,
            @Nullable String removed,
            Map<String, Long> properties) {

        static Change ofObject(String id, @Nullable String removed, Set<String> properties) {
            Map<String, Long> fresh = new HashMap<>();
            properties.forEach(name -> fresh.put(name, 0L));
            return new Change(0, id, null, "", removed, fresh);
        }

        static Change ofMember(String group, String member, String type, @Nullable String removed) {
            return new Change(0, group, member, type, removed, Map.of());
        }

        /** The properties that changed after a number. */
        Set<String> changedSince(long since) {
            Set<String> changed = new HashSet<>();
            properties.forEach((name, at) -> {
                if (at > since) {
                    changed.add(name);
                }
            });
            return changed;
        }

        private String key() {
            return member == null ? object : object + "/" + member;
        }
    }

    /** The number of the last change; 0 before the first. */
    long last() {
        return dropped + changes.size();
    }

    /** Changes up to this number are no longer known. */
    long floor() {
        return dropped;
    }

    void add(Change change) {
        String key = change.key();
        long number = last() + 1;
        Map<String, Long> properties = new HashMap<>();
        Long before = latest.put(key, number);
        if (before != null && before > dropped) {
            int index = (int) (before - dropped - 1);
            Change old = changes.get(index);
            if (old != null) {
                properties.putAll(old.properties());
                changes.set(index, null);
            }
        }
        change.properties().keySet().forEach(name -> properties.put(name, number));
        changes.add(new Change(
                number,
                change.object(),
                change.member(),
                change.memberType(),
                change.removed(),
                Map.copyOf(properties)));
        if (changes.size() > BOUND) {
            drop(BOUND / 2);
        }
    }

    /** Forgets everything, so that whoever asks has to begin anew. */
    void reset() {
        // One number is given to nobody: it stands between the tokens before and after.
        changes.add(null);
        drop(changes.size());
    }

    private void drop(int count) {
        changes = new ArrayList<>(changes.subList(count, changes.size()));
        dropped += count;
        latest.values().removeIf(number -> number <= dropped);
    }

    /** The change of this number; null when a later one took its place, or it is no longer known. */
    @Nullable
    Change at(long number) {
        long index = number - dropped - 1;
        return index < 0 || index >= changes.size() ? null : changes.get((int) index);
    }
}
