package dev.mtdconnector.storage;

import dev.mtdconnector.schedule.Job;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.JobScan;
import dev.mtdconnector.schedule.JobStore;
import dev.mtdconnector.schedule.Trigger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Jobs, a row each in the tenant's partition, and their index by due minute in the table {@code due}: there the
 * partition is the minute, so that what is due is one range of partitions, and finished entries are gone.
 */
public final class JobTable implements JobStore, JobScan {

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
        boolean moves = before == null || !before.dueAt().equals(after.dueAt());
        if (moves && after.dueAt().isBefore(Job.NEVER)) {
            Writes.put(due, row(Hint.of(after)));
        }
        Optional<String> etag = Writes.replace(jobs, row(after), before == null ? null : before.version());
        if (etag.isPresent() && moves && before != null && before.dueAt().isBefore(Job.NEVER)) {
            forget(Hint.of(before));
        }
        return etag.map(after::withVersion);
    }

    @Override
    public boolean remove(Job job) {
        boolean removed =
                Writes.delete(jobs, Keys.join(job.tenantId()), job.kind().queue(), job.version());
        if (removed) {
            forget(Hint.of(job));
        }
        return removed;
    }

    @Override
    public Page dueUntil(Instant now, int limit, @Nullable String continuation) {
        Table.Range range = new Table.Range(null, Hint.bucketOf(now.plusSeconds(60)), null, null);
        Table.Page page = due.query(range, limit, continuation);
        List<Hint> hints = new ArrayList<>();
        for (Row row : page.rows()) {
            List<String> parts = Keys.split(row.key());
            Instant dueAt = Instant.ofEpochMilli(Long.parseLong(parts.get(2)));
            JobKind.ofQueue(parts.get(1)).ifPresent(kind -> hints.add(new Hint(parts.get(0), kind, dueAt)));
        }
        return new Page(hints, page.continuation());
    }

    @Override
    public Part jobs(int limit, @Nullable String continuation) {
        Table.Page page = jobs.query(new Table.Range(null, null, null, null), limit, continuation);
        List<Job> found = new ArrayList<>();
        for (Row row : page.rows()) {
            String tenantId = Keys.split(row.partition()).get(0);
            // Of a kind that this release does not know there is nothing to be said.
            JobKind.ofQueue(row.key()).ifPresent(kind -> found.add(job(row, tenantId, kind)));
        }
        return new Part(found, page.continuation());
    }

    @Override
    public void forget(Hint hint) {
        Writes.delete(due, hint.bucket(), row(hint).key(), null);
    }

    private static Row row(Hint hint) {
        return Row.of(
                hint.bucket(),
                Keys.join(
                        hint.tenantId(),
                        hint.kind().queue(),
                        Long.toString(hint.dueAt().toEpochMilli())),
                Columns.ofRow().map());
    }

    private static Row row(Job job) {
        Trigger trigger = job.trigger();
        return Row.of(
                Keys.join(job.tenantId()),
                job.kind().queue(),
                Columns.ofRow()
                        .instant("dueAt", job.dueAt())
                        .number("everySeconds", job.everySeconds())
                        .number("asked", job.asked())
                        .instant("againAt", job.againAt())
                        .instant("notBefore", job.notBefore())
                        .instant("enqueuedAt", job.enqueuedAt())
                        .instant("leaseUntil", job.leaseUntil())
                        .text("lease", job.lease())
                        .number("failures", job.failures())
                        .text("lastErrorCode", job.lastErrorCode())
                        .instant("lastSuccessAt", job.lastSuccessAt())
                        .instant("failingSince", job.failingSince())
                        .instant("expectedSince", job.expectedSince())
                        .text("trigger", trigger == null ? null : trigger.name())
                        .map());
    }

    private static Job job(Row row, String tenantId, JobKind kind) {
        String trigger = row.text("trigger");
        return new Job(
                tenantId,
                kind,
                row.requiredInstant("dueAt"),
                row.number("everySeconds", 0),
                row.number("asked", 0),
                row.instant("againAt"),
                row.instant("notBefore"),
                row.instant("enqueuedAt"),
                row.instant("leaseUntil"),
                row.text("lease"),
                (int) row.number("failures", 0),
                row.text("lastErrorCode"),
                row.instant("lastSuccessAt"),
                row.instant("failingSince"),
                row.instant("expectedSince"),
                trigger == null ? null : Trigger.valueOf(trigger),
                row.etag());
    }
}
