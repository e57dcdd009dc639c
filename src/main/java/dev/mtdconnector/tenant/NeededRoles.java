package dev.mtdconnector.tenant;

import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.tenant.Registration.Roles;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which roles each piece of work needs. A piece of work goes on while its own roles are granted, whatever else is
 * missing; what is not listed needs none.
 */
public final class NeededRoles {

    /** To let people in: {@code checkMemberGroups} of the person who signs in. */
    public static final Set<String> SIGN_IN = Set.of(Roles.MEMBERS, Roles.USERS);

    /** To read which devices Intune manages; enrollment goes on without. */
    public static final Set<String> MANAGED_DEVICES = Set.of(Roles.MANAGED_DEVICES);

    /** To read who uses apps under app protection; enrollment goes on without. */
    public static final Set<String> PROTECTED_APPS = Set.of(Roles.PROTECTED_APPS);

    /** Intune's address is found through the directory, by the base registration. */
    private static final Map<Registration, Set<String>> INTUNE =
            Map.of(Registration.PARTNER, Set.of(Roles.DEVICE_HEALTH), Registration.BASE, Set.of(Roles.APPLICATIONS));

    private static final Map<JobKind, Map<Registration, Set<String>>> OF_JOBS = Map.of(
            JobKind.ENROLLMENT_SYNC,
            Map.of(Registration.BASE, Set.of(Roles.DEVICES, Roles.MEMBERS, Roles.USERS)),
            JobKind.HEARTBEAT,
            INTUNE,
            JobKind.PUBLISH,
            INTUNE);

    private NeededRoles() {}

    /** What a job needs, by registration. */
    public static Map<Registration, Set<String>> of(JobKind kind) {
        return OF_JOBS.getOrDefault(kind, Map.of());
    }

    /** The jobs that need one of these roles of the registration. */
    public static Set<JobKind> jobsThatNeed(Registration registration, List<String> roles) {
        Set<JobKind> jobs = EnumSet.noneOf(JobKind.class);
        OF_JOBS.forEach((kind, needed) -> {
            if (needed.getOrDefault(registration, Set.of()).stream().anyMatch(roles::contains)) {
                jobs.add(kind);
            }
        });
        return jobs;
    }
}
