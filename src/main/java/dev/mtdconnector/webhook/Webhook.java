package dev.mtdconnector.webhook;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A vendor's feed that comes by webhook, as it is kept.
 *
 * @param name what the tenant calls it, and its address ends with
 * @param format one of {@link Formats}
 * @param mapping JSON as {@link Mapping} reads it; null for a format that needs none
 * @param sealedSecret what the vendor signs with, sealed; null when it sends a feed key instead
 * @param changedBy {@link dev.mtdconnector.signin.Caller.Administrator#actor()}
 */
public record Webhook(
        String name,
        String format,
        @Nullable String mapping,
        @Nullable String sealedSecret,
        Instant changedAt,
        String changedBy) {

    /** What its secret is sealed for. */
    static final String SEALED_FOR = "webhook";

    /** Without what is sealed. */
    @Override
    public String toString() {
        return "Webhook[" + name + ", " + format + "]";
    }
}
