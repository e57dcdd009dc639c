package dev.mtdconnector.local.contoso;

import static dev.mtdconnector.local.http.Html.escape;

import dev.mtdconnector.local.http.Answer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request for a sign-in that was found good, and the way back from it.
 *
 * @param posts true for {@code response_mode=form_post}
 * @param state null when none came; it goes back as it came
 * @param prompt empty for none
 */
record AuthorizeRequest(
        AppRegistration registration,
        String redirectUri,
        boolean posts,
        @Nullable String state,
        Set<String> scopes,
        @Nullable String nonce,
        @Nullable Challenge challenge,
        String prompt,
        @Nullable String loginHint) {

    /**
     * What the verifier must match (PKCE).
     *
     * @param isHashed true for {@code S256}
     */
    record Challenge(String value, boolean isHashed) {

        boolean matches(String verifier) {
            return value.equals(isHashed ? hash(verifier) : verifier);
        }

        private static String hash(String verifier) {
            try {
                return Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(MessageDigest.getInstance("SHA-256")
                                .digest(verifier.getBytes(StandardCharsets.US_ASCII)));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Brings these parameters, and the state, to the application. */
    Answer back(Map<String, String> parameters) {
        Map<String, String> all = withState(parameters);
        if (!posts) {
            return LoginPages.back(redirectUri, all);
        }
        // Entra sends the form by a script; these pages have none.
        StringBuilder form = new StringBuilder("<h1>Back to ")
                .append(escape(registration.displayName()))
                .append("</h1><form method=\"post\" action=\"")
                .append(escape(redirectUri))
                .append("\">");
        all.forEach((name, value) -> form.append("<input type=\"hidden\" name=\"")
                .append(escape(name))
                .append("\" value=\"")
                .append(escape(value))
                .append("\">"));
        form.append("<div class=\"row\"><button class=\"act\" autofocus>Continue</button></div></form>");
        return LoginPages.page(200, "Working...", form.toString());
    }

    /** The address by which a link leads back. */
    String address(Map<String, String> parameters) {
        return LoginPages.address(redirectUri, withState(parameters));
    }

    private Map<String, String> withState(Map<String, String> parameters) {
        Map<String, String> all = new LinkedHashMap<>(parameters);
        if (state != null) {
            all.put("state", state);
        }
        return all;
    }
}
