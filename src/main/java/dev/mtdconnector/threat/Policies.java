package dev.mtdconnector.threat;

/** Which policy a tenant has now. */
@FunctionalInterface
public interface Policies {
    Policy of(String tenantId);
}
