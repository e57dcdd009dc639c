package dev.mtdconnector.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.SignedJWT;
import dev.mtdconnector.security.EchoingWorld.Service;
import dev.mtdconnector.stub.StubServer;
import dev.mtdconnector.stub.StubServer.Answer;
import dev.mtdconnector.testing.FakeEntra;
import dev.mtdconnector.testing.TestApp;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever address an upstream or a caller names, nobody but the services of the settings is asked: the one who is named
 * here gets no request at all, with or without a token.
 */
class SsrfTest {

    private final StubServer bystander = StubServer.http().then(200, "{\"value\": [], \"keys\": []}");
    private final Canaries canaries = new Canaries();

    @AfterEach
    void stop() {
        bystander.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void noRedirectIsFollowed(int status, @TempDir Path folder) throws Exception {
        try (EchoingWorld world = new EchoingWorld(canaries, folder, Map.of())) {
            world.setUp();
            for (Set<Service> services : List.of(Set.of(Service.LOGIN), Set.of(Service.GRAPH, Service.INTUNE))) {
                world.trouble(
                        services, request -> Answer.json(status, "{}").with("Location", bystander.uri() + "/taken"));
                world.clock.advance(Duration.ofHours(25));
                world.useEverything(status);
            }
        }
        assertThat(bystander.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 202, 401})
    void noAddressInAnAnswerIsFollowed(int status, @TempDir Path folder) throws Exception {
        URI evil = bystander.uri();
        String body = """
                {"value": [{"id": "%2$s", "displayName": "x", "appRoleId": "%2$s"}], "@odata.nextLink": "%1$s/next",
                 "@odata.deltaLink": "%1$s/delta", "@odata.context": "%1$s/context", "@odata.id": "%1$s/id",
                 "jwks_uri": "%1$s/keys", "issuer": "%1$s", "token_endpoint": "%1$s/token", "keys": [{"kty": "RSA",
                 "kid": "key-1", "x5u": "%1$s/x5u", "n": "AQAB", "e": "AQAB"}],
                 "responses": [{"id": "0", "status": 200, "headers": {"Location": "%1$s/part"},
                   "body": {"value": [], "@odata.nextLink": "%1$s/inner"}}],
                 "Timestamp": "2026-11-21T09:00:00Z", "Status": "InProgress", "Location": "%1$s/status"}""".formatted(evil, TestApp.LENA);
        try (EchoingWorld world = new EchoingWorld(canaries, folder, Map.of())) {
            world.setUp();
            for (Set<Service> services : List.of(Set.of(Service.LOGIN), Set.of(Service.GRAPH, Service.INTUNE))) {
                world.trouble(
                        services,
                        request -> Answer.json(status, body)
                                .with("Location", evil + "/location")
                                .with("Content-Location", evil + "/content")
                                .with("Operation-Location", evil + "/operation")
                                .with("Link", "<" + evil + "/link>; rel=next")
                                .with("Refresh", "0; url=" + evil)
                                .with("WWW-Authenticate", "Bearer authorization_uri=\"" + evil + "\", resource=\"x\""));
                world.clock.advance(Duration.ofHours(25));
                world.useEverything(status);
            }
        }
        assertThat(bystander.requests()).isEmpty();
    }

    @Test
    void addressesInATokensHeaderAreNotFetched(@TempDir Path folder) throws Exception {
        URI evil = bystander.uri();
        try (EchoingWorld world = new EchoingWorld(canaries, folder, Map.of())) {
            world.setUp();
            SignedJWT jwt = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.RS256)
                            .keyID("unknown")
                            .jwkURL(evil.resolve("/jku"))
                            .x509CertURL(evil.resolve("/x5u"))
                            .jwk(FakeEntra.NEXT_KEY.toPublicJWK())
                            .build(),
                    new FakeEntra(world.clock)
                            .claims(TestApp.TENANT, TestApp.LENA)
                            .issuer(evil + "/" + TestApp.TENANT + "/v2.0")
                            .build());
            jwt.sign(new RSASSASigner(FakeEntra.NEXT_KEY));
            assertThat(world.send(
                                    "POST",
                                    "/device/v1/activate",
                                    jwt.serialize(),
                                    "{\"deviceId\": \"" + TestApp.PHONE + "\"}")
                            .status())
                    .isEqualTo(401);
        }
        assertThat(bystander.requests()).isEmpty();
    }

    @Test
    void anIntuneThatTheDirectoryNamesMustBeIntunes(@TempDir Path folder) throws Exception {
        Map<String, String> deployed =
                Map.of("MTD_PUBLIC_URL", "https://connector.example", "INTUNE_SERVICE_ENDPOINT", "");
        try (EchoingWorld world = new EchoingWorld(canaries, folder, deployed)) {
            world.endpoints(bystander.uri());
            world.setUpTenant();
            world.pass(Duration.ofMinutes(6));
            assertThat(world.stored().toString()).contains("intune.refused", "not an https address of Intune's");
        }
        assertThat(bystander.requests()).isEmpty();
    }
}
