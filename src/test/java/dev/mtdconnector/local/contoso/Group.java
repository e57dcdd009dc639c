package dev.mtdconnector.local.contoso;

import java.time.Instant;

/**
 * A group; its members are kept by {@link Contoso}.
 *
 * @param unified a Microsoft 365 group
 */
public record Group(
        String id,
        String displayName,
        String description,
        boolean securityEnabled,
        boolean unified,
        Instant createdAt) {

    Group renamed(String name) {
        return new Group(id, name, description, securityEnabled, unified, createdAt);
    }
}
