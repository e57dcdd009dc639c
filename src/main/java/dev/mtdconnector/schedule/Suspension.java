package dev.mtdconnector.schedule;

/** Says which jobs must not run for now. */
@FunctionalInterface
public interface Suspension {

    /** Nothing is ever suspended. */
    Suspension NONE = (tenantId, kind) -> false;

    /**
     * Whether this job is put off. It is asked under the job's lease, at the start of a run and every now and then during
     * it; so once it says yes, no run begins any more, and those that still go on can be told by their leases.
     */
    boolean stops(String tenantId, JobKind kind);
}
