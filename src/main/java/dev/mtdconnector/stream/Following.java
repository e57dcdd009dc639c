package dev.mtdconnector.stream;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.common.UpstreamException.Kind;
import dev.mtdconnector.feed.RiskApi.From;
import dev.mtdconnector.intake.EventIntake;
import dev.mtdconnector.stream.FollowedFeeds.Feed;
import dev.mtdconnector.stream.SseParser.Frame;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows one tenant's stream. The place after a frame is saved when what the frame says is written, so that a frame comes
 * again after a failure, which changes nothing, and none is passed.
 *
 * <p>Threads of the connection bring bytes, the follower's own looks at the clock; one of them works here at a time.
 */
final class Following {

    /** Without a byte for so long the connection counts as lost: the feed says every five seconds that it is there. */
    static final Duration SILENCE = Duration.ofSeconds(10);

    /** What a connection has to begin. */
    static final Duration BEGINNING = Duration.ofSeconds(20);

    /** Bytes that make no frame for so long are no stream. */
    static final Duration LONGEST_FRAME = Duration.ofSeconds(60);

    /** A process that says nothing for so long has lost its streams to another. */
    static final Duration LEASE = Duration.ofSeconds(150);

    static final Duration RENEWAL = Duration.ofSeconds(45);

    /** How long one waits who finds another following. */
    private static final Duration TURN = Duration.ofSeconds(60);

    /** Read again where following goes on by time. */
    private static final Duration OVERLAP = Duration.ofMinutes(5);

    /** How far back the stream can be asked, with something to spare: the oldest events go while it is asked. */
    static final Duration LOOK_BACK = Duration.ofDays(10).minusHours(1);

    /** A frame that was not taken so many times in a row is left to the feed's own job. */
    private static final int TRIES_WITH_A_FRAME = 5;

    private static final Logger LOG = LoggerFactory.getLogger(Following.class);

    private final String tenantId;
    private final StreamFollower.Means means;
    private final Backoff backoff;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Long> counts = new HashMap<>();

    private State state = State.WAITING;
    private Instant notBefore;
    private Place place = Place.ID;
    private int failures;
    private @Nullable Feed feed;
    private @Nullable StreamProgress progress;
    private @Nullable Attempt attempt;
    private Instant savedAt;

    private enum State {
        WAITING,
        OPENING,
        OPEN,
        ENDED
    }

    /** From where the next attempt goes on; each is for when the one before is not known any more. */
    private enum Place {
        ID,
        TIME,
        NOW
    }

    Following(String tenantId, StreamFollower.Means means) {
        this.tenantId = tenantId;
        this.means = means;
        this.backoff = new Backoff(means.random());
        this.notBefore = now();
        this.savedAt = notBefore;
    }

    private Instant now() {
        return means.clock().instant();
    }

    /** Looks at the clock; whatever takes longer is left to another thread. Called again and again. */
    void look() {
        if (!lock.tryLock()) {
            return; // Something is being taken: so there is life.
        }
        try {
            Instant now = now();
            Attempt current = attempt;
            if (state == State.WAITING && !now.isBefore(notBefore)) {
                state = State.OPENING;
                means.executor().execute(() -> guarded(this::open));
            } else if (state == State.OPEN && current != null && current.isSilent(now)) {
                count("silences");
                lost("went silent", null);
            } else if (state == State.OPEN && !now.isBefore(savedAt.plus(RENEWAL))) {
                savedAt = now;
                means.executor().execute(() -> guarded(this::renew));
            }
        } finally {
            lock.unlock();
        }
    }

    boolean isEnded() {
        return state == State.ENDED;
    }

    boolean isOpen() {
        return state == State.OPEN;
    }

    /** Ends it, and lets others have it. What is being taken is taken first, if that does not last too long. */
    void end() {
        boolean isFree = false;
        try {
            isFree = lock.tryLock(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            close();
            boolean isOurs = isFree && state != State.ENDED && progress != null;
            state = State.ENDED;
            if (isOurs) {
                save(Objects.requireNonNull(progress).ownedBy(null, null));
            }
        } catch (RuntimeException e) {
            LOG.warn("The stream of {} was not given back", tenantId, e);
        } finally {
            if (isFree) {
                lock.unlock();
            }
        }
    }

    private void guarded(Runnable work) {
        lock.lock();
        try {
            work.run();
        } catch (RuntimeException e) {
            failed(e);
        } finally {
            lock.unlock();
        }
    }

    private void open() {
        if (state != State.OPENING) {
            return;
        }
        Instant now = now();
        Feed found = means.feeds().find(tenantId).orElse(null);
        feed = found;
        if (found == null) {
            state = State.ENDED;
            return;
        }
        String fingerprint = found.key().fingerprint();
        StreamProgress before = means.store()
                .find(tenantId)
                .orElseGet(() -> new StreamProgress(fingerprint, null, null, null, null, Map.of(), null));
        boolean isClaimed = !before.isOfAnother(means.process(), now)
                && save(before.with(fingerprint).ownedBy(means.process(), now.plus(LEASE)));
        if (!isClaimed) {
            waitFor(TURN);
            return;
        }
        From from = from(found, now);
        Attempt next = new Attempt(now, Objects.requireNonNull(progress).coveredUntil());
        attempt = next;
        state = State.OPEN;
        next.connection = means.streams().open(found.key(), from, next);
        count("connections");
    }

    private From from(Feed of, Instant now) {
        StreamProgress known = Objects.requireNonNull(progress);
        Instant covered = known.coveredUntil() == null ? of.coveredUntil() : known.coveredUntil();
        if (place == Place.NOW || covered.isBefore(now.minus(LOOK_BACK))) {
            // Whether something was missed the feed's own job finds out, for it has a place of its own.
            means.feeds().missed(tenantId);
            count("gaps");
            place = Place.NOW;
            return new From.Since(now.minus(OVERLAP));
        }
        String id = known.lastId();
        return id == null || place == Place.TIME ? new From.Since(covered.minus(OVERLAP)) : new From.After(id);
    }

    /** Says that it is still followed, and until when nothing was missed; looks whether it still is to be. */
    private void renew() {
        Attempt current = attempt;
        StreamProgress known = progress;
        if (state != State.OPEN || current == null || known == null) {
            return;
        }
        Feed found = means.feeds().find(tenantId).orElse(null);
        Feed before = feed;
        if (found == null || before == null) {
            LOG.info("The stream of {} is not followed any more", tenantId);
            close();
            save(known.ownedBy(null, null));
            state = State.ENDED;
        } else if (!found.key().equals(before.key())) {
            close();
            waitFor(Duration.ZERO);
        } else if (!save(known.at(known.lastId(), current.coveredUntil).ownedBy(means.process(), now().plus(LEASE)))) {
            overtaken();
        }
    }

    private void take(Attempt by, Frame frame) {
        by.framedAt = now();
        switch (frame.event()) {
            case "heartbeat" -> {
                // The feed waits for events: all there were have come.
                by.coveredUntil = by.framedAt;
                backoff.reset();
            }
            case "reconnect", "end" -> {
                count("ends");
                close();
                waitFor(Backoff.asked(frame.retryMillis()));
            }
            case "events", "event", "" -> events(by, frame);
            default -> count("frames_unknown");
        }
    }

    private void events(Attempt by, Frame frame) {
        Feed of = Objects.requireNonNull(feed);
        StreamProgress known = Objects.requireNonNull(progress);
        try {
            count(means.intake().accept(of.tenant(), frame.data()));
        } catch (AppException e) {
            if (e.code() != ErrorCode.REQUEST_INVALID) {
                throw e;
            }
            // The feed's own job reads the same events, one by one.
            LOG.warn("A frame of the stream of {} cannot be read: {}", tenantId, e.getMessage());
            count("frames_unreadable");
            means.feeds().missed(tenantId);
        }
        backoff.reset();
        failures = 0;
        String id = frame.id();
        boolean isPlace = id != null && id.matches("[!-~]{1,100}");
        if (isPlace) {
            place = Place.ID;
        }
        if (!save(
                known.at(isPlace ? id : known.lastId(), by.coveredUntil).ownedBy(means.process(), now().plus(LEASE)))) {
            overtaken();
        }
    }

    private void overtaken() {
        LOG.info("The stream of {} is followed by another process", tenantId);
        close();
        waitFor(TURN);
    }

    /** False when somebody else was faster. */
    private boolean save(StreamProgress next) {
        StreamProgress saved = means.store().save(tenantId, next.plus(counts)).orElse(null);
        if (saved == null) {
            return false;
        }
        counts.clear();
        savedAt = now();
        progress = saved;
        return true;
    }

    private void failed(RuntimeException failure) {
        if (failure instanceof UpstreamException upstream) {
            ended(upstream);
        } else {
            LOG.warn("The stream of {} failed", tenantId, failure);
            count("failures");
            failures++;
            if (failure instanceof SseParser.TooLargeException || failures >= TRIES_WITH_A_FRAME) {
                // It would come again: the feed's own job reads what is in it, and passes what nobody can take.
                place = Place.NOW;
            }
            lost("failed", null);
        }
    }

    private void ended(@Nullable UpstreamException failure) {
        if (failure == null) {
            lost("ended", null);
            return;
        }
        count("refusals");
        if (failure.kind() == Kind.GONE && place != Place.NOW) {
            place = place == Place.ID && Objects.requireNonNull(progress).lastId() != null ? Place.TIME : Place.NOW;
            LOG.info("The stream of {} does not go on where it was: {}", tenantId, failure.getMessage());
            close();
            waitFor(Duration.ZERO);
            return;
        }
        if (failure.kind() == Kind.FORBIDDEN) {
            backoff.refused();
        }
        lost(String.valueOf(failure.getMessage()), failure.retryAfter());
    }

    private void lost(String why, @Nullable Duration asked) {
        close();
        Duration pause = backoff.next(asked);
        LOG.info("The stream of {} {}; again in {} ms", tenantId, why, pause.toMillis());
        waitFor(pause);
    }

    private void waitFor(Duration pause) {
        if (state != State.ENDED) {
            state = State.WAITING;
            notBefore = now().plus(pause);
        }
    }

    private void close() {
        Attempt current = attempt;
        attempt = null;
        if (current != null && current.connection != null) {
            current.connection.close();
        }
    }

    private void count(String what) {
        counts.merge(what, 1L, Long::sum);
    }

    private void count(EventIntake.Result result) {
        counts.merge("applied", (long) result.applied(), Long::sum);
        counts.merge("unchanged", (long) result.unchanged(), Long::sum);
        counts.merge("parked", (long) result.parked(), Long::sum);
        counts.merge("kept", (long) result.kept(), Long::sum);
        counts.merge("rejected_foreign", (long) result.foreign(), Long::sum);
        counts.merge("rejected_full", (long) result.full(), Long::sum);
        counts.merge("rejected_invalid", (long) result.rejected().size() - result.foreign() - result.full(), Long::sum);
    }

    /** One connection. What it still brings when it is not the current one any more is let go. */
    private final class Attempt implements EventStreams.Receiver {
        private final SseParser parser = new SseParser(this::frame);
        private EventStreams.@Nullable Connection connection;
        private @Nullable Instant heardAt;
        private final Instant begunAt;
        private Instant framedAt;
        private @Nullable Instant coveredUntil;

        private Attempt(Instant begunAt, @Nullable Instant coveredUntil) {
            this.begunAt = begunAt;
            this.framedAt = begunAt;
            this.coveredUntil = coveredUntil;
        }

        private boolean isSilent(Instant now) {
            Instant heard = heardAt;
            return heard == null
                    ? !now.isBefore(begunAt.plus(BEGINNING))
                    : !now.isBefore(heard.plus(SILENCE)) || !now.isBefore(framedAt.plus(LONGEST_FRAME));
        }

        @Override
        public void bytes(ByteBuffer bytes) {
            guarded(() -> {
                if (attempt == this) {
                    heardAt = now();
                    parser.parse(bytes);
                    // Taking it may have lasted.
                    heardAt = now();
                }
            });
        }

        private void frame(Frame frame) {
            if (attempt == this) {
                take(this, frame);
            }
        }

        @Override
        public void ended(@Nullable UpstreamException failure) {
            guarded(() -> {
                if (attempt == this) {
                    Following.this.ended(failure);
                }
            });
        }
    }
}
