package dev.mtdconnector.local.contoso;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.mtdconnector.local.contoso.World.Reply;
import dev.mtdconnector.local.http.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The mutation list of the simulator: a probe for each rule passes when the rule is kept and fails when it is switched
 * off. A rule without a probe does not compile.
 */
class RulesTest {

    private static final String USER_CAST =
            "/groups/" + WellKnown.ENROLLMENT_GROUP + "/transitiveMembers/microsoft.graph.user";
    private static final String STRANGER = "11111111-2222-4333-8444-555555555555";

    @ParameterizedTest
    @EnumSource
    void the_rule_is_kept(Rule rule) throws Exception {
        try (World world = World.consented(options(rule))) {
            probe(rule, world);
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_probe_turns_red_when_the_rule_is_switched_off(Rule rule) throws Exception {
        try (World world = World.consented(options(rule).without(rule))) {
            assertThatThrownBy(() -> probe(rule, world)).isInstanceOf(AssertionError.class);
        }
    }

    @Test
    void every_rule_stands_in_the_page_about_the_local_world() throws IOException {
        String page = Files.readString(Path.of("docs", "local-world.md"));
        for (Rule rule : Rule.values()) {
            assertThat(page).contains("| `" + rule + "` | ");
        }
    }

    private static ContosoOptions options(Rule rule) {
        ContosoOptions options = DirectoryProbes.options(rule);
        return rule == Rule.PAGE_SIZE ? options.withUsers(1, 150) : options;
    }

    private static void probe(Rule rule, World world) throws Exception {
        switch (rule) {
            case TOKEN_REQUIRED -> refused(world.get("/v1.0/groups"), 401, "InvalidAuthenticationToken");
            case TOKEN_LIFETIME -> {
                String old = world.issued(graphToken().put("expiresInSeconds", -1));
                refused(world.as(old, "/groups"), 401, "InvalidAuthenticationToken");
            }
            case TOKEN_AUDIENCE -> {
                String token = world.issued(graphToken().put("audience", "intune"));
                refused(world.as(token, "/groups"), 401, "InvalidAuthenticationToken");
            }
            case TOKEN_SIGNATURE -> {
                String token = world.token("graph", "base");
                int dot = token.lastIndexOf('.');
                String forged = token.substring(0, dot + 1) + "AAAA" + token.substring(dot + 5);
                refused(world.as(forged, "/groups"), 401, "InvalidAuthenticationToken");
            }
            case CALLER_IN_TENANT -> {
                String token = world.token("graph", "base");
                world.change("{'type':'consentRevoked','clientId':'base'}");
                refused(world.as(token, "/groups"), 401, "Authorization_IdentityNotFound");
            }
            case ROLES_NEEDED ->
                refused(world.graphWithRoles("User.Read.All", "/groups"), 403, "Authorization_RequestDenied");
            case LIMITED_INFORMATION -> {
                Reply reply = world.graphWithRoles("User.Read.All", "/users/" + WellKnown.LENA + "/ownedDevices");
                assertThat(reply.value().get(0).path("id").asText()).isNotEmpty();
                assertThat(reply.value().get(0).path("deviceId").isNull()).isTrue();
            }
            case KNOWN_SEGMENTS -> {
                Reply reply = world.graph("/nonsense");
                refused(reply, 400, "BadRequest");
                assertThat(reply.errorMessage()).isEqualTo("Resource not found for the segment 'nonsense'.");
            }
            case SELECT_KNOWN -> {
                Reply reply = world.graph("/groups?$select=id,colour");
                refused(reply, 400, "BadRequest");
                assertThat(reply.errorMessage())
                        .contains("Could not find a property named 'colour' on type 'microsoft.graph.group'.");
            }
            case TOP_LIMIT -> {
                Reply reply = world.graph("/groups?$top=1000");
                refused(reply, 400, "Request_UnsupportedQuery");
                assertThat(reply.errorMessage())
                        .isEqualTo("Invalid page size specified: '1000'. Must be between 1 and 999 inclusive.");
                assertThat(world.graph("/groups?$top=999").status()).isEqualTo(200);
                refused(world.graph("/deviceManagement/managedDevices?$top=1001"), 400, "Request_UnsupportedQuery");
                assertThat(world.graph("/deviceManagement/managedDevices?$top=1000")
                                .status())
                        .isEqualTo(200);
            }
            case QUERY_OPTIONS -> {
                refused(world.graph("/groups?$skip=1"), 400, "Request_UnsupportedQuery");
                refused(world.graph("/groups?$colour=1"), 400, "BadRequest");
            }
            case FILTER_SUPPORTED ->
                refused(world.graph("/groups?$filter=description eq 'x'"), 400, "Request_UnsupportedQuery");
            case PAGE_SIZE -> {
                String everyone = world.server
                        .parts()
                        .contoso()
                        .groupsNamed("All Hands")
                        .get(0)
                        .id();
                Reply reply = world.graph("/groups/" + everyone + "/members?$select=id");
                assertThat(reply.value()).hasSize(100);
                assertThat(reply.json().has("@odata.nextLink")).isTrue();
            }
            case SKIPTOKEN_BOUND -> {
                String next = world.graph("/devices?$top=1")
                        .json()
                        .path("@odata.nextLink")
                        .asText();
                String token = next.substring(next.indexOf("$skiptoken="));
                refused(world.graph("/devices?$top=2&" + token), 400, "Request_BadRequest");
            }
            case CAST_ADVANCED -> {
                refused(world.graph(USER_CAST), 400, "Request_UnsupportedQuery");
                refused(world.graph(USER_CAST + "?$count=true"), 400, "Request_UnsupportedQuery");
                assertThat(world.graph(USER_CAST + "?$count=true", "ConsistencyLevel", "eventual")
                                .status())
                        .isEqualTo(200);
            }
            case COUNT_ADVANCED -> {
                assertThat(world.graph("/groups?$count=true").json().has("@odata.count"))
                        .isFalse();
                assertThat(world.graph("/groups?$count=true", "ConsistencyLevel", "eventual")
                                .json()
                                .path("@odata.count")
                                .asInt())
                        .isEqualTo(9);
            }
            case USER_DEFAULTS -> {
                Reply reply = world.graph("/users/" + WellKnown.LENA);
                assertThat(reply.json().has("accountEnabled")).isFalse();
                assertThat(reply.json().size()).isEqualTo(12);
            }
            case NAMES_IGNORE_CASE ->
                assertThat(world.graph("/groups?$filter=displayName eq 'mobile THREAT defense users'")
                                .value())
                        .hasSize(1);
            case ODATA_TYPES ->
                assertThat(world.graph("/groups/" + WellKnown.ENROLLMENT_GROUP + "/members")
                                .value()
                                .findValuesAsText("@odata.type"))
                        .contains("#microsoft.graph.user", "#microsoft.graph.group");
            case OBJECT_EXISTS -> {
                Reply reply = world.graph("/groups/" + STRANGER);
                refused(reply, 404, "Request_ResourceNotFound");
                assertThat(reply.errorMessage()).startsWith("Resource '" + STRANGER + "' does not exist or one of its");
            }
            case OBJECT_ID_FORM -> refused(world.graph("/groups/nope"), 400, "Request_BadRequest");
            case ERROR_DATE ->
                assertThat(world.graph("/nonsense")
                                .json()
                                .path("error")
                                .path("innerError")
                                .path("date")
                                .asText())
                        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d");
            case REQUEST_IDS -> {
                Reply reply = world.graph("/groups", "client-request-id", "mine");
                assertThat(reply.header("request-id")).hasSize(36);
                assertThat(reply.header("client-request-id")).isEqualTo("mine");
            }
            case BATCH_LIMIT -> {
                refused(batch(world, ids(21)), 400, "BadRequest");
                assertThat(batch(world, ids(20)).status()).isEqualTo(200);
            }
            case BATCH_IDS -> refused(batch(world, List.of("1", "1")), 400, "BadRequest");
            case BATCH_ORDER -> {
                List<String> order = new ArrayList<>();
                batch(world, List.of("1", "2", "3"))
                        .json()
                        .path("responses")
                        .forEach(one -> order.add(one.path("id").asText()));
                assertThat(order).containsExactlyInAnyOrder("1", "2", "3").isNotEqualTo(List.of("1", "2", "3"));
            }
            case MANAGED_FIRST_ONLY ->
                assertThat(managed(
                                        world,
                                        "azureADDeviceId eq '" + WellKnown.LENAS_IPHONE + "' or azureADDeviceId eq '"
                                                + WellKnown.OSCARS_ANDROID + "'")
                                .value())
                        .hasSize(1);
            case FUTURE_MEMBERS_HIDDEN -> {
                world.shows(new IntuneView.Connector(STRANGER, "notSetUp", true, null, 7));
                String path = "/deviceManagement/mobileThreatDefenseConnectors";
                String token = world.issued(graphToken().put("scope", "DeviceManagementServiceConfig.Read.All"));
                assertThat(world.as(token, path)
                                .value()
                                .get(0)
                                .path("partnerState")
                                .asText())
                        .isEqualTo("unknownFutureValue");
                assertThat(world.as(token, path, "Prefer", "include-unknown-enum-members")
                                .value()
                                .get(0)
                                .path("partnerState")
                                .asText())
                        .isEqualTo("notSetUp");
            }
            case MANAGED_EMPTY_ALL ->
                assertThat(managed(world, "userId eq ''").value()).hasSizeGreaterThan(5);
            case MEMBER_CHECK_LIMIT -> {
                String twenty = (WellKnown.FULL_ACCESS_GROUP + ",").repeat(19) + WellKnown.ENROLLMENT_GROUP;
                Reply reply = memberOf(world, WellKnown.LENA, twenty);
                assertThat(reply.value()).extracting(JsonNode::asText).containsExactly(WellKnown.ENROLLMENT_GROUP);
                refused(memberOf(world, WellKnown.LENA, twenty + "," + STRANGER), 400, "Request_BadRequest");
            }
            case MEMBER_CHECK_IDS -> refused(memberOf(world, WellKnown.LENA, "nope"), 400, "Request_BadRequest");
            case MEMBER_CHECK_TRANSITIVE ->
                assertThat(memberOf(world, WellKnown.AHMED, WellKnown.FULL_ACCESS_GROUP)
                                .value())
                        .extracting(JsonNode::asText)
                        .containsExactly(WellKnown.FULL_ACCESS_GROUP);
            case TENANT_KNOWN ->
                entraError(world.tokenRequest(STRANGER, world.goodTokenRequest()), 400, "invalid_request", 90002);
            case APP_IN_TENANT -> {
                Map<String, String> fields = world.goodTokenRequest();
                fields.put("client_id", WellKnown.PARTNER_CLIENT);
                fields.put("client_secret", world.options.partnerSecret());
                entraError(world.tokenRequest(WellKnown.TENANT, fields), 400, "unauthorized_client", 700016);
            }
            case SECRET_RIGHT -> {
                Map<String, String> fields = world.goodTokenRequest();
                fields.put("client_secret", "wrong");
                entraError(world.tokenRequest(WellKnown.TENANT, fields), 401, "invalid_client", 7000215);
            }
            case ASSERTION_CLAIMS -> assertions(world);
            case SCOPE_DEFAULT -> {
                Map<String, String> fields = world.goodTokenRequest();
                fields.put("scope", "https://graph.microsoft.com/User.Read.All");
                entraError(world.tokenRequest(WellKnown.TENANT, fields), 400, "invalid_scope", 1002012);
            }
            case ROLELESS_TOKEN -> {
                world.change("{'type':'roleRemoved','clientId':'base','role':'Application.Read.All'}");
                world.change("{'type':'roleRemoved','clientId':'base','role':'Device.Read.All'}");
                world.change("{'type':'roleRemoved','clientId':'base','role':'GroupMember.Read.All'}");
                world.change("{'type':'roleRemoved','clientId':'base','role':'User.Read.All'}");
                world.change(
                        "{'type':'roleRemoved','clientId':'base','role':'DeviceManagementManagedDevices.Read.All'}");
                world.change("{'type':'roleRemoved','clientId':'base','role':'DeviceManagementApps.Read.All'}");
                world.change(
                        "{'type':'roleRemoved','clientId':'base','role':'DeviceManagementServiceConfig.Read.All'}");
                Reply reply = world.tokenRequest(WellKnown.TENANT, world.goodTokenRequest());
                assertThat(reply.status()).isEqualTo(200);
                JWTClaimsSet claims = SignedJWT.parse(
                                reply.json().path("access_token").asText())
                        .getJWTClaimsSet();
                assertThat(claims.getClaims()).doesNotContainKey("roles");
            }
            case ROLES_AT_ISSUE -> {
                String before = world.token("graph", "base");
                world.change("{'type':'roleRemoved','clientId':'base','role':'GroupMember.Read.All'}");
                assertThat(world.as(before, "/groups").status()).isEqualTo(200);
                refused(world.graph("/groups"), 403, "Authorization_RequestDenied");
            }
            case CONSENT_SCOPE -> {
                String scope = "https://graph.microsoft.com/User.Read.All";
                Reply reply = world.get(World.consentPath(WellKnown.BASE_CLIENT, scope, World.CALLBACK));
                assertThat(reply.status()).isEqualTo(400);
                assertThat(reply.response().body()).contains("AADSTS70011");
            }
            case CONSENT_REDIRECT -> {
                String slash = World.CALLBACK + "/";
                Reply reply = world.get(World.consentPath(WellKnown.BASE_CLIENT, World.GRAPH_SCOPE, slash));
                assertThat(reply.status()).isEqualTo(400);
                assertThat(reply.response().body()).contains("AADSTS50011");
            }
            case CONSENT_ADMIN -> {
                Reply reply = world.decide(World.consentPath("partner"), WellKnown.LENA, "accept");
                assertThat(reply.status()).isEqualTo(403);
                assertThat(reply.response().body()).contains("Need admin approval", "AADSTS90094");
                assertThat(world.server.parts().contoso().principalOf(WellKnown.PARTNER_CLIENT))
                        .isEmpty();
            }
            case CONSENT_ALL_DECLARED ->
                assertThat(world.server
                                .parts()
                                .contoso()
                                .principalOf(WellKnown.BASE_CLIENT)
                                .orElseThrow()
                                .roles(WellKnown.MICROSOFT_GRAPH))
                        .containsExactlyInAnyOrder(
                                "Application.Read.All",
                                "Device.Read.All",
                                "GroupMember.Read.All",
                                "User.Read.All",
                                "DeviceManagementManagedDevices.Read.All",
                                "DeviceManagementApps.Read.All",
                                "DeviceManagementServiceConfig.Read.All");
            case CONSENT_DECLINED -> {
                Reply reply = world.decide(World.consentPath("partner"), WellKnown.INES, "cancel");
                assertThat(reply.status()).isEqualTo(302);
                assertThat(reply.header("Location"))
                        .startsWith(World.CALLBACK + "?error=access_denied&error_description=AADSTS65004%3A+")
                        .contains("admin_consent=True")
                        .endsWith("&state=s+1%262");
            }
            case SIGN_IN_REDIRECT,
                    SIGN_IN_CODE_ONLY,
                    SIGN_IN_MODE,
                    SIGN_IN_SCOPE,
                    SIGN_IN_CHALLENGE,
                    SIGN_IN_STATE,
                    SIGN_IN_SSO,
                    SIGN_IN_PROMPT,
                    SIGN_IN_SILENT,
                    SIGN_IN_APPROVAL,
                    SIGN_IN_DECLINED,
                    SIGN_OUT_SESSION,
                    SIGN_OUT_REDIRECT,
                    CODE_ONCE,
                    CODE_LIFETIME,
                    CODE_CLIENT,
                    CODE_REDIRECT,
                    CODE_VERIFIER,
                    ID_TOKEN_OPENID,
                    ID_TOKEN_NONCE,
                    ID_TOKEN_PROFILE,
                    ID_TOKEN_PAIRWISE,
                    REFRESH_OFFLINE,
                    CLIENT_INFO,
                    DISCOVERY_TENANT,
                    KEYS_OVERLAP -> SignInProbes.probe(rule, world);
            case WRITE_ATTRIBUTES_ONLY,
                    WRITE_ATTRIBUTE_KNOWN,
                    WRITE_ATTRIBUTE_LENGTH,
                    WRITE_ATTRIBUTE_MERGES,
                    WRITE_ROLES,
                    WRITE_DEVICE_MEMBER_ROLES,
                    WRITE_BIND_LIMIT,
                    WRITE_MEMBER_TWICE,
                    WRITE_MEMBER_EXISTS,
                    WRITE_NO_MEMBER,
                    WRITE_DYNAMIC,
                    WRITE_ROLE_ASSIGNABLE,
                    WRITE_SYNCED,
                    WRITE_LIMIT -> WriteProbes.probe(rule, world);
            default -> DirectoryProbes.probe(rule, world);
        }
    }

    private static void refused(Reply reply, int status, String code) {
        assertThat(reply.status()).as("%s", reply.json()).isEqualTo(status);
        assertThat(reply.errorCode()).isEqualTo(code);
    }

    static void entraError(Reply reply, int status, String error, int code) {
        assertThat(reply.status()).as("%s", reply.json()).isEqualTo(status);
        assertThat(reply.json().path("error").asText()).isEqualTo(error);
        assertThat(reply.json().path("error_codes").get(0).asInt()).isEqualTo(code);
        assertThat(reply.json().path("error_description").asText()).startsWith("AADSTS" + code + ": ");
        assertThat(reply.json().path("trace_id").asText()).hasSize(36);
        assertThat(reply.json().path("correlation_id").asText()).hasSize(36);
        assertThat(reply.json().path("timestamp").asText()).matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\dZ");
    }

    private static ObjectNode graphToken() {
        return Json.object().put("identity", "base").put("audience", "graph");
    }

    private static List<String> ids(int count) {
        List<String> ids = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            ids.add(Integer.toString(i));
        }
        return ids;
    }

    private static Reply batch(World world, List<String> ids) throws Exception {
        ObjectNode body = Json.object();
        ArrayNode requests = body.putArray("requests");
        ids.forEach(
                id -> requests.addObject().put("id", id).put("method", "GET").put("url", "/groups?$top=1&$select=id"));
        return world.post("/v1.0/$batch", body, "Authorization", "Bearer " + world.token("graph", "base"));
    }

    static Reply memberOf(World world, String user, String groups) throws Exception {
        ObjectNode body = Json.object();
        ArrayNode ids = body.putArray("groupIds");
        List.of(groups.split(",", -1)).forEach(ids::add);
        return world.post(
                "/v1.0/users/" + user + "/checkMemberGroups",
                body,
                "Authorization",
                "Bearer " + world.token("graph", "base"));
    }

    private static Reply managed(World world, String filter) throws Exception {
        return world.graphWithRoles(
                "DeviceManagementManagedDevices.Read.All",
                "/deviceManagement/managedDevices?$select=azureADDeviceId&$filter=" + filter);
    }

    private static void assertions(World world) throws Exception {
        String endpoint = world.server.loginAddress() + "/" + WellKnown.TENANT + "/oauth2/v2.0/token";
        String self = WellKnown.BASE_CLIENT;
        Reply good = asserted(world, self, self, endpoint, 300);
        assertThat(good.status()).as("%s", good.json()).isEqualTo(200);
        Reply federated = asserted(world, "https://issuer.example/", "identity", "api://AzureADTokenExchange", 300);
        assertThat(federated.status()).as("%s", federated.json()).isEqualTo(200);
        entraError(asserted(world, self, self, "https://elsewhere.example/", 300), 401, "invalid_client", 700023);
        entraError(asserted(world, self, self, endpoint, -1), 401, "invalid_client", 700024);
        entraError(asserted(world, "other", self, endpoint, 300), 401, "invalid_client", 700021);
    }

    private static Reply asserted(World world, String issuer, String subject, String audience, int seconds)
            throws Exception {
        Instant now = world.server.parts().clock().instant();
        String assertion = new PlainJWT(new JWTClaimsSet.Builder()
                        .issuer(issuer)
                        .subject(subject)
                        .audience(audience)
                        .expirationTime(Date.from(now.plusSeconds(seconds)))
                        .build())
                .serialize();
        Map<String, String> fields = world.goodTokenRequest();
        fields.remove("client_secret");
        fields.put("client_assertion", assertion);
        fields.put("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
        return world.tokenRequest(WellKnown.TENANT, fields);
    }
}
