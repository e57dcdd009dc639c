package dev.mtdconnector.threat;

/** Which policy a tenant has now. Asked anew for each piece of work: never kept from one to the next. */
@FunctionalInterface
public interface Policies {
    Policy of(String tenantId);
}
