package dev.mtdconnector.signin;

import java.util.Map;
import java.util.Optional;

/** What letting somebody in needs to know of a tenant. */
@FunctionalInterface
public interface TenantGate {

    /** Empty when the directory is not onboarded. At most a minute old. */
    Optional<Entry> find(String tenantId);

    /**
     * @param isActive false when suspended or offboarded: nobody of the tenant gets in, by no credential
     * @param isConsented whether the base consent lets us read the directory, without which nobody can sign in
     * @param accessGroups object id of the group that gives each role; roles without a group are left out
     */
    record Entry(String name, boolean isActive, boolean isConsented, Map<Role, String> accessGroups) {
        public Entry {
            accessGroups = Map.copyOf(accessGroups);
        }
    }
}
