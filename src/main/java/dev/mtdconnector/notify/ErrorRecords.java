package dev.mtdconnector.notify;

import dev.mtdconnector.common.Correlation;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.JobRunner;
import dev.mtdconnector.schedule.Outcome;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The record of what goes wrong for a tenant: one record a cause (what it is about, and the code), with first and last time
 * and a count; closed when it works again, and opened anew, as another episode, when it fails after that.
 *
 * <p>A failure costs one read and one write. Writers that meet try again, so that none is left uncounted; a job that is cut
 * off after it was counted, and runs again, counts twice.
 */
public final class ErrorRecords implements JobRunner.FailureReport {

    /** What happened, and has no success of its own that would end it, is over when it was quiet for so long. */
    public static final Duration QUIET = Duration.ofHours(1);

    /** Earlier episodes that are kept of a cause. */
    static final int MOST_EPISODES = 5;

    /** Somebody wins each round, so nobody who keeps on loses for long; this only ends what cannot be true. */
    private static final int TRIES = 100;

    private final Store store;
    private final Reports reports;
    private final Clock clock;

    /** Records that nobody is told of. */
    public ErrorRecords(Store store, Clock clock) {
        this(store, Reports.NONE, clock);
    }

    public ErrorRecords(Store store, Reports reports, Clock clock) {
        this.store = store;
        this.reports = reports;
        this.clock = clock;
    }

    /**
     * @param job the job that failed, or what else it is about
     * @param recoveredAt when it was over; null while the trouble lasts
     * @param message for an operator; tenants are shown the code's title and remedy
     * @param correlationId of the last failure; empty when it is not known
     * @param isMoment whether it just happens, and is over when it is quiet; else a success ends it
     * @param before earlier episodes, the latest first
     * @param version the row's version, for optimistic writes; null for a new record
     */
    public record ErrorRecord(
            String job,
            String code,
            Instant firstAt,
            Instant lastAt,
            long count,
            @Nullable Instant recoveredAt,
            String message,
            String correlationId,
            boolean isMoment,
            List<Episode> before,
            @Nullable String version) {

        public ErrorRecord {
            before = List.copyOf(before);
        }

        /** The first failure. */
        static ErrorRecord first(String subject, String code, Instant now, boolean isMoment) {
            return new ErrorRecord(subject, code, now, now, 0, null, "", "", isMoment, List.of(), null);
        }

        public boolean isOpen() {
            return recoveredAt == null;
        }

        ErrorRecord failed(Instant now, long times, Outcome.Failed failure, String correlation) {
            boolean goesOn = isOpen();
            return new ErrorRecord(
                    job,
                    code,
                    goesOn ? firstAt : now,
                    goesOn && lastAt.isAfter(now) ? lastAt : now,
                    (goesOn ? count : 0) + times,
                    null,
                    failure.message(),
                    correlation,
                    isMoment,
                    goesOn ? before : withThis(),
                    version);
        }

        private List<Episode> withThis() {
            List<Episode> episodes = new ArrayList<>();
            episodes.add(new Episode(firstAt, lastAt, count, Objects.requireNonNull(recoveredAt)));
            episodes.addAll(before);
            return episodes.subList(0, Math.min(MOST_EPISODES, episodes.size()));
        }

        ErrorRecord recovered(Instant now) {
            return new ErrorRecord(
                    job, code, firstAt, lastAt, count, now, message, correlationId, isMoment, before, version);
        }
    }

    /** One time that it lasted. */
    public record Episode(Instant firstAt, Instant lastAt, long count, Instant recoveredAt) {}

    /** Keeps the records. */
    public interface Store {

        Optional<ErrorRecord> find(String tenantId, String job, String code);

        /**
         * @return false, and nothing written, when the record is no longer of this version, or is there when that is null
         */
        boolean replace(String tenantId, ErrorRecord errorRecord);

        /** All records of a job. */
        List<ErrorRecord> ofJob(String tenantId, String job);

        List<ErrorRecord> list(String tenantId, int limit);
    }

    /** Tells people of what changed. */
    public interface Reports {

        Reports NONE = new Reports() {
            @Override
            public void expect(String tenantId) {}

            @Override
            public void changed(String tenantId) {}
        };

        /** A cause is about to begin or to end: should {@link #changed} not come, the records are looked at anyway. */
        void expect(String tenantId);

        /** A cause has begun or ended. */
        void changed(String tenantId);
    }

    @Override
    public void failed(String tenantId, JobKind kind, Outcome.Failed failure) {
        failed(tenantId, kind.queue(), failure);
    }

    /** The same for trouble that is no job's; {@code subject} stands in its place. */
    public void failed(String tenantId, String subject, Outcome.Failed failure) {
        note(tenantId, subject, failure, 1, false);
    }

    /** The same for what just happens: it is over when it did not happen for {@link #QUIET}. */
    public void happened(String tenantId, String subject, Outcome.Failed failure, long times) {
        note(tenantId, subject, failure, times, true);
    }

    private void note(String tenantId, String subject, Outcome.Failed failure, long times, boolean isMoment) {
        Instant now = clock.instant();
        String code = failure.code().code();
        boolean isExpected = false;
        for (int attempt = 0; attempt < TRIES; attempt++) {
            ErrorRecord known = store.find(tenantId, subject, code)
                    .orElseGet(() -> ErrorRecord.first(subject, code, now, isMoment));
            boolean begins = known.version() == null || !known.isOpen();
            if (begins && !isExpected) {
                reports.expect(tenantId);
                isExpected = true;
            }
            if (store.replace(tenantId, known.failed(now, times, failure, Correlation.current()))) {
                if (begins) {
                    reports.changed(tenantId);
                }
                return;
            }
        }
        throw new IllegalStateException("The error record of " + subject + " is changed by too many at once");
    }

    @Override
    public void recovered(String tenantId, JobKind kind) {
        recovered(tenantId, kind.queue());
    }

    /** The same for trouble that is no job's. Idempotent; reads once and writes nothing when nothing is open. */
    public void recovered(String tenantId, String subject) {
        close(tenantId, store.ofJob(tenantId, subject), record -> true);
    }

    /** One cause is over, whatever else is wrong with its subject. */
    public void recovered(String tenantId, String subject, String code) {
        close(tenantId, store.find(tenantId, subject, code).stream().toList(), record -> true);
    }

    /**
     * Closes what just happened and was quiet since.
     *
     * @return when there may be more to close; null when nothing of that kind is open
     */
    @Nullable
    Instant closeQuiet(String tenantId) {
        Instant now = clock.instant();
        List<ErrorRecord> moments = store.list(tenantId, Integer.MAX_VALUE).stream()
                .filter(record -> record.isMoment() && record.isOpen())
                .toList();
        close(tenantId, moments, record -> !record.lastAt().plus(QUIET).isAfter(now));
        return moments.stream()
                .map(record -> record.lastAt().plus(QUIET))
                .filter(at -> at.isAfter(now))
                .min(Comparator.naturalOrder())
                .orElse(null);
    }

    private void close(String tenantId, List<ErrorRecord> records, Predicate<ErrorRecord> isOver) {
        Instant now = clock.instant();
        Predicate<ErrorRecord> closes = isOver.and(ErrorRecord::isOpen);
        if (records.stream().noneMatch(closes)) {
            return;
        }
        reports.expect(tenantId);
        for (ErrorRecord open : records) {
            update(tenantId, open, record -> closes.test(record) ? record.recovered(now) : record);
        }
        reports.changed(tenantId);
    }

    private void update(String tenantId, ErrorRecord read, UnaryOperator<ErrorRecord> change) {
        ErrorRecord current = read;
        for (int attempt = 0; attempt < TRIES; attempt++) {
            ErrorRecord changed = change.apply(current);
            if (changed.equals(current) || store.replace(tenantId, changed)) {
                return;
            }
            Optional<ErrorRecord> found = store.find(tenantId, read.job(), read.code());
            if (found.isEmpty()) {
                return;
            }
            current = found.get();
        }
        throw new IllegalStateException("The error record of " + read.job() + " is changed by too many at once");
    }

    public List<ErrorRecord> list(String tenantId, int limit) {
        return store.list(tenantId, limit);
    }
}
