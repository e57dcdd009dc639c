package dev.mtdconnector.threat;

/** Which threats a tenant allows. What it answers may be some seconds old; a job sets right what changed meanwhile. */
@FunctionalInterface
public interface AllowanceSource {
    Allowances of(String tenantId);
}
