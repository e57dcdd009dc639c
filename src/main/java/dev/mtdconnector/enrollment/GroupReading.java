package dev.mtdconnector.enrollment;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.connector.Connector.EnrollmentGroup;
import dev.mtdconnector.enrollment.DirectoryChanges.GroupSink;
import dev.mtdconnector.enrollment.DirectoryChanges.Position;
import dev.mtdconnector.enrollment.EnrollmentState.Chunk;
import dev.mtdconnector.enrollment.GroupGraph.TrackedGroup;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The first phase of a sync: reads what changed in the enrollment groups, and in the groups within them, by delta queries
 * of at most 50 groups. A query's groups are fixed when it begins, so the groups within one that is new are asked for
 * before. A group that comes later gets a query of its own, with others that come then, and when there are too many
 * queries the smallest begin anew together.
 *
 * <p>What was read is staged now and then together with the place up to which it was read, so that a run that is cut off
 * goes on there.
 */
final class GroupReading {

    /** As many groups as one query of Microsoft Graph may name. */
    static final int MOST_GROUPS = 50;

    /** Pages of one round: a directory of ten million users at the smallest page. */
    private static final int MOST_PAGES = 100_000;

    private final SyncStep step;
    private final Mentions mentions = new Mentions();
    private EnrollmentState state;
    private GroupGraph graph;
    /** The graph of which every group has its query. */
    private @Nullable GroupGraph assigned;
    /** Whether some round from the start was under way then, so that not everything within the groups was named yet. */
    private boolean wasListing;

    private boolean isPinning;

    private int stagedWords;

    GroupReading(SyncStep step) {
        this.step = step;
        this.state = step.book().state();
        this.graph = step.book().graph();
    }

    Mentions mentions() {
        return mentions;
    }

    EnrollmentState state() {
        return state;
    }

    GroupGraph graph() {
        return graph;
    }

    /** True when every query was read up to now. */
    boolean read() {
        loadStaged();
        Set<String> pinned = step.connector().groups().stream()
                .map(EnrollmentGroup::id)
                .collect(Collectors.toCollection(TreeSet::new));
        pin(pinned);
        for (int pages = 0; pages < MOST_PAGES; pages++) {
            assignChunks();
            Optional<Chunk> next =
                    state.chunks().stream().filter(chunk -> !chunk.isRead()).findFirst();
            if (next.isEmpty()) {
                return true;
            }
            if (step.isOver()) {
                stage();
                return false;
            }
            readPage(next.get());
            if (mentions.size() - stagedWords >= step.limits().wordsARow()) {
                stage();
            }
            step.checkpoint();
        }
        throw new UpstreamException(
                UpstreamException.Service.GRAPH,
                UpstreamException.Kind.REFUSED,
                "A delta query of groups has no end after " + MOST_PAGES + " pages");
    }

    /**
     * Takes the groups that an administrator chose, and those that are said to be within the new ones: their queries can be
     * packed now, and not later. What is said may be wrong; when the round is over only what it named stays.
     */
    private void pin(Set<String> ids) {
        List<String> added = ids.stream().filter(id -> graph.find(id).isEmpty()).toList();
        graph = graph.pinning(ids);
        if (step.connector().isNested() && !added.isEmpty()) {
            step.directory().groupsWithin(added, id -> graph = graph.tracking(id, false));
            isPinning = true;
        }
    }

    /** Words that are not staged yet become a row, with the place up to which they were read. */
    void stage() {
        int from = stagedWords;
        while (from < mentions.size()) {
            int to = Math.min(mentions.size(), from + step.limits().wordsARow());
            state = step.counted(state.withStaged(state.staged() + 1));
            // Only the last row may say how far it was read: the rows before it are a part of that.
            EnrollmentState saved = to == mentions.size() ? state : stepBack(state);
            step.book().write(new EnrollmentLedger.Page(saved, graph).staging(mentions.encode(from, to)));
            from = to;
        }
        if (stagedWords == mentions.size() && !state.equals(step.book().state())) {
            state = step.counted(state);
            step.book().write(new EnrollmentLedger.Page(state, graph));
        }
        stagedWords = mentions.size();
    }

    private EnrollmentState stepBack(EnrollmentState now) {
        return now.withChunks(step.book().state().chunks());
    }

    private void loadStaged() {
        for (byte[] row : step.book().staged()) {
            mentions.addEncoded(row);
        }
        stagedWords = mentions.size();
    }

    private void readPage(Chunk chunk) {
        Page page = new Page(chunk.seen(), chunk.isFull());
        Position position;
        try {
            String link = chunk.link();
            position = link == null
                    ? step.directory().groups(idsOf(chunk), page)
                    : step.directory().groups(link, page);
        } catch (UpstreamException e) {
            state = SyncStep.beginningAnew(state, chunk.number(), chunk.link(), e);
            // Who is a member now is read from the start.
            groupsOf(chunk).forEach(group -> mentions.forget(group.number()));
            state = state.with(Chunk.fresh(chunk.number()));
            return;
        }
        String link = position.link();
        if (link == null || (!position.isComplete() && link.equals(chunk.link()))) {
            throw new UpstreamException(
                    UpstreamException.Service.GRAPH,
                    UpstreamException.Kind.REFUSED,
                    "A page of a delta query leads to itself, or nowhere");
        }
        state = state.with(chunk.at(link, position.isComplete(), page.seen));
        if (position.isComplete() && chunk.isFull()) {
            noteMissing(chunk.number());
        }
    }

    /** A round from the start names every group that there is: one that it does not name was deleted. */
    private void noteMissing(int number) {
        Chunk chunk = state.chunks().stream()
                .filter(other -> other.number() == number)
                .findFirst()
                .orElseThrow();
        for (TrackedGroup group : groupsOf(chunk)) {
            if (!chunk.seen().contains(group.number())) {
                graph = graph.with(group.gone(true));
            }
        }
    }

    private List<TrackedGroup> groupsOf(Chunk chunk) {
        return graph.groups().stream()
                .filter(group -> group.chunk() == chunk.number())
                .toList();
    }

    private List<String> idsOf(Chunk chunk) {
        return groupsOf(chunk).stream().map(TrackedGroup::id).toList();
    }

    /** Every group that counts is followed by a query; queries of which no group counts any more are dropped. */
    private void assignChunks() {
        boolean isListing = isPinning || state.chunks().stream().anyMatch(chunk -> chunk.isFull() && !chunk.isRead());
        if (graph.equals(assigned) && isListing == wasListing) {
            return;
        }
        isPinning = false;
        wasListing = isListing;
        boolean isNested = step.connector().isNested();
        // A group may be named before the one that it is within.
        graph = isListing ? graph.complete(isNested) : graph.settled(isNested);
        Set<Integer> used = graph.groups().stream().map(TrackedGroup::chunk).collect(Collectors.toSet());
        List<Chunk> kept = state.chunks().stream()
                .filter(chunk -> used.contains(chunk.number()))
                .toList();
        if (kept.size() != state.chunks().size()) {
            state = state.withChunks(kept);
        }
        rebase();
        List<TrackedGroup> unassigned = graph.groups().stream()
                .filter(group -> group.chunk() < 0)
                .sorted(Comparator.comparing(TrackedGroup::number))
                .toList();
        int number = state.chunks().stream().mapToInt(Chunk::number).max().orElse(-1) + 1;
        for (int from = 0; from < unassigned.size(); from += MOST_GROUPS, number++) {
            for (TrackedGroup group : unassigned.subList(from, Math.min(unassigned.size(), from + MOST_GROUPS))) {
                graph = graph.with(group.withChunk(number));
            }
            state = state.with(Chunk.fresh(number));
        }
        assigned = graph;
    }

    /** Too many queries cost a request each at every poll: the smallest are put together, which reads them once more. */
    private void rebase() {
        int most = (graph.groups().size() + MOST_GROUPS - 1) / MOST_GROUPS + 1;
        boolean isUnderWay = state.chunks().stream().anyMatch(Chunk::isRead);
        if (state.chunks().size() <= most || isUnderWay || mentions.size() > 0) {
            return;
        }
        List<Chunk> bySize = new ArrayList<>(state.chunks());
        bySize.sort(Comparator.comparingInt(chunk -> groupsOf(chunk).size()));
        List<Chunk> merged = bySize.subList(0, state.chunks().size() - most + 1);
        for (Chunk chunk : merged) {
            groupsOf(chunk).forEach(group -> graph = graph.with(group.withChunk(-1)));
        }
        List<Chunk> kept = new ArrayList<>(state.chunks());
        kept.removeAll(merged);
        state = state.withChunks(kept);
    }

    /** Takes what one page says. */
    private final class Page implements GroupSink {

        private final boolean isFull;
        private GroupSet seen;
        /** The group whose members come just now, for they come in hundreds; its number is negative when it is not ours. */
        private String named = "";

        private int number;

        private Page(GroupSet seen, boolean isFull) {
            this.seen = seen;
            this.isFull = isFull;
        }

        @Override
        public void group(String groupId, @Nullable String displayName) {
            graph.find(groupId).ifPresent(group -> {
                // A round from the start names every group within this one, so what was within it before does not
                // count.
                boolean isNamedAnew = isFull && !seen.contains(group.number());
                TrackedGroup found = isNamedAnew ? group.gone(false).withChildren(Set.of()) : group.gone(false);
                seen = seen.with(group.number());
                graph = graph.with(displayName == null ? found : found.named(displayName));
            });
        }

        @Override
        public void groupGone(String groupId) {
            graph.find(groupId).ifPresent(group -> graph = graph.with(group.gone(true)));
        }

        @Override
        public void user(String groupId, long high, long low, boolean isRemoved) {
            if (!groupId.equals(named)) {
                named = groupId;
                number = graph.find(groupId).map(TrackedGroup::number).orElse(-1);
            }
            if (number >= 0) {
                mentions.add(number, high, low, isRemoved);
            }
        }

        @Override
        public void child(String groupId, String childId, boolean isRemoved) {
            graph = graph.linking(groupId, childId, !isRemoved);
        }
    }
}
