package dev.mtdconnector.notify;

import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.JobRunner;
import dev.mtdconnector.schedule.Outcome;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The record of what goes wrong in a tenant's jobs: one record a cause (job and code), with first and last time and a
 * count, closed when the job succeeds again.
 */
public final class ErrorRecords implements JobRunner.FailureReport {

    private final Store store;
    private final Clock clock;

    public ErrorRecords(Store store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /**
     * @param recoveredAt when the job succeeded again; null while the trouble lasts
     * @param message for an operator; tenants are shown the code's title and remedy
     */
    public record ErrorRecord(
            String job,
            String code,
            Instant firstAt,
            Instant lastAt,
            long count,
            @Nullable Instant recoveredAt,
            String message) {}

    /** Keeps the records. */
    public interface Store {

        Optional<ErrorRecord> find(String tenantId, String job, String code);

        void save(String tenantId, ErrorRecord errorRecord);

        /** All records of a job. */
        List<ErrorRecord> ofJob(String tenantId, String job);

        List<ErrorRecord> list(String tenantId, int limit);
    }

    @Override
    public void failed(String tenantId, JobKind kind, Outcome.Failed failure) {
        failed(tenantId, kind.queue(), failure);
    }

    /** The same for trouble that is no job's; {@code subject} stands in its place. */
    public void failed(String tenantId, String subject, Outcome.Failed failure) {
        Instant now = clock.instant();
        String code = failure.code().code();
        Optional<ErrorRecord> known =
                store.find(tenantId, subject, code).filter(errorRecord -> errorRecord.recoveredAt() == null);
        store.save(
                tenantId,
                new ErrorRecord(
                        subject,
                        code,
                        known.map(ErrorRecord::firstAt).orElse(now),
                        now,
                        known.map(ErrorRecord::count).orElse(0L) + 1,
                        null,
                        failure.message()));
    }

    @Override
    public void recovered(String tenantId, JobKind kind) {
        recovered(tenantId, kind.queue());
    }

    /** The same for trouble that is no job's. */
    public void recovered(String tenantId, String subject) {
        Instant now = clock.instant();
        for (ErrorRecord open : store.ofJob(tenantId, subject)) {
            if (open.recoveredAt() == null) {
                store.save(
                        tenantId,
                        new ErrorRecord(
                                open.job(),
                                open.code(),
                                open.firstAt(),
                                open.lastAt(),
                                open.count(),
                                now,
                                open.message()));
            }
        }
    }

    public List<ErrorRecord> list(String tenantId, int limit) {
        return store.list(tenantId, limit);
    }
}
