package dev.mtdconnector.graph;

import org.jspecify.annotations.Nullable;

/** How one of our app registrations proves to the sign-in service who it is. */
public sealed interface CredentialSettings {

    /** A client secret: for development only. */
    record ClientSecret(String secret) implements CredentialSettings {
        @Override
        public String toString() {
            return "ClientSecret[secret=…]";
        }
    }

    /**
     * A certificate with its private key.
     *
     * @param path a PEM file, or a PFX file (by its ending {@code .pfx} or {@code .p12})
     * @param password of the PFX file, where it has one
     */
    record Certificate(String path, @Nullable String password) implements CredentialSettings {
        @Override
        public String toString() {
            return "Certificate[path=" + path + "]";
        }
    }

    /**
     * A user-assigned managed identity that is the registration's federated credential: no secret anywhere.
     *
     * @param clientId of the managed identity
     * @param audience what its token is asked for; it differs by cloud
     */
    record ManagedIdentity(String clientId, String audience) implements CredentialSettings {

        /** The audience in Azure's public cloud. */
        public static final String PUBLIC_CLOUD_AUDIENCE = "api://AzureADTokenExchange";
    }
}
