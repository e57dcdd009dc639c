package dev.mtdconnector.signin;

import static dev.mtdconnector.testing.TestApp.AGENT_CLIENT;
import static dev.mtdconnector.testing.TestApp.BASE_CLIENT;
import static dev.mtdconnector.testing.TestApp.LENA;
import static dev.mtdconnector.testing.TestApp.LOGIN;
import static dev.mtdconnector.testing.TestApp.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.testing.FakeEntra;
import dev.mtdconnector.testing.SettableClock;
import dev.mtdconnector.testing.TestApp;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real tokens, signed with real keys, honest and hostile. */
class AgentTokensTest {

    private static final String STRANGER = "11111111-2222-4333-8444-555555555555";

    private final SettableClock clock = new SettableClock(TestApp.START);
    private final FakeEntra entra = new FakeEntra(clock);
    private final AgentTokens tokens =
            new AgentTokens(LOGIN, BASE_CLIENT, Set.of(AGENT_CLIENT), entra, TENANT::equals, clock);

    private String with(UnaryOperator<JWTClaimsSet.Builder> change) {
        return FakeEntra.sign(change.apply(entra.claims(TENANT, LENA)).build(), FakeEntra.KEY);
    }

    private void assertRefused(String token) {
        AppException e = catchThrowableOfType(AppException.class, () -> tokens.verify(token));
        assertThat(e).as(token).isNotNull();
        assertThat(e.code()).isEqualTo(ErrorCode.IDENTITY_REQUIRED);
        assertThat(e.getMessage()).isEqualTo(ErrorCode.IDENTITY_REQUIRED.title() + ".");
    }

    @Test
    void aTokenOfTheAgentAppNamesItsUser() {
        assertThat(tokens.verify(entra.token(TENANT, LENA))).isEqualTo(new Caller.EntraUser(TENANT, LENA));
        assertThat(entra.fetches()).containsExactly(Instant.EPOCH);
    }

    @Test
    void ourScopeMayStandAmongOthersAndIdsInUpperCase() {
        String token = with(claims ->
                claims.claim("scp", "openid Device.Activate profile").claim("oid", LENA.toUpperCase(Locale.ROOT)));
        assertThat(tokens.verify(token)).isEqualTo(new Caller.EntraUser(TENANT, LENA));
    }

    @Test
    void claimsThatAreNotOursAreRefused() {
        List<UnaryOperator<JWTClaimsSet.Builder>> changes = List.of(
                claims -> claims.issuer(LOGIN + "/" + STRANGER + "/v2.0"),
                claims -> claims.issuer("https://sts.windows.net/" + TENANT + "/"),
                claims -> claims.issuer(LOGIN + "/" + TENANT + "/v2.0/"),
                claims -> claims.issuer(null),
                claims -> claims.audience("00000003-0000-0000-c000-000000000000"),
                claims -> claims.audience("api://" + BASE_CLIENT),
                claims -> claims.audience(List.of(BASE_CLIENT, STRANGER)),
                claims -> claims.audience((String) null),
                claims -> claims.claim("ver", "1.0"),
                claims -> claims.claim("ver", 2.0),
                claims -> claims.claim("ver", null),
                claims -> claims.claim("azp", STRANGER),
                claims -> claims.claim("azp", null),
                claims -> claims.claim("azp", List.of(AGENT_CLIENT)),
                claims -> claims.claim("scp", "device.activate"),
                claims -> claims.claim("scp", "Device.Activate.All"),
                claims -> claims.claim("scp", ""),
                claims -> claims.claim("scp", List.of("Device.Activate")),
                claims -> claims.claim("scp", null),
                claims -> claims.claim("scp", null).claim("roles", List.of("Device.Activate")),
                claims -> claims.claim("oid", null),
                claims -> claims.claim("oid", "not-a-guid"),
                claims -> claims.claim("oid", LENA + "\n"),
                claims -> claims.claim("oid", Map.of("id", LENA)),
                claims -> claims.claim("tid", null),
                claims -> claims.claim("tid", 7),
                claims -> claims.claim("tid", "common"),
                claims -> claims.expirationTime(null),
                claims -> claims.claim("exp", "tomorrow"));

        for (UnaryOperator<JWTClaimsSet.Builder> change : changes) {
            assertRefused(with(change));
        }
    }

    @Test
    void timesHoldWithTwoMinutesOfTolerance() {
        String token = entra.token(TENANT, LENA);
        clock.set(TestApp.START.plusSeconds(3600 + 119));
        assertThat(tokens.verify(token)).isNotNull();
        clock.set(TestApp.START.plusSeconds(3600 + 120));
        assertRefused(token);

        clock.set(TestApp.START.minusSeconds(120));
        assertThat(tokens.verify(token)).isNotNull();
        clock.set(TestApp.START.minusSeconds(121));
        assertRefused(token);
    }

    @Test
    void anotherTenantsTokenIsRefusedWithoutFetchingItsKeys() {
        assertRefused(FakeEntra.sign(entra.claims(STRANGER, LENA).build(), FakeEntra.KEY));
        assertThat(entra.fetches()).isEmpty();
    }

    @Test
    void aKeyThatIsNotKnownIsLookedForOnceMoreAmongFreshOnes() {
        String token = FakeEntra.sign(entra.claims(TENANT, LENA).build(), FakeEntra.NEXT_KEY);
        assertRefused(token);
        assertThat(entra.fetches()).containsExactly(Instant.EPOCH, clock.instant());

        entra.rollOver();
        assertThat(tokens.verify(token)).isNotNull();
        assertRefused(entra.token(TENANT, LENA));
    }

    @Test
    void aTokenSignedByAnotherKeyUnderAKnownNameIsRefused() throws JOSEException {
        RSAKey imposter = new RSAKey.Builder(FakeEntra.NEXT_KEY).keyID("key-1").build();
        assertRefused(FakeEntra.sign(entra.claims(TENANT, LENA).build(), imposter));

        JWSHeader own = new JWSHeader.Builder(JWSAlgorithm.RS256)
                .keyID("key-1")
                .jwk(FakeEntra.NEXT_KEY.toPublicJWK())
                .build();
        SignedJWT jwt = new SignedJWT(own, entra.claims(TENANT, LENA).build());
        jwt.sign(new RSASSASigner(FakeEntra.NEXT_KEY));
        assertRefused(jwt.serialize());
    }

    @Test
    void otherAlgorithmsAreRefused() throws JOSEException {
        JWTClaimsSet claims = entra.claims(TENANT, LENA).build();
        assertRefused(new PlainJWT(claims).serialize());

        SignedJWT mac = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("key-1").build(), claims);
        mac.sign(new MACSigner(FakeEntra.KEY.toRSAPublicKey().getEncoded()));
        assertRefused(mac.serialize());

        for (JWSAlgorithm algorithm : List.of(JWSAlgorithm.RS512, JWSAlgorithm.PS256)) {
            SignedJWT other = new SignedJWT(
                    new JWSHeader.Builder(algorithm).keyID("key-1").build(), claims);
            other.sign(new RSASSASigner(FakeEntra.KEY));
            assertRefused(other.serialize());
        }
        assertThat(entra.fetches()).isEmpty();
    }

    @Test
    void aTokenWithoutKeyIdOrWithCriticalHeadersIsRefused() throws JOSEException {
        JWTClaimsSet claims = entra.claims(TENANT, LENA).build();
        SignedJWT noKeyId = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256)
                        .type(JOSEObjectType.JWT)
                        .build(),
                claims);
        noKeyId.sign(new RSASSASigner(FakeEntra.KEY));
        assertRefused(noKeyId.serialize());

        SignedJWT critical = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256)
                        .keyID("key-1")
                        .criticalParams(Set.of("exp"))
                        .customParam("exp", 1)
                        .build(),
                claims);
        critical.sign(new RSASSASigner(FakeEntra.KEY));
        assertRefused(critical.serialize());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                "...",
                "a.b.c",
                "eyJhbGciOiJub25lIn0..",
                "{\"alg\":\"none\"}",
                "eyJhbGciOiJSUzI1NiIsImtpZCI6ImtleS0xIn0.bnVsbA.AAAA",
                "eyJhbGciOiJSUzI1NiIsImtpZCI6ImtleS0xIn0.W10.AAAA",
                "eyJhbGciOiJSUzI1NiIsImtpZCI6ImtleS0xIn0.e30.AAAA",
                "eyJhbGciOiIiLCJraWQiOjd9.e30.AAAA"
            })
    void whatIsNoTokenIsRefused(String text) {
        assertRefused(text);
    }

    @Test
    void anyChangeToATokenMakesItWorthless() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String token = entra.token(TENANT, LENA);
        for (int i = 0; i < 2000; i++) {
            StringBuilder changed = new StringBuilder(token);
            int at = random.nextInt(token.length());
            switch (random.nextInt(3)) {
                case 0 -> changed.setCharAt(at, (char) (33 + random.nextInt(94)));
                case 1 -> changed.deleteCharAt(at);
                default -> changed.insert(at, (char) random.nextInt(256));
            }
            if (means(changed.toString(), token)) {
                continue;
            }
            AppException e = catchThrowableOfType(AppException.class, () -> tokens.verify(changed.toString()));
            assertThat(e).as("seed %d: %s", seed, changed).isNotNull();
            assertThat(e.code()).as("seed %d", seed).isEqualTo(ErrorCode.IDENTITY_REQUIRED);
        }
    }

    /** Base64 has spare bits at the end of a part, and decoders skip what is no digit. */
    private static boolean means(String a, String b) {
        String[] as = a.split("\\.", -1);
        String[] bs = b.split("\\.", -1);
        if (as.length != bs.length) {
            return false;
        }
        for (int i = 0; i < as.length; i++) {
            if (!decoded(as[i]).equals(decoded(bs[i]))) {
                return false;
            }
        }
        return true;
    }

    private static String decoded(String part) {
        String digits =
                part.replaceAll("[^A-Za-z0-9+/_-]", "").replace('+', '-').replace('/', '_');
        String whole = digits.length() % 4 == 1 ? digits.substring(0, digits.length() - 1) : digits;
        return new String(Base64.getUrlDecoder().decode(whole), StandardCharsets.ISO_8859_1);
    }

    @Test
    void keysThatCannotBeHadAreNotTheCallersFault() {
        entra.failWith(
                new UpstreamException(UpstreamException.Service.LOGIN, UpstreamException.Kind.UNAVAILABLE, "down"));
        AppException e = catchThrowableOfType(AppException.class, () -> tokens.verify(entra.token(TENANT, LENA)));
        assertThat(e.code()).isEqualTo(ErrorCode.DIRECTORY_UNAVAILABLE);
    }

    @Test
    void aTokenOfYesterdayIsRefused() {
        String token = with(claims -> claims.expirationTime(Date.from(TestApp.START.minus(Duration.ofDays(1)))));
        assertRefused(token);
    }
}
