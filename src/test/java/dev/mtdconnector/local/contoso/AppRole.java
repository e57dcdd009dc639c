package dev.mtdconnector.local.contoso;

/**
 * An application permission that a resource offers.
 *
 * @param resourceAppId client id of the resource application
 * @param words how the consent page names it
 */
public record AppRole(String resourceAppId, String id, String value, String words) {}
