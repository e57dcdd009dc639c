package dev.mtdconnector.local.contoso;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.aad.msal4j.AuthorizationCodeParameters;
import com.microsoft.aad.msal4j.ClientCredentialFactory;
import com.microsoft.aad.msal4j.ConfidentialClientApplication;
import com.microsoft.aad.msal4j.IAuthenticationResult;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.mtdconnector.local.contoso.World.Reply;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Signing people in, beside the rules that {@link RulesTest} proves. */
class CodeFlowTest {

    private static final String STRANGER = "11111111-2222-4333-8444-555555555555";

    private World world;
    private SignInClient client;

    @BeforeEach
    void start() throws Exception {
        world = World.consented();
        client = new SignInClient(world);
    }

    @AfterEach
    void stop() {
        world.close();
    }

    @Test
    void the_page_offers_everybody_with_access_and_two_without_and_loads_nothing() throws Exception {
        Reply page = client.open(SignInClient.path());
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.header("Content-Security-Policy")).startsWith("default-src 'none'");
        assertThat(page.response().body())
                .containsSubsequence(
                        "ines.duarte@contoso.example",
                        "Global Administrator",
                        "ahmed.elsayed@contoso.example",
                        "MTD Full Access",
                        "priya.raman@contoso.example",
                        "MTD Restricted Access",
                        "zoe.angstrom@contoso.example",
                        "MTD Read Only",
                        "lena.brandt@contoso.example",
                        "In no access group",
                        "oscar.lindqvist@contoso.example",
                        "Use another account")
                .doesNotContain("<script", "src=", "http-equiv");
    }

    @Test
    void the_browser_comes_back_with_code_state_and_session() throws Exception {
        Map<String, String> back = SignInClient.back(client.choose(SignInClient.path(), "INES.duarte@contoso.example"));
        assertThat(back).containsOnlyKeys("code", "state", "session_state").containsEntry("state", "s 1&2");
        assertThat(back.get("session_state")).hasSize(36);
    }

    @Test
    void redeeming_gives_an_id_token_of_the_form_that_entra_documents() throws Exception {
        Reply reply = client.redeem(client.code(WellKnown.INES));
        assertThat(reply.header("Cache-Control")).contains("no-store");
        JsonNode json = reply.json();
        assertThat(json.path("token_type").asText()).isEqualTo("Bearer");
        assertThat(json.path("scope").asText()).isEqualTo("openid profile");
        assertThat(json.path("expires_in").asInt()).isEqualTo(3899);
        assertThat(json.path("ext_expires_in").asInt()).isEqualTo(3899);
        JWTClaimsSet claims = SignInClient.idToken(reply);
        assertThat(claims.getClaims())
                .containsOnlyKeys(
                        "aud",
                        "iss",
                        "iat",
                        "nbf",
                        "exp",
                        "name",
                        "nonce",
                        "oid",
                        "preferred_username",
                        "rh",
                        "sid",
                        "sub",
                        "tid",
                        "uti",
                        "ver")
                .containsEntry("iss", world.server.loginAddress() + "/" + WellKnown.TENANT + "/v2.0")
                .containsEntry("name", "Ines Duarte")
                .containsEntry("oid", WellKnown.INES)
                .containsEntry("preferred_username", "ines.duarte@contoso.example")
                .containsEntry("tid", WellKnown.TENANT)
                .containsEntry("ver", "2.0");
        assertThat(claims.getAudience()).containsExactly(WellKnown.BASE_CLIENT);
    }

    @Test
    void the_access_token_is_for_graph_and_carries_no_role() throws Exception {
        Reply reply = client.redeem(client.code(WellKnown.LENA, "scope", "profile openid email"));
        String token = reply.json().path("access_token").asText();
        JWTClaimsSet claims = SignedJWT.parse(token).getJWTClaimsSet();
        assertThat(claims.getAudience()).containsExactly(WellKnown.MICROSOFT_GRAPH);
        assertThat(claims.getStringClaim("scp")).isEqualTo("email openid profile");
        assertThat(world.as(token, "/groups").errorCode()).isEqualTo("Authorization_RequestDenied");
    }

    @Test
    void the_library_of_microsoft_redeems_a_code() throws Exception {
        ConfidentialClientApplication application = ConfidentialClientApplication.builder(
                        WellKnown.BASE_CLIENT, ClientCredentialFactory.createFromSecret(world.options.baseSecret()))
                .authority(world.server.loginAddress() + "/" + WellKnown.TENANT)
                .instanceDiscovery(false)
                .validateAuthority(false)
                .sslSocketFactory(world.server.clientContext().getSocketFactory())
                .build();
        IAuthenticationResult result = application
                .acquireToken(AuthorizationCodeParameters.builder(
                                client.code(WellKnown.INES), URI.create(SignInClient.CALLBACK))
                        .codeVerifier(SignInClient.VERIFIER)
                        .scopes(Set.of("openid", "profile"))
                        .build())
                .get(20, TimeUnit.SECONDS);
        assertThat(SignedJWT.parse(result.idToken()).getJWTClaimsSet().getStringClaim("nonce"))
                .isEqualTo("n-1");
        assertThat(result.account().username()).isEqualTo("ines.duarte@contoso.example");
    }

    @Test
    void a_plain_challenge_is_the_verifier_itself() throws Exception {
        String code =
                client.code(WellKnown.INES, "code_challenge", SignInClient.VERIFIER, "code_challenge_method", "plain");
        assertThat(client.redeem(code).status()).isEqualTo(200);
        String without = client.code(WellKnown.INES, "code_challenge", "", "code_challenge_method", "");
        assertThat(client.redeem(without, "code_verifier", "").status()).isEqualTo(200);
    }

    @Test
    void a_verifier_without_a_challenge_is_refused_too() throws Exception {
        String code = client.code(WellKnown.INES, "code_challenge", "", "code_challenge_method", "");
        assertThat(client.redeem(code).json().path("error_codes").get(0).asInt())
                .isEqualTo(501481);
    }

    @ParameterizedTest
    @ValueSource(strings = {"organizations", "common", WellKnown.DOMAIN})
    void a_tenant_has_other_names(String name) throws Exception {
        Reply signedIn = client.choose(SignInClient.pathAt(name), WellKnown.INES);
        String code = SignInClient.codeOf(signedIn);
        assertThat(SignInClient.idToken(client.redeemAt(name, code)).getStringClaim("tid"))
                .isEqualTo(WellKnown.TENANT);
    }

    @ParameterizedTest
    @CsvSource({
        "client_id, 11111111-2222-4333-8444-555555555555, AADSTS700016",
        "client_id, '', AADSTS900144",
        "client_id, f4578075-f2ac-4717-ab2b-efc43e07e7cf, AADSTS50011",
        "client_id, 0f445670-4b58-44e7-8afa-48335ce0baa0, AADSTS50011",
        "redirect_uri, '', AADSTS900144",
        "redirect_uri, https://evil.example/, AADSTS50011",
        "redirect_uri, HTTP://LOCALHOST:7071/signin/callback, AADSTS50011",
        "redirect_uri, <script>alert(1)</script>, AADSTS50011",
    })
    void what_casts_doubt_on_the_address_is_shown_and_sent_nowhere(String name, String value, String code)
            throws Exception {
        for (Reply reply : new Reply[] {
            client.open(SignInClient.path(name, value)),
            client.choose(SignInClient.path(name, value), WellKnown.INES),
            client.cancel(SignInClient.path(name, value, "prompt", "none")),
        }) {
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.response().body()).contains(code).doesNotContain("<script", "href=\"http");
            assertThat(reply.header("Location")).isEmpty();
        }
    }

    @Test
    void a_tenant_that_is_none_signs_nobody_in() throws Exception {
        for (String tenant : new String[] {STRANGER, "nowhere.example", WellKnown.VENDOR_TENANT}) {
            Reply reply = client.open(SignInClient.pathAt(tenant));
            assertThat(reply.status()).isEqualTo(400);
            assertThat(reply.response().body()).contains("AADSTS90002");
        }
    }

    @Test
    void a_hint_chooses_whom_the_page_is_for() throws Exception {
        assertThat(client.open(SignInClient.path("login_hint", "lena.brandt@contoso.example"))
                        .response()
                        .body())
                .contains("value=\"lena.brandt@contoso.example\" autofocus");
        assertThat(client.open(SignInClient.path("login_hint", "tom.hale@contoso.example"))
                        .response()
                        .body())
                .contains("<input", "value=\"tom.hale@contoso.example\"");
    }

    @Test
    void another_account_takes_anybody_of_contoso_and_nobody_else() throws Exception {
        String path = SignInClient.path() + "&account=other";
        assertThat(client.open(path).response().body()).contains("<input", "name=\"identity\"");
        Reply unknown = client.choose(path, "<b>@evil.example");
        assertThat(unknown.status()).isEqualTo(400);
        assertThat(unknown.response().body())
                .contains("find an account", "&lt;b&gt;")
                .doesNotContain("<b>");
        assertThat(client.choose(path, "").status()).isEqualTo(400);
        assertThat(SignInClient.back(client.choose(path, "tom.hale@contoso.example")))
                .containsKey("code");
    }

    @Test
    void whoever_is_signed_in_goes_through_silently_but_not_as_somebody_else() throws Exception {
        client.choose(SignInClient.path(), WellKnown.LENA);
        String silent = SignInClient.path("prompt", "none", "login_hint", "lena.brandt@contoso.example");
        String code = SignInClient.codeOf(client.open(silent));
        assertThat(SignInClient.idToken(client.redeem(code)).getStringClaim("oid"))
                .isEqualTo(WellKnown.LENA);
        String other = SignInClient.path("prompt", "none", "login_hint", "ines.duarte@contoso.example");
        assertThat(SignInClient.back(client.open(other))).containsEntry("error", "login_required");
        client.choose(SignInClient.path("prompt", "login"), WellKnown.INES);
        assertThat(SignInClient.back(client.open(other))).containsKey("code");
        world.change("{'type':'userDeleted','user':'ines.duarte@contoso.example'}");
        assertThat(client.open(SignInClient.path()).status()).isEqualTo(200);
    }

    @Test
    void a_session_ends_after_a_day() throws Exception {
        client.choose(SignInClient.path(), WellKnown.LENA);
        world.server.parts().clock().advance(Duration.ofHours(24));
        assertThat(client.open(SignInClient.path()).status()).isEqualTo(200);
    }

    @Test
    void to_ask_for_consent_again_strands_everybody_but_an_administrator() throws Exception {
        String path = SignInClient.path("prompt", "consent");
        assertThat(client.choose(path, WellKnown.LENA).response().body()).contains("Need admin approval");
        assertThat(SignInClient.back(client.choose(path, WellKnown.INES))).containsKey("code");
    }

    @Test
    void a_form_can_bring_the_answer_instead_of_the_address() throws Exception {
        Reply reply = client.choose(SignInClient.path("response_mode", "form_post", "state", "\"><b>"), WellKnown.INES);
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.response().body())
                .contains("action=\"" + SignInClient.CALLBACK + "\"", "name=\"code\"", "value=\"&quot;&gt;&lt;b&gt;\"");
    }

    @Test
    void a_consent_revoked_before_the_code_is_redeemed_makes_it_worthless() throws Exception {
        String code = client.code(WellKnown.INES);
        world.change("{'type':'consentRevoked','clientId':'base'}");
        assertThat(client.redeem(code).json().path("error").asText()).isEqualTo("unauthorized_client");
    }

    @ParameterizedTest
    @CsvSource({
        "client_secret, wrong, invalid_client, 7000215",
        "client_secret, '', invalid_client, 7000216",
        "code, nonsense, invalid_grant, 70000",
        "code, '', invalid_request, 900144",
        "redirect_uri, '', invalid_request, 900144",
        "scope, openid Mars.Read, invalid_scope, 70011",
        "grant_type, refresh_token, unsupported_grant_type, 70003",
    })
    void what_is_wrong_with_a_redemption_is_said_and_leaves_the_code_good(
            String field, String value, String error, int number) throws Exception {
        String code = client.code(WellKnown.INES);
        Reply reply = client.redeem(code, field, value);
        assertThat(reply.json().path("error").asText()).isEqualTo(error);
        assertThat(reply.json().path("error_codes").get(0).asInt()).isEqualTo(number);
        assertThat(client.redeem(code).status()).isEqualTo(200);
    }

    @Test
    void the_configuration_names_what_a_client_needs_for_the_domain_too() throws Exception {
        JsonNode json = world.get("/" + WellKnown.DOMAIN + "/v2.0/.well-known/openid-configuration")
                .json();
        String base = world.server.loginAddress() + "/" + WellKnown.TENANT;
        assertThat(json.path("issuer").asText()).isEqualTo(base + "/v2.0");
        assertThat(json.path("authorization_endpoint").asText()).isEqualTo(base + "/oauth2/v2.0/authorize");
        assertThat(json.path("end_session_endpoint").asText()).isEqualTo(base + "/oauth2/v2.0/logout");
        assertThat(json.path("scopes_supported"))
                .extracting(JsonNode::asText)
                .containsExactly("openid", "profile", "email", "offline_access");
        assertThat(json.path("claims_supported"))
                .extracting(JsonNode::asText)
                .contains("sub", "iss", "aud", "nonce", "preferred_username", "tid", "ver");
    }

    @Test
    void signing_out_works_by_a_form_too() throws Exception {
        Reply reply = world.form(
                world.server.address() + "/" + WellKnown.TENANT + "/oauth2/v2.0/logout",
                Map.of("post_logout_redirect_uri", "http://localhost:7071/signout"));
        assertThat(reply.status()).isEqualTo(302);
        assertThat(reply.header("Location")).isEqualTo("http://localhost:7071/signout");
    }
}
