package dev.mtdconnector.intune;

import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.common.UpstreamErrors;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.connector.PublishTarget;
import dev.mtdconnector.intune.Elsewhere.Place;
import dev.mtdconnector.notify.ErrorRecords;
import dev.mtdconnector.schedule.Outcome;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Targets that were left while something of ours stands there. One that cannot be reached is left alone for a while, ever
 * longer, so that it holds up nothing at the present target.
 */
final class FormerTargets {

    /** Under which such a target is recorded. */
    static final String SUBJECT = "former-target";

    private static final Duration FIRST_PAUSE = Duration.ofMinutes(1);

    private static final int MOST_DOUBLINGS = 5;

    private static final int TRIES = 20;

    private final Outbox outbox;
    private final ErrorRecords errors;
    private final Clock clock;

    FormerTargets(Outbox outbox, ErrorRecords errors, Clock clock) {
        this.outbox = outbox;
        this.errors = errors;
        this.clock = clock;
    }

    void unreachable(String tenantId, PublishTarget target, UpstreamException failure) {
        unreachable(
                tenantId,
                target,
                UpstreamErrors.codeOf(failure),
                String.valueOf(failure.getMessage()),
                failure.retryAfter());
    }

    void unreachable(
            String tenantId, PublishTarget target, ErrorCode code, String reason, @Nullable Duration retryAfter) {
        Instant now = clock.instant();
        change(tenantId, elsewhere -> {
            Place before = elsewhere.places().get(target.text());
            int failures = before == null ? 0 : before.failures();
            Duration own = FIRST_PAUSE.multipliedBy(1L << Math.min(failures, MOST_DOUBLINGS));
            Duration pause = retryAfter != null && retryAfter.compareTo(own) > 0 ? retryAfter : own;
            Instant since = before == null ? now : before.since();
            boolean isForgotten = before != null && before.isForgotten();
            return elsewhere.with(
                    target.text(), new Place(failures + 1, since, now.plus(pause), code.code(), isForgotten));
        });
        errors.failed(
                tenantId,
                SUBJECT,
                new Outcome.Failed(ErrorCode.PUBLISHING_FORMER_TARGET, target.text() + ": " + reason, null));
    }

    void reached(String tenantId, PublishTarget target) {
        Elsewhere elsewhere = outbox.books(tenantId).elsewhere();
        if (elsewhere.places().containsKey(target.text()) && !elsewhere.isForgotten(target.text())) {
            remove(tenantId, elsewhere, target.text());
        }
    }

    /** What is the target again is no former one, whatever was said of it. */
    Books returned(String tenantId, PublishTarget target, Books books) {
        return books.elsewhere().places().containsKey(target.text())
                ? remove(tenantId, books.elsewhere(), target.text())
                : books;
    }

    /**
     * After all that was outstanding was looked at: places at which nothing waits are no trouble any more.
     *
     * @return when the next is tried again; empty when none waits
     */
    Optional<Instant> settle(String tenantId, Books read) {
        Books books = read;
        if (books.elsewhere().isWaiting()) {
            Set<String> used = new HashSet<>(outbox.strandedAt(tenantId));
            outbox.messages(tenantId)
                    .forEach(message -> used.add(message.target().text()));
            for (String target : read.elsewhere().places().keySet()) {
                if (!used.contains(target) && !books.elsewhere().isForgotten(target)) {
                    books = remove(tenantId, books.elsewhere(), target);
                }
            }
        }
        return books.elsewhere().places().values().stream()
                .filter(place -> !place.isForgotten())
                .map(Place::until)
                .min(Instant::compareTo);
    }

    /**
     * What stands at a former target that cannot be reached counts as taken back from now on. Idempotent.
     *
     * @return false when there is no such target
     */
    boolean forget(String tenantId, String target) {
        Elsewhere before = outbox.books(tenantId).elsewhere();
        if (before.places().containsKey(target) && !before.without(target).isWaiting()) {
            errors.recovered(tenantId, SUBJECT);
        }
        Books books = change(tenantId, elsewhere -> {
            Place place = elsewhere.places().get(target);
            return place == null
                    ? elsewhere
                    : elsewhere.with(
                            target, new Place(place.failures(), place.since(), place.until(), place.error(), true));
        });
        return books.elsewhere().isForgotten(target);
    }

    /** The record is closed first: whatever happens then, this is done once more. */
    private Books remove(String tenantId, Elsewhere elsewhere, String target) {
        if (!elsewhere.without(target).isWaiting()) {
            errors.recovered(tenantId, SUBJECT);
        }
        return change(tenantId, now -> now.without(target));
    }

    private Books change(String tenantId, UnaryOperator<Elsewhere> change) {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Books before = outbox.books(tenantId);
            Books after = before.with(change.apply(before.elsewhere()));
            if (after.equals(before)) {
                return before;
            }
            if (outbox.save(tenantId, after)) {
                return outbox.books(tenantId);
            }
        }
        throw new IllegalStateException("The books of " + tenantId + " are changed by too many at once");
    }
}
