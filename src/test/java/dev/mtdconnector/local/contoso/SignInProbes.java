package dev.mtdconnector.local.contoso;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import dev.mtdconnector.local.contoso.World.Reply;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The part of {@link RulesTest} that is about people who sign in. */
final class SignInProbes {

    private SignInProbes() {}

    static void probe(Rule rule, World world) throws Exception {
        SignInClient client = new SignInClient(world);
        switch (rule) {
            case SIGN_IN_REDIRECT -> {
                String path = SignInClient.path("redirect_uri", SignInClient.CALLBACK + "/");
                shown(client.open(path), 400, "AADSTS50011");
                shown(client.choose(path, WellKnown.INES), 400, "AADSTS50011");
            }
            case SIGN_IN_CODE_ONLY -> {
                error(client.open(SignInClient.path("response_type", "code id_token")), "unsupported_response_type");
                error(client.open(SignInClient.path("response_type", "token")), "unsupported_response_type");
                error(client.open(SignInClient.path("response_type", "")), "invalid_request");
            }
            case SIGN_IN_MODE -> error(client.open(SignInClient.path("response_mode", "pigeon")), "invalid_request");
            case SIGN_IN_SCOPE -> {
                error(client.open(SignInClient.path("scope", "")), "invalid_request");
                error(client.open(SignInClient.path("scope", "openid Mars.Read")), "invalid_scope");
            }
            case SIGN_IN_CHALLENGE -> {
                error(client.open(SignInClient.path("code_challenge_method", "S512")), "invalid_request");
                error(client.open(SignInClient.path("code_challenge", "")), "invalid_request");
                error(client.open(SignInClient.path("code_challenge", "short")), "invalid_request");
            }
            case SIGN_IN_STATE ->
                assertThat(SignInClient.back(client.choose(SignInClient.path(), WellKnown.INES)))
                        .containsEntry("state", "s 1&2");
            case SIGN_IN_SSO -> {
                client.choose(SignInClient.path(), WellKnown.LENA);
                assertThat(SignInClient.back(client.open(SignInClient.path()))).containsKey("code");
            }
            case SIGN_IN_PROMPT -> {
                client.choose(SignInClient.path(), WellKnown.LENA);
                for (String prompt : new String[] {"login", "select_account"}) {
                    shown(client.open(SignInClient.path("prompt", prompt)), 200, "Pick an account");
                }
            }
            case SIGN_IN_SILENT -> error(client.open(SignInClient.path("prompt", "none")), "login_required");
            case SIGN_IN_APPROVAL -> {
                world.change("{'type':'consentRevoked','clientId':'base'}");
                Reply left = client.choose(SignInClient.path(), WellKnown.LENA);
                shown(left, 403, "Need admin approval");
                assertThat(left.response().body()).contains("AADSTS90094", "error=access_denied");
                error(client.open(SignInClient.path("prompt", "none")), "interaction_required");
            }
            case SIGN_IN_DECLINED -> {
                Reply declined = client.cancel(SignInClient.path());
                error(declined, "access_denied");
                assertThat(SignInClient.back(declined).get("error_description")).startsWith("AADSTS65004: ");
            }
            case SIGN_OUT_SESSION -> {
                client.choose(SignInClient.path(), WellKnown.LENA);
                shown(client.open("/" + WellKnown.TENANT + "/oauth2/v2.0/logout"), 200, "You signed out");
                shown(client.open(SignInClient.path()), 200, "Pick an account");
            }
            case SIGN_OUT_REDIRECT -> {
                String path =
                        "/common/oauth2/v2.0/logout?post_logout_redirect_uri=http%3A%2F%2Flocalhost%3A7071%2Fsignout";
                Reply away = client.open(path + "&state=x%26");
                assertThat(away.status()).isEqualTo(302);
                assertThat(away.header("Location")).isEqualTo("http://localhost:7071/signout?state=x%26");
                shown(client.open(path + "evil"), 200, "You signed out");
            }
            case CODE_ONCE -> {
                String code = client.code(WellKnown.INES);
                assertThat(client.redeem(code).status()).isEqualTo(200);
                RulesTest.entraError(client.redeem(code), 400, "invalid_grant", 54005);
            }
            case CODE_LIFETIME -> {
                String code = client.code(WellKnown.INES);
                world.server.parts().clock().advance(Codes.LIFETIME);
                RulesTest.entraError(client.redeem(code), 400, "invalid_grant", 70008);
            }
            case CODE_CLIENT -> {
                world.consent("partner");
                Reply reply = client.redeem(
                        client.code(WellKnown.INES),
                        "client_id",
                        WellKnown.PARTNER_CLIENT,
                        "client_secret",
                        world.options.partnerSecret());
                RulesTest.entraError(reply, 400, "invalid_grant", 70000);
            }
            case CODE_REDIRECT -> {
                Reply reply = client.redeem(client.code(WellKnown.INES), "redirect_uri", World.CALLBACK);
                RulesTest.entraError(reply, 400, "invalid_client", 500112);
            }
            case CODE_VERIFIER -> {
                String code = client.code(WellKnown.INES);
                RulesTest.entraError(client.redeem(code, "code_verifier", ""), 400, "invalid_grant", 501481);
                RulesTest.entraError(
                        client.redeem(code, "code_verifier", SignInClient.CHALLENGE), 400, "invalid_grant", 501481);
                assertThat(client.redeem(code).status()).isEqualTo(200);
            }
            case ID_TOKEN_OPENID -> {
                Reply reply = client.redeem(client.code(WellKnown.INES, "scope", "User.Read"));
                assertThat(reply.json().path("scope").asText()).isEqualTo("User.Read");
                assertThat(reply.json().has("id_token")).isFalse();
            }
            case ID_TOKEN_NONCE ->
                assertThat(SignInClient.idToken(client.redeem(client.code(WellKnown.INES)))
                                .getStringClaim("nonce"))
                        .isEqualTo("n-1");
            case ID_TOKEN_PROFILE -> {
                Reply reply = client.redeem(client.code(WellKnown.INES, "scope", "openid"));
                assertThat(SignInClient.idToken(reply).getClaims())
                        .containsKey("sub")
                        .doesNotContainKeys("name", "preferred_username", "oid");
            }
            case ID_TOKEN_PAIRWISE ->
                assertThat(SignInClient.idToken(client.redeem(client.code(WellKnown.INES)))
                                .getSubject())
                        .hasSize(43)
                        .isNotEqualTo(TokenClaims.subject(WellKnown.INES, WellKnown.PARTNER_CLIENT));
            case REFRESH_OFFLINE -> {
                assertThat(client.redeem(client.code(WellKnown.INES)).json().has("refresh_token"))
                        .isFalse();
                Reply offline = client.redeem(client.code(WellKnown.INES, "scope", "openid offline_access"));
                assertThat(offline.json().path("refresh_token").asText()).isNotEmpty();
                assertThat(offline.json().path("scope").asText()).isEqualTo("openid");
            }
            case CLIENT_INFO -> {
                assertThat(client.redeem(client.code(WellKnown.INES)).json().has("client_info"))
                        .isFalse();
                Reply reply = client.redeem(client.code(WellKnown.INES), "client_info", "1");
                assertThat(new String(
                                Base64.getUrlDecoder()
                                        .decode(reply.json().path("client_info").asText()),
                                StandardCharsets.UTF_8))
                        .isEqualTo("{\"uid\":\"" + WellKnown.INES + "\",\"utid\":\"" + WellKnown.TENANT + "\"}");
            }
            case DISCOVERY_TENANT -> {
                Reply reply = world.get("/nowhere.example/v2.0/.well-known/openid-configuration");
                RulesTest.entraError(reply, 400, "invalid_tenant", 90002);
            }
            case KEYS_OVERLAP -> {
                String old = SignedJWT.parse(world.token("agent", WellKnown.LENA))
                        .getHeader()
                        .getKeyID();
                world.change("{'type':'keysRolledOver'}");
                String now = SignedJWT.parse(world.token("agent", WellKnown.LENA))
                        .getHeader()
                        .getKeyID();
                String published = world.get("/" + WellKnown.TENANT + "/discovery/v2.0/keys")
                        .response()
                        .body();
                assertThat(JWKSet.parse(published).getKeys())
                        .extracting(key -> key.getKeyID())
                        .containsExactly(old, now);
            }
            default -> throw new IllegalArgumentException(rule + " has no probe here");
        }
    }

    private static void shown(Reply reply, int status, String words) {
        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.response().body()).contains(words);
        assertThat(reply.header("Location")).isEmpty();
    }

    private static void error(Reply reply, String error) {
        assertThat(SignInClient.back(reply)).containsEntry("error", error).containsEntry("state", "s 1&2");
        assertThat(reply.header("Location")).startsWith(SignInClient.CALLBACK + "?");
    }
}
