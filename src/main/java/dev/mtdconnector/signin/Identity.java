package dev.mtdconnector.signin;

/**
 * A person as an ID token of Entra names them, after everything about the token was checked.
 *
 * @param tenantId the {@code tid}: the directory that signed the person in
 * @param userId the {@code oid}; with the tenant the only thing to recognise a person by
 * @param name to be shown only; may be empty
 * @param username to be shown only; may be empty, may change, proves nothing
 * @param email where mail reaches the person, if the token has the claim; to write to, never to recognise anybody by
 */
public record Identity(String tenantId, String userId, String name, String username, String email) {

    /** Of a token without a mail address. */
    public Identity(String tenantId, String userId, String name, String username) {
        this(tenantId, userId, name, username, "");
    }
}
