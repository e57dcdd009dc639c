package dev.mtdconnector.tenant;

import java.util.UUID;

/**
 * An application permission of a resource application.
 *
 * @param resourceAppId the resource application's client id
 * @param value its name, as Microsoft publishes it
 * @param id its id, by which grants are compared
 * @param purpose what the connector does with it, in words that follow "the connector"
 */
public record ApplicationRole(UUID resourceAppId, String value, UUID id, String purpose) {

    public static final UUID MICROSOFT_GRAPH = UUID.fromString("00000003-0000-0000-c000-000000000000");
    public static final UUID INTUNE_API = UUID.fromString("0000000a-0000-0000-c000-000000000000");
}
