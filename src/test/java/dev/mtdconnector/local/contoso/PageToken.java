package dev.mtdconnector.local.contoso;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Where the next page begins, as {@code $skiptoken} carries it.
 *
 * @param last id of the last object shown; null at the beginning
 */
record PageToken(int place, @Nullable String last) {

    /**
     * Reads a token.
     *
     * @param text null for the first page
     * @param fingerprint of the query
     * @param bound whether a token serves only the query that it came from
     * @throws GraphError when it is not good
     */
    static PageToken of(@Nullable String text, String fingerprint, boolean bound) {
        if (text == null) {
            return new PageToken(0, null);
        }
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8).split("\\|", -1);
            if (parts.length == 3 && (parts[0].equals(fingerprint) || !bound)) {
                return new PageToken(Integer.parseInt(parts[2]), parts[1]);
            }
        } catch (IllegalArgumentException e) {
            // Said below, as for a token of another query.
        }
        throw new GraphError(400, "Request_BadRequest", "The specified page token value is not valid.");
    }

    String text(String fingerprint) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((fingerprint + "|" + last + "|" + place).getBytes(StandardCharsets.UTF_8));
    }
}
