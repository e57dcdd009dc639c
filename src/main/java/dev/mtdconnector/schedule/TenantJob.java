package dev.mtdconnector.schedule;

/**
 * The work of one kind of job. Idempotent: it may be run twice, or be cut off anywhere and run again.
 */
@FunctionalInterface
public interface TenantJob {

    /**
     * Does the work.
     *
     * <p>An upstream's fault is an {@link Outcome}, or an {@link dev.mtdconnector.common.UpstreamException}, which
     * counts as one; any other exception is a defect of ours or of storage and makes the queue deliver again.
     */
    Outcome run(String tenantId, JobContext context);
}
