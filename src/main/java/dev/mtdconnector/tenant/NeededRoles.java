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

    private static final Map<Registration, Set<String>> ENROLLMENT =
            Map.of(Registration.BASE, Set.of(Roles.DEVICES, Roles.MEMBERS, Roles.USERS));

    private NeededRoles() {}

    /** What writing states needs. Intune's address is found through the directory, by the base registration. */
    private static Map<Registration, Set<String>> publishing(Registration publisher) {
        return switch (publisher) {
            case PARTNER ->
                Map.of(publisher, Set.of(Roles.DEVICE_HEALTH), Registration.BASE, Set.of(Roles.APPLICATIONS));
            case ATTRIBUTE -> Map.of(publisher, Set.of(Roles.WRITE_DEVICES));
            case GROUP -> Map.of(publisher, Set.of(Roles.WRITE_MEMBERS));
            case DEVICE_GROUP -> Map.of(publisher, Set.of(Roles.WRITE_MEMBERS, Roles.WRITE_DEVICES));
            case BASE -> throw new IllegalArgumentException("The base registration writes nothing");
        };
    }

    /**
     * What a job needs, by registration.
     *
     * @param publisher the registration of the publisher that the tenant chose
     */
    public static Map<Registration, Set<String>> of(JobKind kind, Registration publisher) {
        return switch (kind) {
            case ENROLLMENT_SYNC -> ENROLLMENT;
            case HEARTBEAT, PUBLISH -> publishing(publisher);
            default -> Map.of();
        };
    }

    /** The jobs that need one of these roles of the registration. */
    public static Set<JobKind> jobsThatNeed(Registration registration, List<String> roles, Registration publisher) {
        Set<JobKind> jobs = EnumSet.noneOf(JobKind.class);
        for (JobKind kind : JobKind.values()) {
            if (of(kind, publisher).getOrDefault(registration, Set.of()).stream()
                    .anyMatch(roles::contains)) {
                jobs.add(kind);
            }
        }
        return jobs;
    }
}
