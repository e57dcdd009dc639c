package dev.mtdconnector.schedule;

import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.common.UpstreamException;
import java.util.Optional;

/** Says whether a tenant lets a job do its work. */
public interface JobGate {

    /** Why the job cannot run now, through no fault of its own; empty when it can. Cheap: asked before every run. */
    Optional<ErrorCode> closed(String tenantId, JobKind kind);

    /** What an upstream's failure means for the job: a failure, or that the gate is closed and nobody had noticed. */
    Outcome failed(String tenantId, JobKind kind, UpstreamException failure);
}
