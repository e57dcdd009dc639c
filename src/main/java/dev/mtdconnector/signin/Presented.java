package dev.mtdconnector.signin;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a request shows of who sends it. Nothing of it is proven.
 *
 * @param isChange whether the request may change something: everything but GET and HEAD
 * @param authorization the Authorization header
 * @param session what the cookie of a signed-in browser holds
 * @param isFromOurPage whether the request comes from a page of ours and carries the form token of that very browser
 */
public record Presented(
        boolean isChange,
        @Nullable String authorization,
        @Nullable SessionCookie session,
        BooleanSupplier isFromOurPage) {

    /** Without what opens something. */
    @Override
    public String toString() {
        return "Presented[" + (authorization == null ? session : "authorization") + "]";
    }

    /** A request by no browser. */
    public static Presented by(@Nullable String authorization) {
        return new Presented(true, authorization, null, () -> false);
    }

    /**
     * @param tenantId of the form of a directory id
     */
    public record SessionCookie(String tenantId, String secret) {

        @Override
        public String toString() {
            return "SessionCookie[" + tenantId + "]";
        }
    }
}
