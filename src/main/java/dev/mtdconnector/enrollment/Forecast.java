package dev.mtdconnector.enrollment;

import dev.mtdconnector.enrollment.DirectoryChanges.GroupSink;
import dev.mtdconnector.enrollment.DirectoryChanges.Position;
import dev.mtdconnector.enrollment.EnrollmentLedger.Snapshot;
import dev.mtdconnector.enrollment.GroupGraph.TrackedGroup;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Foresees whom other enrollment groups would bring into scope and whom they would take out of it. Groups that are followed
 * already are taken as they were at the last sync, others are read from the directory, within bounds. Writes nothing.
 */
public final class Forecast {

    /** Users of each kind whose ids are given. */
    public static final int MOST_NAMED = 100;

    private static final int MOST_REQUESTS = 200;
    /** For as long somebody waits who wants to know. */
    static final Duration LONG = Duration.ofSeconds(20);

    /** For as long somebody waits who wants to do something else. */
    static final Duration SHORT = Duration.ofSeconds(5);

    private final EnrollmentLedger ledger;
    private final DeviceRegister register;
    private final DirectoryChanges changes;
    private final Clock clock;

    public Forecast(EnrollmentLedger ledger, DeviceRegister register, DirectoryChanges changes, Clock clock) {
        this.ledger = ledger;
        this.register = register;
        this.changes = changes;
        this.clock = clock;
    }

    /**
     * @param added users who would come into scope; how many devices they have is not known here: 0
     * @param removed users who would leave it, with the devices that leave with them
     * @param unchanged users who stay
     * @param dropped the numbers of the groups that count now and would not
     * @param nested groups within the chosen ones that count
     * @param isComplete false when there was more to read than is read for this: then more would be added, and fewer
     *     removed perhaps
     */
    public record Foreseen(
            Some added, Some removed, Some unchanged, GroupSet dropped, int nested, boolean isComplete) {}

    /**
     * @param first ids of the first of them, at most {@link #MOST_NAMED}
     */
    public record Some(int users, int devices, List<String> first) {
        public Some {
            first = List.copyOf(first);
        }
    }

    /**
     * @param groupIds of groups that exist
     * @param longest after this time no more is read
     * @throws dev.mtdconnector.common.UpstreamException when the directory cannot be asked at the moment
     */
    Foreseen of(String tenantId, Set<String> groupIds, boolean isNested, Duration longest) {
        Snapshot now = ledger.read(tenantId).orElse(new Snapshot(EnrollmentState.NEW, GroupGraph.EMPTY));
        NewGroups reading = new NewGroups(now, isNested, clock.instant().plus(longest));
        boolean isComplete = reading.read(tenantId, groupIds);
        GroupSet alive = numbers(List.copyOf(reading.graph.reachable(isNested)));
        int nested = alive.numbers().length - groupIds.size();
        Count added = new Count();
        Count removed = new Count();
        Count unchanged = new Count();
        GuidSet.Builder leaving = new GuidSet.Builder(0);
        int bits = now.state().bits();
        Mentions.Ordered ordered = reading.mentions.ordered(bits);
        for (int bucket = 0; bucket < 1 << bits; bucket++) {
            UserBlock before = ledger.block(tenantId, bits, bucket);
            UserBlock after = ordered.apply(before, bucket, GroupSet.NONE, alive);
            for (int i = 0; i < after.size(); i++) {
                int known = before.indexOf(after.high(i), after.low(i));
                boolean wasIn = known >= 0 && !before.groups(known).isEmpty();
                if (after.groups(i).isEmpty() && wasIn) {
                    removed.add(after, i);
                    leaving.add(after.high(i), after.low(i));
                } else if (!after.groups(i).isEmpty()) {
                    boolean isThere = wasIn || (known >= 0 && before.is(known, UserBlock.ENROLLED));
                    (isThere ? unchanged : added).add(after, i);
                }
            }
            // Whose devices were not enrolled yet has no place in the block any more.
            for (int i = 0; i < before.size(); i++) {
                if (!before.groups(i).isEmpty() && after.indexOf(before.high(i), before.low(i)) < 0) {
                    removed.add(before, i);
                }
            }
        }
        count(tenantId, leaving.build(), removed, unchanged);
        return new Foreseen(
                added.some(),
                removed.some(),
                unchanged.some(),
                now.state().alive().without(alive),
                Math.max(0, nested),
                isComplete);
    }

    private void count(String tenantId, GuidSet leaving, Count removed, Count unchanged) {
        register.eachInScope(tenantId, (userId, deviceId) -> {
            UUID id = UUID.fromString(userId);
            boolean leaves = leaving.contains(id.getMostSignificantBits(), id.getLeastSignificantBits());
            (leaves ? removed : unchanged).devices++;
        });
    }

    private static GroupSet numbers(List<TrackedGroup> groups) {
        return GroupSet.of(groups.stream().mapToInt(TrackedGroup::number).toArray());
    }

    /** Users of one kind while they are counted. */
    private static final class Count {

        private final List<String> first = new ArrayList<>();
        private int users;
        private int devices;

        void add(UserBlock block, int index) {
            users++;
            if (first.size() < MOST_NAMED) {
                first.add(Guid.text(block.high(index), block.low(index)));
            }
        }

        Some some() {
            return new Some(users, devices, first);
        }
    }

    /** Reads groups that no sync has read yet. */
    private final class NewGroups implements GroupSink, DirectoryChanges.Meter {

        private final Mentions mentions = new Mentions();
        private final GroupSet known;
        private final boolean isNested;
        private final Instant end;
        private GroupGraph graph;
        private GroupSet read = GroupSet.NONE;
        private int requests;

        private NewGroups(Snapshot now, boolean isNested, Instant end) {
            this.end = end;
            this.known = now.state().alive();
            this.graph = now.graph();
            this.isNested = isNested;
        }

        /** True when there was not more to read than may be read. */
        private boolean read(String tenantId, Set<String> groupIds) {
            DirectoryChanges.Reading reading = changes.open(tenantId, this);
            graph = graph.pinning(groupIds).settled(isNested);
            while (true) {
                List<TrackedGroup> unread = graph.groups().stream()
                        .filter(group -> !known.contains(group.number()) && !read.contains(group.number()))
                        .limit(GroupReading.MOST_GROUPS)
                        .toList();
                if (unread.isEmpty()) {
                    return true;
                }
                @Nullable Position position = null;
                do {
                    if (requests >= MOST_REQUESTS || !clock.instant().isBefore(end)) {
                        return false;
                    }
                    String link = position == null ? null : position.link();
                    position = link == null
                            ? reading.groups(
                                    unread.stream().map(TrackedGroup::id).toList(), this)
                            : reading.groups(link, this);
                } while (!position.isComplete() && position.link() != null);
                read = read.and(numbers(unread));
                graph = graph.settled(isNested);
            }
        }

        @Override
        public void group(String groupId, @Nullable String displayName) {
            // It was looked up before.
        }

        @Override
        public void groupGone(String groupId) {
            // Then it has no members either.
        }

        @Override
        public void user(String groupId, long high, long low, boolean isRemoved) {
            graph.find(groupId).ifPresent(group -> mentions.add(group.number(), high, low, isRemoved));
        }

        @Override
        public void child(String groupId, String childId, boolean isRemoved) {
            graph = graph.linking(groupId, childId, !isRemoved);
        }

        @Override
        public void request() {
            requests++;
        }

        @Override
        public void page() {
            // The bound is on requests.
        }

        @Override
        public void throttled(Duration waited) {
            // The bound is on time too.
        }
    }
}
