package dev.mtdconnector.signin;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What an administrator may do. The three are those of the console that Microsoft's and Lookout's documents describe:
 * restricted administrators work with devices and threats and see the security policy; read-only ones look at everything
 * and change nothing of it. Of two roles the one that stands first here counts.
 */
public enum Role {
    FULL,
    RESTRICTED,
    READ_ONLY;

    private static final Set<Access> FOR_RESTRICTED =
            EnumSet.of(Access.DEVICES_READ, Access.DEVICES_CHANGE, Access.POLICY_READ, Access.OWN);

    private static final Set<Access> FOR_READ_ONLY =
            EnumSet.of(Access.DEVICES_READ, Access.POLICY_READ, Access.CONNECTOR_READ, Access.SYSTEM_READ, Access.OWN);

    /** Whether an administrator of this role may use a route that asks for this. */
    public boolean allows(Access access) {
        return access.isForAdministrators()
                && switch (this) {
                    case FULL -> true;
                    case RESTRICTED -> FOR_RESTRICTED.contains(access);
                    case READ_ONLY -> FOR_READ_ONLY.contains(access);
                };
    }

    /** The word of the API: {@code full}, {@code restricted}, {@code read-only}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static Optional<Role> ofLabel(String label) {
        for (Role role : values()) {
            if (role.label().equals(label)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }
}
