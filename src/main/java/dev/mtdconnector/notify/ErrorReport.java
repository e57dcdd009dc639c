package dev.mtdconnector.notify;

import dev.mtdconnector.notify.ErrorRecords.ErrorRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Decides what to tell people of a tenant's errors, and when; pure.
 *
 * <p>A new cause is told at once, and again in digests while anything lasts: an hour after the last report, then four hours
 * after that, then every day; a new cause begins that anew. A recovery is told once it has held. Each report says all there
 * is to say, so what may not be sent now, because there were as many within the hour as there may be, is in the next one.
 */
public final class ErrorReport {

    /** After which times a digest comes, each counted from the report before; the last is repeated. */
    static final List<Duration> DIGESTS = List.of(Duration.ofHours(1), Duration.ofHours(4), Duration.ofDays(1));

    /** A recovery must hold for so long to be told; doubled each time that the cause came back within {@link #MEMORY}. */
    static final Duration HOLD = Duration.ofMinutes(10);

    private static final int MOST_DOUBLINGS = 6;

    /** For how long a cause that is over is remembered as one that comes and goes. */
    static final Duration MEMORY = Duration.ofDays(1);

    static final Duration HOUR = Duration.ofHours(1);

    /** What was told is kept of so many causes. */
    private static final int MOST_TOLD = 100;

    private ErrorReport() {}

    /**
     * What people were told of a cause.
     *
     * @param since from when on it lasted
     * @param at when it was told first
     * @param flaps how often it had come back by then, each time within {@link #MEMORY}
     * @param closedAt when they were told that it is over; null while they take it to last
     */
    public record Told(
            String cause,
            Instant since,
            Instant at,
            String to,
            int flaps,
            @Nullable Instant closedAt) {}

    /**
     * What was reported so far.
     *
     * @param sent when reports were sent, oldest first, as far as the cap needs them
     * @param digests how many digests followed the last new cause
     */
    public record Memory(List<Told> told, List<Instant> sent, int digests) {
        static final Memory NONE = new Memory(List.of(), List.of(), 0);

        public Memory {
            told = List.copyOf(told);
            sent = List.copyOf(sent);
        }

        @Nullable
        Instant lastSent() {
            return sent.isEmpty() ? null : sent.get(sent.size() - 1);
        }

        /** After another report was sent. */
        Memory sentAt(Instant at, int cap) {
            List<Instant> all = new ArrayList<>(sent);
            all.add(at);
            return new Memory(told, all.subList(Math.max(0, all.size() - cap), all.size()), digests);
        }

        Map<String, Told> byCause() {
            Map<String, Told> causes = new LinkedHashMap<>();
            told.forEach(one -> causes.put(one.cause(), one));
            return causes;
        }
    }

    /** A trouble in a report. */
    record Item(Trouble trouble, Instant since) {}

    /**
     * One report.
     *
     * @param fresh what is new
     * @param lasting what lasts, and people know
     * @param over what is over
     * @param after what was reported once it is sent, but for the time of sending
     */
    record Report(List<Item> fresh, List<Item> lasting, List<Item> over, Memory after) {}

    /**
     * @param report what to send now; null for nothing
     * @param nextAt when to look again, should nothing change before; null for never
     */
    record Decision(@Nullable Report report, @Nullable Instant nextAt) {}

    /**
     * @param to who would get a report
     * @param isToldElsewhere codes that a mail of its own tells this recipient of at once: they are in digests only
     * @param cap how many reports may be sent within an hour
     */
    static Decision decide(
            List<ErrorRecord> records,
            Memory memory,
            String to,
            Predicate<String> isToldElsewhere,
            int cap,
            Instant now) {
        Round round = new Round(memory, to, isToldElsewhere, now);
        Trouble.of(records).forEach(round::look);
        return round.decision(cap);
    }

    private static Duration hold(int flaps) {
        return HOLD.multipliedBy(1L << Math.min(flaps, MOST_DOUBLINGS));
    }

    /** One decision while it is made. */
    private static final class Round {
        private final Memory memory;
        private final String to;
        private final Predicate<String> isToldElsewhere;
        private final Instant now;
        private final Map<String, Told> told;
        private final List<Item> fresh = new ArrayList<>();
        private final List<Item> lasting = new ArrayList<>();
        private final List<Item> over = new ArrayList<>();
        private final Map<String, Told> after;
        private @Nullable Instant nextAt;

        private Round(Memory memory, String to, Predicate<String> isToldElsewhere, Instant now) {
            this.memory = memory;
            this.to = to;
            this.isToldElsewhere = isToldElsewhere;
            this.now = now;
            this.told = memory.byCause();
            this.after = memory.byCause();
        }

        private void look(Trouble trouble) {
            Told known = told.get(trouble.cause());
            boolean isKnown = known != null && known.closedAt() == null;
            boolean isElsewhere = isToldElsewhere.test(trouble.code().code());
            if (trouble.isOpen()) {
                Instant since = isKnown ? Objects.requireNonNull(known).since() : trouble.openSince();
                (isKnown || isElsewhere ? lasting : fresh).add(new Item(trouble, since));
                if (!isKnown) {
                    tell(trouble, since, known, null);
                }
                return;
            }
            if (isKnown) {
                Told open = Objects.requireNonNull(known);
                if (hasHeld(trouble, open.flaps())) {
                    over.add(new Item(trouble, open.since()));
                    after.put(
                            open.cause(),
                            new Told(open.cause(), open.since(), open.at(), open.to(), open.flaps(), now));
                } else if (trouble.lastBegan().isAfter(open.since())) {
                    // It has come and gone since it was told: this may be but another pause.
                    lasting.add(new Item(trouble, open.since()));
                }
            } else if (!isElsewhere && isNews(trouble, known) && hasHeld(trouble, flaps(known))) {
                over.add(new Item(trouble, trouble.lastBegan()));
                tell(trouble, trouble.lastBegan(), known, now);
            }
        }

        /** Whether it began and ended before anybody could be told. */
        private boolean isNews(Trouble trouble, @Nullable Told known) {
            Instant closedAt = known == null ? null : known.closedAt();
            return closedAt == null
                    ? trouble.overAt().plus(MEMORY).isAfter(now)
                    : trouble.lastBegan().isAfter(closedAt);
        }

        private boolean hasHeld(Trouble trouble, int flaps) {
            Instant heldAt = trouble.overAt().plus(hold(flaps));
            if (heldAt.isAfter(now)) {
                lookAt(heldAt);
                return false;
            }
            return true;
        }

        private int flaps(@Nullable Told known) {
            Instant closedAt = known == null ? null : known.closedAt();
            return known != null && closedAt != null && closedAt.plus(MEMORY).isAfter(now) ? known.flaps() + 1 : 0;
        }

        private void tell(Trouble trouble, Instant since, @Nullable Told known, @Nullable Instant closedAt) {
            after.put(trouble.cause(), new Told(trouble.cause(), since, now, to, flaps(known), closedAt));
        }

        private void lookAt(Instant at) {
            nextAt = nextAt == null || at.isBefore(nextAt) ? at : nextAt;
        }

        private Decision decision(int cap) {
            boolean isDigest = isDigest();
            if (fresh.isEmpty() && over.isEmpty() && !isDigest) {
                return new Decision(null, nextAt);
            }
            List<Instant> within = memory.sent().stream()
                    .filter(at -> at.plus(HOUR).isAfter(now))
                    .toList();
            if (within.size() >= cap) {
                lookAt(within.get(within.size() - cap).plus(HOUR));
                return new Decision(null, nextAt);
            }
            boolean beginsAnew = !fresh.isEmpty() || lasting.isEmpty();
            int digests = beginsAnew ? 0 : memory.digests() + (isDigest ? 1 : 0);
            return new Decision(new Report(fresh, lasting, over, new Memory(kept(), memory.sent(), digests)), nextAt);
        }

        /** Something lasts, and the last report is so long ago. */
        private boolean isDigest() {
            Instant last = memory.lastSent();
            Instant from = lasting.stream()
                    .map(Item::since)
                    .map(since -> last != null && last.isAfter(since) ? last : since)
                    .min(Comparator.naturalOrder())
                    .orElse(null);
            if (from == null) {
                return false;
            }
            Instant due = from.plus(DIGESTS.get(Math.min(memory.digests(), DIGESTS.size() - 1)));
            if (due.isAfter(now)) {
                lookAt(due);
                return false;
            }
            return true;
        }

        private List<Told> kept() {
            return after.values().stream()
                    .sorted(Comparator.comparing((Told one) -> one.closedAt() != null)
                            .thenComparing(Told::at, Comparator.reverseOrder()))
                    .limit(MOST_TOLD)
                    .toList();
        }
    }
}
