package dev.mtdconnector.local.contoso;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.mtdconnector.local.contoso.World.Reply;
import dev.mtdconnector.local.http.Json;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that the control API makes, good ones and bad ones. */
class ControlTokensTest {

    private World world;

    @BeforeEach
    void start() {
        world = World.start();
    }

    @AfterEach
    void stop() {
        world.close();
    }

    private static ObjectNode id() {
        return Json.object().put("identity", "ines.duarte@contoso.example").put("audience", "id");
    }

    private String idToken(ObjectNode ask) throws Exception {
        Reply reply = world.post("/control/tokens", ask);
        assertThat(reply.status()).as("%s", reply.json()).isEqualTo(200);
        return reply.json().path("id_token").asText();
    }

    private RSAKey published(String tenant) throws Exception {
        Reply reply = world.get("/" + tenant + "/discovery/v2.0/keys");
        List<JWK> keys = JWKSet.parse(reply.response().body()).getKeys();
        return keys.get(keys.size() - 1).toRSAKey();
    }

    private boolean isGood(String token) throws Exception {
        return SignedJWT.parse(token).verify(new RSASSAVerifier(published(WellKnown.TENANT)));
    }

    @Test
    void an_operators_token_comes_from_the_vendors_directory_whose_keys_are_published() throws Exception {
        String token = world.token("operator", "operations");
        SignedJWT jwt = SignedJWT.parse(token);
        assertThat(jwt.verify(new RSASSAVerifier(published(WellKnown.VENDOR_TENANT))))
                .isTrue();
        JsonNode configuration = world.get("/" + WellKnown.VENDOR_TENANT + "/v2.0/.well-known/openid-configuration")
                .json();
        JWTClaimsSet claims = jwt.getJWTClaimsSet();
        assertThat(claims.getIssuer()).isEqualTo(configuration.path("issuer").asText());
        assertThat(claims.getStringClaim("tid")).isEqualTo(WellKnown.VENDOR_TENANT);
        assertThat(claims.getAudience()).containsExactly(WellKnown.BASE_CLIENT);
        assertThat(claims.getStringListClaim("roles")).containsExactly("Operator.All");
        assertThat(claims.getStringClaim("ver")).isEqualTo("2.0");
        assertThat(claims.getStringClaim("azp")).hasSize(36);
        assertThat(SignedJWT.parse(world.token("operator", "OPERATIONS"))
                        .getJWTClaimsSet()
                        .getStringClaim("oid"))
                .isEqualTo(claims.getStringClaim("oid"));
    }

    @Test
    void the_vendors_directory_issues_nothing_to_those_who_ask_for_tokens() throws Exception {
        assertThat(world.tokenRequest(WellKnown.VENDOR_TENANT, world.goodTokenRequest())
                        .status())
                .isEqualTo(400);
    }

    @Test
    void an_id_token_is_as_of_a_sign_in_with_the_nonce_that_was_asked_for() throws Exception {
        String token = idToken(id().put("nonce", "n-7"));
        assertThat(isGood(token)).isTrue();
        JWTClaimsSet claims = SignedJWT.parse(token).getJWTClaimsSet();
        assertThat(claims.getStringClaim("nonce")).isEqualTo("n-7");
        assertThat(claims.getStringClaim("oid")).isEqualTo(WellKnown.INES);
        assertThat(claims.getAudience()).containsExactly(WellKnown.BASE_CLIENT);
        assertThat(SignedJWT.parse(idToken(id())).getJWTClaimsSet().getClaims()).doesNotContainKey("nonce");
    }

    @Test
    void claims_are_replaced_added_and_removed_under_a_good_signature() throws Exception {
        ObjectNode ask = id();
        ask.putObject("claims")
                .put("iss", "https://evil.example/")
                .put("nbf", 4_102_444_800L)
                .put("colour", "red")
                .putNull("tid")
                .putArray("aud")
                .add("one")
                .add("two");
        String token = idToken(ask);
        assertThat(isGood(token)).isTrue();
        JWTClaimsSet claims = SignedJWT.parse(token).getJWTClaimsSet();
        assertThat(claims.getIssuer()).isEqualTo("https://evil.example/");
        assertThat(claims.getNotBeforeTime()).hasYear(2100);
        assertThat(claims.getStringClaim("colour")).isEqualTo("red");
        assertThat(claims.getClaims()).doesNotContainKey("tid");
        assertThat(claims.getAudience()).containsExactly("one", "two");
        assertThat(claims.getStringClaim("oid")).isEqualTo(WellKnown.INES);
    }

    @Test
    void a_token_can_come_without_a_signature_or_with_a_wrong_one() throws Exception {
        assertThat(JWTParser.parse(idToken(id().put("alg", "none")))).isInstanceOf(PlainJWT.class);
        SignedJWT confused = SignedJWT.parse(idToken(id().put("alg", "HS256")));
        assertThat(confused.verify(new MACVerifier(
                        published(WellKnown.TENANT).toRSAPublicKey().getEncoded())))
                .isTrue();
        String foreign = idToken(id().put("signedBy", "stranger"));
        assertThat(SignedJWT.parse(foreign).getHeader().getKeyID())
                .isEqualTo(published(WellKnown.TENANT).getKeyID());
        assertThat(isGood(foreign)).isFalse();
        assertThat(SignedJWT.parse(idToken(id().put("kid", "unknown")))
                        .getHeader()
                        .getKeyID())
                .isEqualTo("unknown");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'identity':'nobody','audience':'id'}",
                "{'identity':'base','audience':'graph','nonce':'n'}",
                "{'identity':'x','audience':'operator','alg':'RS512'}",
                "{'identity':'x','audience':'operator','signedBy':'me'}",
                "{'identity':'x','audience':'operator','claims':'none'}",
            })
    void what_cannot_be_made_is_refused_with_the_reason(String body) throws Exception {
        Reply reply = world.post("/control/tokens", body.replace('\'', '"'));
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().path("error").asText()).isNotEmpty();
    }

    @Test
    void keys_that_roll_over_leave_old_tokens_good_unless_the_old_key_is_withdrawn() throws Exception {
        world.consent("base");
        String before = world.token("graph", "base");
        world.change("{'type':'keysRolledOver'}");
        String after = world.token("graph", "base");
        assertThat(world.as(before, "/groups").status()).isEqualTo(200);
        assertThat(world.as(after, "/groups").status()).isEqualTo(200);
        world.change("{'type':'keysRolledOver','oldKept':false}");
        assertThat(world.as(before, "/groups").status()).isEqualTo(401);
        assertThat(world.as(after, "/groups").status()).isEqualTo(401);
        assertThat(world.as(world.token("graph", "base"), "/groups").status()).isEqualTo(200);
    }
}
