package dev.mtdconnector.local.contoso;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.mtdconnector.local.contoso.World.Reply;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Discovery, tokens and the consent page beside their rules, which {@link RulesTest} proves. */
class SignInTest {

    private World world;

    @BeforeEach
    void start() {
        world = World.start();
    }

    @AfterEach
    void stop() {
        world.close();
    }

    @Test
    void discovery_names_the_issuer_and_the_addresses_as_the_connector_sees_them() throws Exception {
        String login = world.server.loginAddress().toString();
        JsonNode tenant = world.send(
                        "GET",
                        URI.create(login + "/" + WellKnown.TENANT + "/v2.0/.well-known/openid-configuration"),
                        "",
                        "")
                .json();
        assertThat(tenant.path("issuer").asText()).isEqualTo(login + "/" + WellKnown.TENANT + "/v2.0");
        assertThat(tenant.path("jwks_uri").asText()).isEqualTo(login + "/" + WellKnown.TENANT + "/discovery/v2.0/keys");
        JsonNode several = world.get("/organizations/v2.0/.well-known/openid-configuration")
                .json();
        assertThat(several.path("issuer").asText()).isEqualTo(login + "/{tenantid}/v2.0");
        assertThat(world.get("/nowhere.example/discovery/v2.0/keys").status()).isEqualTo(400);
    }

    @Test
    void before_consent_there_is_no_token_and_after_it_one_with_the_granted_roles() throws Exception {
        Reply before = world.tokenRequest(WellKnown.TENANT, world.goodTokenRequest());
        assertThat(before.status()).isEqualTo(400);
        assertThat(before.json().path("error").asText()).isEqualTo("unauthorized_client");
        world.consent("base");
        Reply after = world.tokenRequest(WellKnown.DOMAIN, world.goodTokenRequest());
        JWTClaimsSet claims =
                SignedJWT.parse(after.json().path("access_token").asText()).getJWTClaimsSet();
        assertThat(claims.getIssuer()).isEqualTo("https://sts.windows.net/" + WellKnown.TENANT + "/");
        assertThat(claims.getAudience()).containsExactly("https://graph.microsoft.com");
        assertThat(claims.getStringClaim("appid")).isEqualTo(WellKnown.BASE_CLIENT);
        assertThat(claims.getStringClaim("idtyp")).isEqualTo("app");
        assertThat(claims.getStringListClaim("roles"))
                .containsExactly(
                        "Application.Read.All",
                        "Device.Read.All",
                        "DeviceManagementApps.Read.All",
                        "DeviceManagementManagedDevices.Read.All",
                        "GroupMember.Read.All",
                        "User.Read.All");
        assertThat(after.json().path("expires_in").asInt()).isEqualTo(3899);
    }

    @Test
    void the_scope_with_two_slashes_is_for_intune_and_with_one_for_nobody() throws Exception {
        world.consent("partner");
        Map<String, String> fields = world.goodTokenRequest();
        fields.put("client_id", WellKnown.PARTNER_CLIENT);
        fields.put("client_secret", world.options.partnerSecret());
        fields.put("scope", World.INTUNE_SCOPE);
        JWTClaimsSet two = claims(world.tokenRequest(WellKnown.TENANT, fields));
        assertThat(two.getAudience()).containsExactly("https://api.manage.microsoft.com/");
        assertThat(two.getStringListClaim("roles")).containsExactly("update_device_health");
        fields.put("scope", "https://api.manage.microsoft.com/.default");
        assertThat(claims(world.tokenRequest(WellKnown.TENANT, fields)).getAudience())
                .containsExactly("https://api.manage.microsoft.com");
    }

    private static JWTClaimsSet claims(Reply reply) throws java.text.ParseException {
        return SignedJWT.parse(reply.json().path("access_token").asText()).getJWTClaimsSet();
    }

    @ParameterizedTest
    @CsvSource({
        "grant_type, '', invalid_request, 900144",
        "grant_type, password, unsupported_grant_type, 70003",
        "client_id, '', invalid_request, 900144",
        "client_id, 11111111-2222-4333-8444-555555555555, unauthorized_client, 700016",
        "scope, '', invalid_request, 900144",
        "scope, openid, invalid_scope, 70011",
        "scope, https://mars.example/.default, invalid_resource, 500011",
        "client_secret, '', invalid_client, 7000215",
    })
    void a_wrong_token_request_is_refused_in_entras_words(String field, String value, String error, int code)
            throws Exception {
        world.consent("base");
        Map<String, String> fields = world.goodTokenRequest();
        fields.put(field, value);
        Reply reply = world.tokenRequest(WellKnown.TENANT, fields);
        assertThat(reply.json().path("error").asText()).isEqualTo(error);
        assertThat(reply.json().path("error_codes").get(0).asInt()).isEqualTo(code);
    }

    @Test
    void the_consent_page_names_the_app_and_its_permissions_and_loads_nothing() throws Exception {
        Reply page = world.get(World.consentPath("base"));
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.header("Content-Security-Policy")).startsWith("default-src 'none'");
        assertThat(page.response().body())
                .contains(
                        "MTD Connector",
                        "Read all group memberships",
                        "ines.duarte@contoso.example",
                        "Accept",
                        "Cancel")
                .doesNotContain("<script", "src=", "http-equiv");
    }

    @Test
    void accepting_sends_the_browser_back_with_the_tenant_and_the_state() throws Exception {
        Reply accepted = world.decide(World.consentPath("base"), "ines.duarte@contoso.example", "accept");
        assertThat(accepted.status()).isEqualTo(302);
        assertThat(accepted.header("Location"))
                .isEqualTo(World.CALLBACK + "?admin_consent=True&tenant=" + WellKnown.TENANT
                        + "&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default&state=s+1%262");
    }

    @Test
    void organizations_stands_for_the_tenant_of_the_administrator() throws Exception {
        String path = World.consentPath("base").replace(WellKnown.TENANT, "organizations");
        assertThat(world.decide(path, WellKnown.INES, "accept").header("Location"))
                .contains("tenant=" + WellKnown.TENANT);
    }

    @ParameterizedTest
    @CsvSource({
        "common, AADSTS90002",
        "11111111-2222-4333-8444-555555555555, AADSTS90002",
    })
    void a_tenant_that_is_none_cannot_consent(String tenant, String code) throws Exception {
        Reply reply = world.get(World.consentPath("base").replace(WellKnown.TENANT, tenant));
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.response().body()).contains(code);
    }

    @Test
    void what_is_wrong_with_a_consent_request_is_shown_and_what_it_says_is_escaped() throws Exception {
        Reply unknown = world.get(World.consentPath("<script>alert(1)</script>", World.GRAPH_SCOPE, World.CALLBACK));
        assertThat(unknown.status()).isEqualTo(400);
        assertThat(unknown.response().body()).contains("AADSTS700016").doesNotContain("<script>");
        Reply stranger = world.decide(World.consentPath("base"), "nobody@contoso.example", "accept");
        assertThat(stranger.status()).isEqualTo(400);
        Reply undecided = world.decide(World.consentPath("base"), WellKnown.INES, "perhaps");
        assertThat(undecided.status()).isEqualTo(400);
        assertThat(world.server.parts().contoso().principalOf(WellKnown.BASE_CLIENT))
                .isEmpty();
    }
}
