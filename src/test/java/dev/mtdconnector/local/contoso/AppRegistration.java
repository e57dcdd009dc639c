package dev.mtdconnector.local.contoso;

import java.util.List;
import java.util.Set;

/**
 * An app registration of the vendor, who lives in a tenant of his own.
 *
 * @param label the name in the control API: {@code base}, {@code partner}, {@code agent}
 * @param declared the application permissions in the manifest: what {@code .default} asks for
 * @param redirectUris exactly as registered
 * @param secrets client secrets that are valid; empty for a public client
 */
public record AppRegistration(
        String label,
        String clientId,
        String displayName,
        List<AppRole> declared,
        Set<String> redirectUris,
        Set<String> secrets) {

    public AppRegistration {
        declared = List.copyOf(declared);
        redirectUris = Set.copyOf(redirectUris);
        secrets = Set.copyOf(secrets);
    }

    AppRegistration declaring(List<AppRole> roles) {
        return new AppRegistration(label, clientId, displayName, roles, redirectUris, secrets);
    }
}
