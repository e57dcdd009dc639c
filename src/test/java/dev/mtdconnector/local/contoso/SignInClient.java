package dev.mtdconnector.local.contoso;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.mtdconnector.local.contoso.World.Reply;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.LinkedHashMap;
import java.util.Map;

/** An application with a browser: asks for sign-ins and redeems what comes back, well or badly. */
final class SignInClient {

    static final String CALLBACK = "http://localhost:7071/signin/callback";
    static final String VERIFIER = "a-verifier-of-forty-three-characters-or-more";
    /** The S256 challenge of {@link #VERIFIER}, made by another program. */
    static final String CHALLENGE = "y5UF_tmp_ICTDGza-Ou2vUvx2cu7DBN-Xwf_z0RDfTw";

    private final World world;
    private String cookie = "";

    SignInClient(World world) {
        this.world = world;
    }

    /** A good request; what is given replaces or, when empty, removes a parameter. */
    static String path(String... changes) {
        return pathAt(WellKnown.TENANT, changes);
    }

    static String pathAt(String tenant, String... changes) {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("client_id", WellKnown.BASE_CLIENT);
        query.put("response_type", "code");
        query.put("redirect_uri", CALLBACK);
        query.put("scope", "openid profile");
        query.put("state", "s 1&2");
        query.put("nonce", "n-1");
        query.put("code_challenge", CHALLENGE);
        query.put("code_challenge_method", "S256");
        change(query, changes);
        return "/" + tenant + "/oauth2/v2.0/authorize?" + World.encoded(query);
    }

    private static void change(Map<String, String> fields, String... changes) {
        for (int i = 0; i < changes.length; i += 2) {
            if (changes[i + 1].isEmpty()) {
                fields.remove(changes[i]);
            } else {
                fields.put(changes[i], changes[i + 1]);
            }
        }
    }

    Reply open(String path) throws Exception {
        return cookie.isEmpty() ? world.get(path) : world.get(path, "Cookie", cookie);
    }

    /** Chooses an identity on the page; the browser keeps the cookie. */
    Reply choose(String path, String identity) throws Exception {
        Reply reply = world.form(world.server.address() + path, Map.of("identity", identity));
        if (!reply.header("Set-Cookie").isEmpty()) {
            cookie = reply.header("Set-Cookie").split(";", -1)[0];
        }
        return reply;
    }

    Reply cancel(String path) throws Exception {
        return world.form(world.server.address() + path, Map.of("decision", "cancel"));
    }

    /** The code of a good sign-in. */
    String code(String identity, String... changes) throws Exception {
        return codeOf(choose(path(changes), identity));
    }

    static String codeOf(Reply reply) {
        Map<String, String> back = back(reply);
        assertThat(back).containsKey("code");
        return back.getOrDefault("code", "");
    }

    /** What the browser brings to the application. */
    static Map<String, String> back(Reply reply) {
        assertThat(reply.status()).as(reply.response().body()).isEqualTo(302);
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String pair : URI.create(reply.header("Location")).getRawQuery().split("&", -1)) {
            String[] parts = pair.split("=", 2);
            parameters.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return parameters;
    }

    /** Redeems a code; the request is good but for the changes. */
    Reply redeem(String code, String... changes) throws Exception {
        return redeemAt(WellKnown.TENANT, code, changes);
    }

    Reply redeemAt(String tenant, String code, String... changes) throws Exception {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("grant_type", "authorization_code");
        fields.put("client_id", WellKnown.BASE_CLIENT);
        fields.put("client_secret", world.options.baseSecret());
        fields.put("code", code);
        fields.put("redirect_uri", CALLBACK);
        fields.put("code_verifier", VERIFIER);
        change(fields, changes);
        return world.tokenRequest(tenant, fields);
    }

    static JWTClaimsSet idToken(Reply reply) throws ParseException {
        assertThat(reply.json().has("id_token")).as("%s", reply.json()).isTrue();
        return SignedJWT.parse(reply.json().path("id_token").asText()).getJWTClaimsSet();
    }
}
