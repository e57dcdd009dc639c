package dev.mtdconnector.graph;

import dev.mtdconnector.tenant.Registration;
import java.net.URI;
import java.util.Map;
import java.util.UUID;

/**
 * Where the sign-in service is, and who we are there.
 *
 * @param endpoint the root, without a tenant: {@code https://login.microsoftonline.com}, or a sovereign cloud's
 * @param registrations each registration that is configured
 */
public record LoginSettings(URI endpoint, Map<Registration, App> registrations) {

    public LoginSettings {
        registrations = Map.copyOf(registrations);
    }

    /** One app registration: its client id and its credential. */
    public record App(UUID clientId, CredentialSettings credential) {}
}
