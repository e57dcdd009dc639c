package dev.mtdconnector.signin;

/**
 * A person as an ID token of Entra names them, after everything about the token was checked.
 *
 * @param tenantId the {@code tid}: the directory that signed the person in
 * @param userId the {@code oid}; with the tenant the only thing to recognise a person by
 * @param name to be shown only; may be empty
 * @param username to be shown only; may be empty, may change, proves nothing
 */
public record Identity(String tenantId, String userId, String name, String username) {}
