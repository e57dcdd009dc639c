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
import dev.mtdconnector.enrollment.UserBlock;
import dev.mtdconnector.schedule.Trigger;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The columns of enrollment's state, groups and runs. */
final class EnrollmentRows {

    private static final int UUID_BYTES = 16;
    private static final int IDS_A_COLUMN = 4_000;
    private static final int BYTES_A_COLUMN = 64_000;

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
            columns.text("query" + i, text(chunk));
        }
        return columns.map();
    }

    static EnrollmentState state(Row row) {
        List<Chunk> chunks = new ArrayList<>();
        for (int i = 0; row.properties().containsKey("query" + i); i++) {
            chunks.add(chunk(row.requiredText("query" + i)));
        }
        // As the version before stored them, in five columns each.
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

    /** One column, for a row has 252 at most and there may be more queries than fifty. */
    private static String text(Chunk chunk) {
        String link = chunk.link();
        return String.join(
                ";",
                String.valueOf(chunk.number()),
                chunk.isFull() ? "full" : "",
                chunk.isRead() ? "read" : "",
                text(chunk.seen()),
                link == null ? "" : link);
    }

    private static Chunk chunk(String text) {
        String[] parts = text.split(";", 5);
        return new Chunk(
                Integer.parseInt(parts[0]),
                parts[4].isEmpty() ? null : parts[4],
                !parts[1].isEmpty(),
                !parts[2].isEmpty(),
                groupSet(parts[3]));
    }

    /** Numbers in a row as the first and the last of them: most sets that are large have no gaps. */
    private static String text(GroupSet set) {
        int[] numbers = set.numbers();
        StringJoiner text = new StringJoiner(" ");
        for (int from = 0, to; from < numbers.length; from = to) {
            to = from + 1;
            while (to < numbers.length && numbers[to] == numbers[to - 1] + 1) {
                to++;
            }
            text.add(to == from + 1 ? "" + numbers[from] : numbers[from] + "-" + numbers[to - 1]);
        }
        return text.toString();
    }

    private static GroupSet groupSet(String text) {
        if (text.isEmpty()) {
            return GroupSet.NONE;
        }
        return GroupSet.of(Arrays.stream(text.split(" ", -1))
                .flatMapToInt(EnrollmentRows::numbers)
                .toArray());
    }

    private static IntStream numbers(String range) {
        // Queries of no group have negative numbers.
        int to = range.indexOf('-', 1);
        return to < 0
                ? IntStream.of(Integer.parseInt(range))
                : IntStream.rangeClosed(
                        Integer.parseInt(range.substring(0, to)), Integer.parseInt(range.substring(to + 1)));
    }

    /** A block of users in many different groups is more than a column holds: the rest is in more columns. */
    static Map<String, Object> columns(UserBlock block) {
        byte[] bytes = block.encode();
        Columns columns = Columns.ofRow();
        for (int from = 0; from < bytes.length; from += BYTES_A_COLUMN) {
            byte[] some = Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + BYTES_A_COLUMN));
            columns.binary(blockColumn(from / BYTES_A_COLUMN), some);
        }
        return columns.map();
    }

    /** The bytes of a block. */
    static byte[] block(Row row) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; row.properties().get(blockColumn(i)) instanceof byte[] some; i++) {
            bytes.writeBytes(some);
        }
        return bytes.toByteArray();
    }

    private static String blockColumn(int number) {
        return number == 0 ? "block" : "block" + number;
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
