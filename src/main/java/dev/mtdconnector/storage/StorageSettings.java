package dev.mtdconnector.storage;

import java.net.URI;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where the product's storage account is, and as whom it is used: either a connection string, or the addresses of its
 * services with a managed identity. The form follows the Functions host's identity-based connections, so that the
 * triggers and this code read the same settings.
 *
 * @param connectionString holds the account's key: never logged
 * @param clientId of a user-assigned identity; null is the system-assigned one
 */
public record StorageSettings(
        @Nullable String connectionString,
        @Nullable URI tableServiceUri,
        @Nullable URI queueServiceUri,
        @Nullable URI blobServiceUri,
        @Nullable String clientId) {

    public StorageSettings {
        boolean identity = tableServiceUri != null && queueServiceUri != null && blobServiceUri != null;
        boolean anyAddress = tableServiceUri != null || queueServiceUri != null || blobServiceUri != null;
        if (connectionString == null ? !identity : anyAddress || clientId != null) {
            throw new IllegalArgumentException(
                    "Storage needs either a connection string, or the addresses of its table, queue and blob services");
        }
    }

    public static StorageSettings of(String connectionString) {
        return new StorageSettings(Objects.requireNonNull(connectionString), null, null, null, null);
    }

    public static StorageSettings of(
            URI tableServiceUri, URI queueServiceUri, URI blobServiceUri, @Nullable String clientId) {
        return new StorageSettings(null, tableServiceUri, queueServiceUri, blobServiceUri, clientId);
    }

    @Override
    public String toString() {
        return connectionString != null
                ? "StorageSettings[connection string]"
                : "StorageSettings[" + tableServiceUri + ", " + queueServiceUri + ", " + blobServiceUri + ", "
                        + clientId + "]";
    }
}
