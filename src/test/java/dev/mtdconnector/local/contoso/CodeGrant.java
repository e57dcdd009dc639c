package dev.mtdconnector.local.contoso;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.mtdconnector.local.contoso.Codes.Grant;
import dev.mtdconnector.local.contoso.Codes.Issued;
import dev.mtdconnector.local.http.Answer;
import dev.mtdconnector.local.http.Json;
import dev.mtdconnector.local.http.Refusal;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Redeems authorization codes; the application was authenticated before. */
final class CodeGrant {

    private final Contoso contoso;
    private final Tokens tokens;
    private final Codes codes;
    private final Clock clock;
    private final LoginErrors errors;
    private final Set<Rule> off;

    CodeGrant(Contoso contoso, Tokens tokens, Codes codes, Clock clock, LoginErrors errors, Set<Rule> off) {
        this.contoso = contoso;
        this.tokens = tokens;
        this.codes = codes;
        this.clock = clock;
        this.errors = errors;
        this.off = off;
    }

    Answer answer(AppRegistration registration, Map<String, String> form) {
        Issued issued = codes.find(LoginService.required(errors, form, "code"))
                .orElseThrow(() -> refused(70000, "The provided value for the 'code' parameter is not valid."));
        Grant grant = issued.grant();
        check(registration, form, issued);
        User user = contoso.user(grant.userId())
                .orElseThrow(() -> refused(50034, "The user account does not exist in the directory Contoso."));
        if (issued.redeemed().getAndSet(true) && on(Rule.CODE_ONCE)) {
            throw refused(
                    54005,
                    "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an "
                            + "existing refresh token.");
        }
        return Answer.json(200, body(registration, form, grant, user));
    }

    private void check(AppRegistration registration, Map<String, String> form, Issued issued) {
        Grant grant = issued.grant();
        if (on(Rule.CODE_CLIENT) && !grant.clientId().equals(registration.clientId())) {
            throw refused(70000, "The provided authorization code was issued to another application.");
        }
        String redirectUri = LoginService.required(errors, form, "redirect_uri");
        if (on(Rule.CODE_REDIRECT) && !grant.redirectUri().equals(redirectUri)) {
            throw errors.json(
                    400,
                    "invalid_client",
                    500112,
                    "The reply address '" + redirectUri + "' does not match the reply address '" + grant.redirectUri()
                            + "' provided when requesting Authorization code.");
        }
        if (on(Rule.CODE_LIFETIME) && !issued.at().plus(Codes.LIFETIME).isAfter(clock.instant())) {
            throw refused(
                    70008,
                    "The provided authorization code or refresh token has expired due to inactivity. Send a new "
                            + "interactive authorization request for this user and resource.");
        }
        String verifier = form.get("code_verifier");
        AuthorizeRequest.Challenge challenge = grant.challenge();
        boolean isVerified = challenge == null ? verifier == null : verifier != null && challenge.matches(verifier);
        if (on(Rule.CODE_VERIFIER) && !isVerified) {
            throw refused(
                    501481,
                    "The Code_Verifier does not match the code_challenge supplied in the authorization request.");
        }
        for (String scope : form.getOrDefault("scope", "").trim().split("\\s+", -1)) {
            if (!scope.isEmpty() && !AuthorizeRequests.isKnown(scope)) {
                throw errors.json(
                        400,
                        "invalid_scope",
                        70011,
                        "The provided value for the input parameter 'scope' is not valid. The scope " + scope
                                + " is not valid.");
            }
        }
    }

    private ObjectNode body(AppRegistration registration, Map<String, String> form, Grant grant, User user) {
        long seconds = Tokens.LIFETIME.toSeconds() - 1;
        Set<String> scopes = new TreeSet<>(grant.scopes());
        boolean isOffline = scopes.remove("offline_access");
        JWTClaimsSet access = tokens.claims()
                .forGraph(WellKnown.TENANT, user, registration, scopes, Tokens.LIFETIME)
                .build();
        ObjectNode body = Json.object()
                .put("token_type", "Bearer")
                .put("scope", String.join(" ", scopes))
                .put("expires_in", seconds)
                .put("ext_expires_in", seconds)
                .put("access_token", tokens.sign(access));
        if (isOffline || !on(Rule.REFRESH_OFFLINE)) {
            body.put("refresh_token", "1." + Codes.secret());
        }
        if (scopes.contains("openid") || !on(Rule.ID_TOKEN_OPENID)) {
            body.put("id_token", tokens.sign(id(grant, user)));
        }
        if ("1".equals(form.get("client_info")) && on(Rule.CLIENT_INFO)) {
            ObjectNode info = Json.object().put("uid", user.id()).put("utid", WellKnown.TENANT);
            body.put(
                    "client_info",
                    Base64.getUrlEncoder()
                            .withoutPadding()
                            .encodeToString(Json.text(info).getBytes(StandardCharsets.UTF_8)));
        }
        return body;
    }

    private JWTClaimsSet id(Grant grant, User user) {
        String nonce = on(Rule.ID_TOKEN_NONCE) ? grant.nonce() : null;
        JWTClaimsSet.Builder claims =
                tokens.claims().id(WellKnown.TENANT, user, grant.clientId(), nonce, grant.session(), Tokens.LIFETIME);
        if (!grant.scopes().contains("profile") && on(Rule.ID_TOKEN_PROFILE)) {
            claims.claim("name", null).claim("oid", null).claim("preferred_username", null);
        }
        return on(Rule.ID_TOKEN_PAIRWISE)
                ? claims.build()
                : claims.subject(user.id()).build();
    }

    private Refusal refused(int code, String words) {
        return errors.json(400, "invalid_grant", code, words);
    }

    private boolean on(Rule rule) {
        return !off.contains(rule);
    }
}
