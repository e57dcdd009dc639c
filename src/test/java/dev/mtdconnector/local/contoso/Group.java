package dev.mtdconnector.local.contoso;

import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;

/**
 * A group; its members are kept by {@link Contoso}.
 *
 * @param unified a Microsoft 365 group
 * @param dynamic its members follow a rule
 * @param mailEnabled has an address: a Microsoft 365 group, a mail-enabled security group or a distribution list
 * @param hiddenMembership who is in it is told to few
 * @param roleAssignable its members may hold roles of the directory
 * @param synced it is a group on premises, and is changed there
 */
public record Group(
        String id,
        String displayName,
        String description,
        boolean securityEnabled,
        boolean unified,
        boolean dynamic,
        boolean mailEnabled,
        boolean hiddenMembership,
        boolean roleAssignable,
        boolean synced,
        Instant createdAt) {

    /** A security group, or a Microsoft 365 group, with nothing special about it. */
    static Group plain(String id, String displayName, String description, boolean unified, Instant createdAt) {
        return new Group(
                id, displayName, description, !unified, unified, false, unified, false, false, false, createdAt);
    }

    Group renamed(String name) {
        return new Group(
                id,
                name,
                description,
                securityEnabled,
                unified,
                dynamic,
                mailEnabled,
                hiddenMembership,
                roleAssignable,
                synced,
                createdAt);
    }

    /** The properties, as Graph names them, in which the other one differs. */
    Set<String> differences(Group other) {
        Set<String> names = new TreeSet<>();
        if (!displayName.equals(other.displayName)) {
            names.add("displayName");
        }
        if (!description.equals(other.description)) {
            names.add("description");
        }
        return names;
    }
}
