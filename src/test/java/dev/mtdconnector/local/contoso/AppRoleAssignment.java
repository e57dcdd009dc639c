package dev.mtdconnector.local.contoso;

import java.time.Instant;

/** An application permission granted to a service principal of the tenant. */
public record AppRoleAssignment(String id, AppRole role, Instant createdAt) {}
