package dev.mtdconnector.feed;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.feed.FeedProgress.Position;
import dev.mtdconnector.feed.FeedProgress.Reason;
import dev.mtdconnector.feed.RiskApi.From;
import dev.mtdconnector.feed.RiskApi.Page;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/**
 * Reads events, a page at a time. The place after a page is saved when what the page says is written; so a page is read again
 * after a crash, which changes nothing, and none is passed.
 */
final class EventPolling {

    /** How far back the feed can be asked. */
    static final Duration LOOK_BACK = Duration.ofDays(10);

    /** Read again where reading goes on by time: clocks differ, and times are asked for in whole seconds. */
    static final Duration OVERLAP = Duration.ofMinutes(5);

    /** So much less than the look-back is relied on: the oldest events go while they are being read. */
    private static final Duration MARGIN = Duration.ofHours(1);

    private final RiskApi api;
    private final Clock clock;

    EventPolling(RiskApi api, Clock clock) {
        this.api = api;
        this.clock = clock;
    }

    /** What a step found. */
    enum Step {
        /** There is more. */
        MORE,
        /** All there is has been read. */
        CAUGHT_UP,
        /** Events were missed: lists must be read. */
        GAP
    }

    /**
     * Reads a page.
     *
     * @throws FeedRun.ForeignException when the key is another enterprise's; nothing was taken then
     */
    Step step(FeedRun run) {
        Instant now = clock.instant();
        Position position = run.progress().position();
        if (!isWithinReach(position.coveredUntil(), now)) {
            return Step.GAP;
        }
        run.asks();
        Page page;
        try {
            page = api.events(run.key(), from(position, now), position.limit());
        } catch (UpstreamException e) {
            if (e.kind() != UpstreamException.Kind.GONE) {
                throw e;
            }
            if (position.cursor() == null) {
                return Step.GAP;
            }
            // The place is not known there any more. By time nothing is missed, as far as that goes back.
            run.save(run.progress()
                    .at(new Position(null, position.coveredUntil(), position.isBehind(), position.limit())));
            return Step.MORE;
        }
        check(page, position);
        boolean wasProven = run.progress().isConfirmed();
        run.nameOwners(page);
        run.take(page.items());
        run.count("events", page.size());
        run.count("rejected_too_long", page.tooLong());
        FeedProgress next = run.progress().at(after(page, position, now)).in(null);
        if (page.size() > 0 && page.last() != null) {
            next = next.with(Silence.heard(next.rhythm(), page.size(), Silence.timeOf(page.last(), now)));
        }
        boolean isMore = next.position().isBehind();
        if (next.isConfirmed() && !wasProven && next.counts().containsKey(ListReading.HELD)) {
            next = next.with(ListReading.begun(Reason.PROVEN, now, null));
            isMore = true;
        }
        run.save(next);
        return isMore ? Step.MORE : Step.CAUGHT_UP;
    }

    /** Whether the feed still has all events since. */
    static boolean isWithinReach(Instant coveredUntil, Instant now) {
        return coveredUntil.isAfter(now.minus(LOOK_BACK).plus(MARGIN));
    }

    private static From from(Position position, Instant now) {
        String cursor = position.cursor();
        // A quiet feed's last event may be older than its history, and is not known there any more.
        boolean isOld = cursor != null && !isWithinReach(Silence.timeOf(cursor, now), now);
        return cursor == null || isOld
                ? new From.Since(latest(
                        position.coveredUntil().minus(OVERLAP),
                        now.minus(LOOK_BACK).plus(OVERLAP)))
                : new From.After(cursor);
    }

    private static void check(Page page, Position position) {
        String before = position.cursor();
        String last = page.last();
        if (page.size() == 0 || before == null || last == null) {
            return;
        }
        boolean isBack = Silence.isOrdered(before)
                && Silence.isOrdered(last)
                && last.toLowerCase(Locale.ROOT).compareTo(before.toLowerCase(Locale.ROOT)) < 0;
        if (last.equals(before) || isBack) {
            throw new UnreadablePageException("The page ends where the one before did, or earlier");
        }
    }

    private static Position after(Page page, Position position, Instant now) {
        boolean isBehind = page.size() >= position.limit();
        String last = page.last();
        Instant covered = now;
        if (isBehind && last != null) {
            covered = latest(position.coveredUntil(), Silence.timeOf(last, now));
        }
        return new Position(last == null ? position.cursor() : last, covered, isBehind, position.limit()).grown();
    }

    private static Instant latest(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
