package dev.mtdconnector.mail;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * The Azure Communication Services resource that takes our mail; we sign in as a managed identity, so there is no secret.
 *
 * @param endpoint such as https://contoso.communication.azure.com
 * @param clientId of the user-assigned identity; null for the system-assigned one
 * @param from the sender's address, of a domain that is connected to the resource
 */
public record AcsSettings(URI endpoint, @Nullable String clientId, String from) implements MailSettings {}
