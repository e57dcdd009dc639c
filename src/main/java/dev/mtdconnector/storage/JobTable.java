package dev.mtdconnector.storage;

import dev.mtdconnector.schedule.Job;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.JobStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Jobs, a row each in the tenant's partition, and their index by due minute in the table {@code due}: there the
 * partition is the minute, so that what is due is one range of partitions, and finished entries are gone.
 */
public final class JobTable implements JobStore {

    private final Table jobs;
    private final Table due;

    public JobTable(Tables tables) {
        this.jobs = tables.table("jobs");
        this.due = tables.table("due");
    }

    @Override
    public Optional<Job> find(String tenantId, JobKind kind) {
        return jobs.get(Keys.join(tenantId), kind.queue()).map(row -> job(row, tenantId, kind));
    }

    @Override
    public Optional<Job> replace(@Nullable Job before, Job after) {
        Hint hint = hint(after);
        boolean moves = before == null || !hint(before).equals(hint);
        if (moves && after.dueAt().isBefore(Job.NEVER)) {
            Writes.put(due, row(hint));
        }
        Optional<String> etag = Writes.replace(jobs, row(after), before == null ? null : before.version());
        if (etag.isPresent() && moves && before != null && before.dueAt().isBefore(Job.NEVER)) {
            forget(hint(before));
        }
        return etag.map(version -> withVersion(after, version));
    }

    @Override
    public void remove(Job job) {
        if (Writes.delete(jobs, Keys.join(job.tenantId()), job.kind().queue(), job.version())) {
            forget(hint(job));
        }
    }

    @Override
    public Page dueUntil(Instant now, int limit, @Nullable String continuation) {
        Table.Range range = new Table.Range(null, Hint.bucketOf(now.plusSeconds(60)), null, null);
        Table.Page page = due.query(range, limit, continuation);
        List<Hint> hints = new ArrayList<>();
        for (Row row : page.rows()) {
            List<String> parts = Keys.split(row.key());
            JobKind.ofQueue(parts.get(1)).ifPresent(kind -> hints.add(new Hint(row.partition(), parts.get(0), kind)));
        }
        return new Page(hints, page.continuation());
    }

    @Override
    public void forget(Hint hint) {
        Writes.delete(due, hint.bucket(), row(hint).key(), null);
    }

    private static Hint hint(Job job) {
        return new Hint(Hint.bucketOf(job.dueAt()), job.tenantId(), job.kind());
    }

    private static Row row(Hint hint) {
        return Row.of(
                hint.bucket(),
                Keys.join(hint.tenantId(), hint.kind().queue()),
                Columns.ofRow().map());
    }

    private static Row row(Job job) {
        return Row.of(
                Keys.join(job.tenantId()),
                job.kind().queue(),
                Columns.ofRow()
                        .instant("dueAt", job.dueAt())
                        .number("everySeconds", job.everySeconds())
                        .number("asked", job.asked())
                        .instant("enqueuedAt", job.enqueuedAt())
                        .instant("leaseUntil", job.leaseUntil())
                        .text("lease", job.lease())
                        .number("failures", job.failures())
                        .text("lastErrorCode", job.lastErrorCode())
                        .instant("lastSuccessAt", job.lastSuccessAt())
                        .map());
    }

    private static Job job(Row row, String tenantId, JobKind kind) {
        return new Job(
                tenantId,
                kind,
                row.requiredInstant("dueAt"),
                row.number("everySeconds", 0),
                row.number("asked", 0),
                row.instant("enqueuedAt"),
                row.instant("leaseUntil"),
                row.text("lease"),
                (int) row.number("failures", 0),
                row.text("lastErrorCode"),
                row.instant("lastSuccessAt"),
                row.etag());
    }

    private static Job withVersion(Job job, String version) {
        return new Job(
                job.tenantId(),
                job.kind(),
                job.dueAt(),
                job.everySeconds(),
                job.asked(),
                job.enqueuedAt(),
                job.leaseUntil(),
                job.lease(),
                job.failures(),
                job.lastErrorCode(),
                job.lastSuccessAt(),
                version);
    }
}
