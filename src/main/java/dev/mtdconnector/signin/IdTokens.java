package dev.mtdconnector.signin;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * ID tokens of Entra: beside what {@link EntraTokens} checks, {@code tid} is the tenant and {@code nonce} the number of
 * this very sign-in, and the token was issued to nobody else and is no access token, which carries a {@code scp}.
 */
public final class IdTokens implements IdTokenCheck {

    private static final int LONGEST_NAME = 200;

    /** What changes how the text around it reads; the joiners stay, which names of some scripts need. */
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Zl}\\p{Zp}]|[\\p{Cf}&&[^\\u200C\\u200D]]");

    private final EntraTokens tokens;

    public IdTokens(EntraTokens tokens) {
        this.tokens = tokens;
    }

    @Override
    public Identity verify(String idToken, String tenantId, String nonce) {
        return tokens.verify(idToken, tenantId.toLowerCase(Locale.ROOT)::equals)
                .filter(token -> isNonce(nonce, token.text("nonce")) && isForUs(token) && !token.has("scp"))
                .map(token -> new Identity(
                        token.tenantId(),
                        token.userId(),
                        shown(token.text("name")),
                        shown(token.text("preferred_username")),
                        shown(token.text("email"))))
                .orElseThrow(() -> new AppException(ErrorCode.SIGN_IN_DECLINED));
    }

    /** Entra names no authorized party in an ID token; who does must name us (OpenID Connect Core, 3.1.3.7). */
    private boolean isForUs(EntraToken token) {
        return !token.has("azp") || token.text("azp").equals(tokens.audience());
    }

    private static boolean isNonce(String expected, String presented) {
        return !expected.isEmpty()
                && MessageDigest.isEqual(
                        expected.getBytes(StandardCharsets.UTF_8), presented.getBytes(StandardCharsets.UTF_8));
    }

    private static String shown(String name) {
        String clean = UNPRINTABLE.matcher(name).replaceAll("").strip();
        return clean.codePointCount(0, clean.length()) <= LONGEST_NAME
                ? clean
                : clean.substring(0, clean.offsetByCodePoints(0, LONGEST_NAME));
    }
}
