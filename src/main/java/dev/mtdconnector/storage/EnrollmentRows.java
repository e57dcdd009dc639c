package dev.mtdconnector.storage;

import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.enrollment.EnrollmentState;
import dev.mtdconnector.enrollment.EnrollmentState.Chunk;
import dev.mtdconnector.enrollment.EnrollmentState.Confirmation;
import dev.mtdconnector.enrollment.EnrollmentState.Decisions;
import dev.mtdconnector.enrollment.EnrollmentState.Departures;
import dev.mtdconnector.enrollment.EnrollmentState.Following;
import dev.mtdconnector.enrollment.EnrollmentState.Membership;
import dev.mtdconnector.enrollment.EnrollmentState.Phase;
import dev.mtdconnector.enrollment.EnrollmentState.Quiet;
import dev.mtdconnector.enrollment.EnrollmentState.Reading;
import dev.mtdconnector.enrollment.EnrollmentState.Reconciling;
import dev.mtdconnector.enrollment.GroupGraph.TrackedGroup;
import dev.mtdconnector.enrollment.GroupSet;
import dev.mtdconnector.enrollment.SafetyCap;
import dev.mtdconnector.enrollment.SyncRun;
import dev.mtdconnector.enrollment.Tally;
import dev.mtdconnector.schedule.Trigger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;

/** The columns of enrollment's state, groups and runs. */
final class EnrollmentRows {

    private static final int UUID_BYTES = 16;
    private static final int IDS_A_COLUMN = 4_000;

    private EnrollmentRows() {}

    /** Absent columns are what the new state is not to have, so the row is to be replaced by these. */
    static Map<String, Object> columns(EnrollmentState state, int nextNumber) {
        Columns columns = Columns.ofRow()
                .text("phase", state.phase().name())
                .number("staged", state.staged())
                .number("bits", state.bits())
                .text("alive", text(state.alive()))
                .binary("dirty", state.dirty().toByteArray())
                .number("users", state.users())
                .text("devicesLink", state.devicesLink())
                .text("ownersLink", state.ownersLink())
                .text("reconcileLink", state.reconcile().link())
                .instant("reconcileStartedAt", state.reconcile().startedAt())
                .number("reconcilePages", state.reconcile().pages())
                .flag("reconcileUrgent", state.reconcile().isUrgent())
                .text("intuneLink", state.intune().link())
                .instant("intuneStartedAt", state.intune().startedAt())
                .number("intunePages", state.intune().pages())
                .instant("appsAt", state.intune().appsAt())
                .text("cap", text(state.cap()))
                .number("holdSet", state.holdSet())
                .number("approvedSet", state.approvedSet())
                .number("appliedSet", state.departures().appliedSet())
                .number("quietRuns", state.quiet().runs())
                .instant("quietLastAt", state.quiet().lastAt())
                .number("allRuns", state.quiet().allRuns())
                .number("nextNumber", nextNumber);
        put(columns, state.departures().confirmation());
        put(columns, state.tally());
        for (int i = 0; i < state.chunks().size(); i++) {
            Chunk chunk = state.chunks().get(i);
            columns.number("chunk" + i, chunk.number())
                    .text("link" + i, chunk.link())
                    .flag("full" + i, chunk.isFull())
                    .flag("read" + i, chunk.isRead())
                    .text("seen" + i, text(chunk.seen()));
        }
        return columns.map();
    }

    static EnrollmentState state(Row row) {
        List<Chunk> chunks = new ArrayList<>();
        for (int i = 0; row.properties().containsKey("chunk" + i); i++) {
            chunks.add(new Chunk(
                    (int) row.number("chunk" + i, 0),
                    row.text("link" + i),
                    row.flag("full" + i),
                    row.flag("read" + i),
                    groupSet(row.requiredText("seen" + i))));
        }
        return new EnrollmentState(
                Phase.valueOf(row.requiredText("phase")),
                new Reading(chunks, (int) row.number("staged", 0)),
                new Membership(
                        (int) row.number("bits", 0),
                        groupSet(row.requiredText("alive")),
                        BitSet.valueOf((byte[]) row.properties().getOrDefault("dirty", new byte[0])),
                        (int) row.number("users", 0)),
                new Following(
                        row.text("devicesLink"),
                        row.text("ownersLink"),
                        new Reconciling(
                                row.text("reconcileLink"),
                                row.instant("reconcileStartedAt"),
                                (int) row.number("reconcilePages", 0),
                                row.flag("reconcileUrgent")),
                        new EnrollmentState.Intune(
                                row.text("intuneLink"),
                                row.instant("intuneStartedAt"),
                                (int) row.number("intunePages", 0),
                                row.instant("appsAt"))),
                new Departures(
                        cap(row.requiredText("cap")),
                        (int) row.number("holdSet", 0),
                        (int) row.number("approvedSet", 0),
                        (int) row.number("appliedSet", 0),
                        confirmation(row)),
                new Quiet(row.number("quietRuns", 0), row.instant("quietLastAt"), row.number("allRuns", 0)),
                tally(row));
    }

    static Map<String, Object> columns(Decisions decisions) {
        Columns columns = Columns.ofRow().number("approvedSet", decisions.approvedSet());
        put(columns, decisions.confirmation());
        return columns.map();
    }

    static Decisions decisions(Row row) {
        return new Decisions((int) row.number("approvedSet", 0), confirmation(row));
    }

    private static void put(Columns columns, Confirmation confirmation) {
        columns.number("confirmation", confirmation.number())
                .text("confirmed", text(confirmation.groups()))
                .flag("confirmedUnused", confirmation.wasUnused());
    }

    private static Confirmation confirmation(Row row) {
        String groups = row.text("confirmed");
        return new Confirmation(
                (int) row.number("confirmation", 0),
                groupSet(groups == null ? "" : groups),
                row.flag("confirmedUnused"));
    }

    private static void put(Columns columns, Tally tally) {
        columns.instant("startedAt", tally.startedAt())
                .text("trigger", tally.trigger().name())
                .number("continuations", tally.continuations())
                .text("begunAnew", text(tally.begunAnew()))
                .number("requests", tally.requests())
                .number("pages", tally.pages())
                .number("throttledMillis", tally.throttledMillis())
                .number("added", tally.added())
                .number("changed", tally.changed())
                .number("unchanged", tally.unchanged())
                .number("removed", tally.removed())
                .number("held", tally.held())
                .number("unsupported", tally.unsupported());
    }

    private static Tally tally(Row row) {
        String trigger = row.text("trigger");
        String begunAnew = row.text("begunAnew");
        return new Tally(
                row.instant("startedAt"),
                trigger == null ? Trigger.SCHEDULE : Trigger.valueOf(trigger),
                (int) row.number("continuations", 0),
                groupSet(begunAnew == null ? "" : begunAnew),
                (int) row.number("requests", 0),
                (int) row.number("pages", 0),
                row.number("throttledMillis", 0),
                (int) row.number("added", 0),
                (int) row.number("changed", 0),
                (int) row.number("unchanged", 0),
                (int) row.number("removed", 0),
                (int) row.number("held", 0),
                (int) row.number("unsupported", 0));
    }

    static Map<String, Object> columns(SyncRun run) {
        Columns columns = Columns.ofRow().instant("finishedAt", run.finishedAt());
        ErrorCode error = run.error();
        columns.text("error", error == null ? null : error.code()).number("times", run.times());
        put(columns, run.tally());
        return columns.map();
    }

    static SyncRun run(Row row) {
        String error = row.text("error");
        return new SyncRun(
                row.requiredInstant("finishedAt"),
                tally(row),
                error == null ? null : ErrorCode.ofCode(error).orElse(null),
                (int) row.number("times", 1));
    }

    static Map<String, Object> columns(TrackedGroup group) {
        Columns columns = Columns.ofRow()
                .number("number", group.number())
                .text("displayName", group.displayName())
                .flag("pinned", group.isPinned())
                .flag("gone", group.isGone())
                .number("chunk", group.chunk());
        List<String> children = List.copyOf(group.children());
        for (int from = 0; from < children.size(); from += IDS_A_COLUMN) {
            List<String> some = children.subList(from, Math.min(children.size(), from + IDS_A_COLUMN));
            ByteBuffer packed = ByteBuffer.allocate(some.size() * UUID_BYTES);
            for (String child : some) {
                UUID id = UUID.fromString(child);
                packed.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
            }
            columns.binary("children" + from / IDS_A_COLUMN, packed.array());
        }
        return columns.map();
    }

    static TrackedGroup group(Row row) {
        Set<String> children = new TreeSet<>();
        for (int i = 0; row.properties().get("children" + i) instanceof byte[] packed; i++) {
            ByteBuffer buffer = ByteBuffer.wrap(packed);
            while (buffer.hasRemaining()) {
                children.add(new UUID(buffer.getLong(), buffer.getLong()).toString());
            }
        }
        return new TrackedGroup(
                Keys.split(row.key()).get(1),
                (int) row.number("number", 0),
                row.text("displayName"),
                row.flag("pinned"),
                row.flag("gone"),
                (int) row.number("chunk", -1),
                children);
    }

    private static String text(GroupSet set) {
        return Arrays.stream(set.numbers()).mapToObj(String::valueOf).collect(Collectors.joining(" "));
    }

    private static GroupSet groupSet(String text) {
        return text.isEmpty()
                ? GroupSet.NONE
                : GroupSet.of(Arrays.stream(text.split(" ", -1))
                        .mapToInt(Integer::parseInt)
                        .toArray());
    }

    private static String text(SafetyCap cap) {
        return cap.hours().stream()
                .map(hour -> hour.start() + ":" + hour.devices() + ":" + hour.removed())
                .collect(Collectors.joining(" "));
    }

    private static SafetyCap cap(String text) {
        List<SafetyCap.Hour> hours = new ArrayList<>();
        for (String hour : text.isEmpty() ? new String[0] : text.split(" ", -1)) {
            String[] parts = hour.split(":", -1);
            hours.add(new SafetyCap.Hour(
                    Long.parseLong(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2])));
        }
        return new SafetyCap(hours);
    }
}
