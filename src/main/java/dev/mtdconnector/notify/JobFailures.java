package dev.mtdconnector.notify;

import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.JobRunner;
import dev.mtdconnector.schedule.Outcome;

/** Records what goes wrong with jobs: for the tenant as error records, for the operator what was given up. */
public final class JobFailures implements JobRunner.FailureReport {

    private final ErrorRecords errors;
    private final Poisons poisons;

    public JobFailures(ErrorRecords errors, Poisons poisons) {
        this.errors = errors;
        this.poisons = poisons;
    }

    @Override
    public void failed(String tenantId, JobKind kind, Outcome.Failed failure) {
        errors.failed(tenantId, kind, failure);
    }

    @Override
    public void recovered(String tenantId, JobKind kind) {
        errors.recovered(tenantId, kind);
        poisons.succeeded(tenantId, kind.queue());
    }

    @Override
    public void broke(String tenantId, JobKind kind, RuntimeException cause) {
        poisons.broke(tenantId, kind.queue(), cause);
    }

    @Override
    public void poisoned(String tenantId, JobKind kind) {
        Poisons.Poison poison = poisons.gaveUp(tenantId, kind.queue(), tenantId);
        errors.failed(tenantId, kind, new Outcome.Failed(ErrorCode.JOB_POISONED, poison.cause(), null));
    }
}
