package dev.mtdconnector.signin;

import static dev.mtdconnector.signin.TokenBench.STRANGER;
import static dev.mtdconnector.testing.TestApp.LOGIN;
import static dev.mtdconnector.testing.TestApp.TENANT;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.mtdconnector.signin.TokenBench.Kind;
import dev.mtdconnector.testing.FakeEntra;
import java.net.URI;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that say the right things, and that the tenant's keys did not sign; for each kind of token. */
class ForgedTokensTest {

    private static final String KNOWN = FakeEntra.KEY.getKeyID();
    private static final RSAKey ATTACKERS = FakeEntra.NEXT_KEY;

    private final TokenBench bench = new TokenBench();

    private String signed(Kind kind, JWSHeader header, JWSSigner signer) throws JOSEException {
        SignedJWT jwt = new SignedJWT(header, bench.claims(kind).build());
        jwt.sign(signer);
        return jwt.serialize();
    }

    private static JWSHeader.Builder header(JWSAlgorithm algorithm) {
        return new JWSHeader.Builder(algorithm).keyID(KNOWN);
    }

    private void publish(JWK key) {
        bench.keys.put(TENANT, new JWKSet(key.toPublicJWK()));
    }

    @ParameterizedTest
    @EnumSource
    void theHonestTokenIsAccepted(Kind kind) {
        bench.assertAccepted(kind, bench.honest(kind));
        assertThat(bench.fetches).containsExactly(TENANT);
    }

    @ParameterizedTest
    @EnumSource
    void withoutASignature(Kind kind) {
        JWTClaimsSet claims = bench.claims(kind).build();
        String[] honest = bench.honest(kind).split("\\.", -1);
        bench.assertRefused(kind, new PlainJWT(claims).serialize());
        for (String algorithm : List.of("none", "None", "nOnE", "")) {
            String header = Base64URL.encode("{\"alg\":\"" + algorithm + "\",\"kid\":\"" + KNOWN + "\"}")
                    .toString();
            bench.assertRefused(kind, header + "." + honest[1] + ".");
            bench.assertRefused(kind, header + "." + honest[1] + "." + honest[2]);
        }
        bench.assertRefused(kind, honest[0] + "." + honest[1] + ".");
        bench.assertRefused(kind, honest[0] + "." + honest[1]);
        assertThat(bench.fetches).as("of those with RS256").hasSizeLessThanOrEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void withThePublicKeyAsASharedSecret(Kind kind) throws JOSEException {
        byte[] der = FakeEntra.KEY.toRSAPublicKey().getEncoded();
        String pem = "-----BEGIN PUBLIC KEY-----\n"
                + java.util.Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                + "\n-----END PUBLIC KEY-----\n";
        List<byte[]> secrets = List.of(
                der,
                pem.getBytes(US_ASCII),
                pem.strip().getBytes(US_ASCII),
                FakeEntra.KEY.toPublicJWK().toJSONString().getBytes(US_ASCII),
                FakeEntra.KEY.getModulus().decode());
        for (byte[] secret : secrets) {
            bench.assertRefused(kind, signed(kind, header(JWSAlgorithm.HS256).build(), new MACSigner(secret)));
        }
        assertThat(bench.fetches).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void withAnotherAlgorithm(Kind kind) throws JOSEException {
        for (JWSAlgorithm algorithm : List.of(JWSAlgorithm.RS384, JWSAlgorithm.RS512, JWSAlgorithm.PS256)) {
            bench.assertRefused(kind, signed(kind, header(algorithm).build(), new RSASSASigner(FakeEntra.KEY)));
        }
        assertThat(bench.fetches).isEmpty();
        ECKey curve = new ECKeyGenerator(Curve.P_256).keyID(KNOWN).generate();
        String token = signed(kind, header(JWSAlgorithm.ES256).build(), new ECDSASigner(curve));
        bench.assertRefused(kind, token);
        publish(curve);
        bench.assertRefused(kind, token);
        bench.assertRefused(kind, bench.honest(kind));
    }

    @ParameterizedTest
    @EnumSource
    void withAKeyThatTheTokenBringsAlong(Kind kind) throws JOSEException {
        JWK attackers = ATTACKERS.toPublicJWK();
        List<JWSHeader.Builder> headers = List.of(
                header(JWSAlgorithm.RS256).jwk(attackers),
                header(JWSAlgorithm.RS256)
                        .x509CertChain(
                                List.of(Base64.encode(ATTACKERS.toRSAPublicKey().getEncoded()))),
                header(JWSAlgorithm.RS256).jwkURL(URI.create("https://attacker.example/keys")),
                header(JWSAlgorithm.RS256).x509CertURL(URI.create("https://attacker.example/certificate")),
                new JWSHeader.Builder(JWSAlgorithm.RS256).jwk(attackers),
                new JWSHeader.Builder(JWSAlgorithm.RS256)
                        .keyID(ATTACKERS.getKeyID())
                        .jwk(attackers),
                header(JWSAlgorithm.RS256));
        for (JWSHeader.Builder header : headers) {
            bench.assertRefused(kind, signed(kind, header.build(), new RSASSASigner(ATTACKERS)));
        }
        assertThat(Set.copyOf(bench.fetches)).containsExactly(TENANT);
        // What it brings is not looked at, so it does no harm to a token that is good otherwise.
        bench.assertAccepted(kind, signed(kind, headers.get(0).build(), new RSASSASigner(FakeEntra.KEY)));
    }

    @ParameterizedTest
    @EnumSource
    void withAKeyOfAnotherTenant(Kind kind) {
        bench.assertRefused(kind, FakeEntra.sign(bench.claims(kind).build(), ATTACKERS));
        JWTClaimsSet others = bench.claims(kind)
                .claim("tid", STRANGER)
                .issuer(LOGIN + "/" + STRANGER + "/v2.0")
                .build();
        bench.assertRefused(kind, FakeEntra.sign(others, FakeEntra.KEY));
    }

    @ParameterizedTest
    @EnumSource
    void withAKeyIdThatNobodyKnows(Kind kind) throws JOSEException {
        for (String id : new String[] {"key-0", "", "../key-1", "KEY-1", null}) {
            JWSHeader header =
                    new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(id).build();
            bench.fetches.clear();
            bench.assertRefused(kind, signed(kind, header, new RSASSASigner(FakeEntra.KEY)));
            assertThat(bench.fetches)
                    .as("looked for once more, where there is an id")
                    .hasSize(id == null ? 0 : 2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void withACriticalHeader(Kind kind) throws JOSEException {
        JWSHeader header = header(JWSAlgorithm.RS256)
                .criticalParams(Set.of("exp"))
                .customParam("exp", 1)
                .build();
        bench.assertRefused(kind, signed(kind, header, new RSASSASigner(FakeEntra.KEY)));
        JWSHeader detached = header(JWSAlgorithm.RS256)
                .base64URLEncodePayload(false)
                .criticalParams(Set.of("b64"))
                .build();
        String[] parts = bench.honest(kind).split("\\.", -1);
        bench.assertRefused(kind, detached.toBase64URL() + "." + parts[1] + "." + parts[2]);
    }

    @ParameterizedTest
    @EnumSource
    void withAPublishedKeyThatIsNotForThis(Kind kind) throws JOSEException {
        RSAKey key = FakeEntra.KEY;
        List<RSAKey> unfit = List.of(
                new RSAKey.Builder(key).keyUse(KeyUse.ENCRYPTION).build(),
                new RSAKey.Builder(key).algorithm(JWSAlgorithm.RS512).build());
        for (RSAKey published : unfit) {
            publish(published);
            bench.assertRefused(kind, bench.honest(kind));
        }
        RSAKey weak = new RSAKeyGenerator(1024, true).keyID(KNOWN).generate();
        publish(weak);
        bench.assertRefused(kind, signed(kind, header(JWSAlgorithm.RS256).build(), new RSASSASigner(weak, true)));
        publish(new RSAKey.Builder(key.toRSAPublicKey()).keyID(KNOWN).build());
        bench.assertAccepted(kind, bench.honest(kind));
    }

    @ParameterizedTest
    @EnumSource
    void withPartsOfOtherTokens(Kind kind) {
        String[] honest = bench.honest(kind).split("\\.", -1);
        String[] other =
                bench.with(kind, claims -> claims.claim("name", "other")).split("\\.", -1);
        bench.assertRefused(kind, honest[0] + "." + honest[1] + "." + other[2]);
        bench.assertRefused(kind, honest[0] + "." + other[1] + "." + honest[2]);
        bench.assertRefused(kind, String.join(".", honest) + "." + other[2]);
        bench.assertRefused(kind, String.join(".", honest) + ".." + other[2]);
        bench.assertRefused(
                kind,
                "{\"payload\":\"" + honest[1] + "\",\"protected\":\"" + honest[0] + "\",\"signature\":\"" + honest[2]
                        + "\"}");
    }

    @ParameterizedTest
    @EnumSource
    void cutOffAnywhere(Kind kind) {
        String token = bench.honest(kind);
        int signature = token.lastIndexOf('.');
        for (int length = 0; length < token.length() - 1; length += length < signature ? 17 : 1) {
            bench.assertRefused(kind, token.substring(0, length));
        }
    }

    @ParameterizedTest
    @EnumSource
    void anyChangeMakesItWorthless(Kind kind) {
        Random random = new Random(1); // the tokens differ from run to run anyway
        String token = bench.honest(kind);
        for (int i = 0; i < 1000; i++) {
            StringBuilder changed = new StringBuilder(token);
            int at = random.nextInt(token.length());
            switch (random.nextInt(3)) {
                case 0 -> changed.setCharAt(at, (char) (33 + random.nextInt(94)));
                case 1 -> changed.deleteCharAt(at);
                default -> changed.insert(at, (char) random.nextInt(256));
            }
            if (!meansTheSame(changed.toString(), token)) {
                bench.assertRefused(kind, changed.toString());
            }
        }
    }

    /** Base64 has spare bits at the end of a part, and decoders skip what is no digit. */
    private static boolean meansTheSame(String a, String b) {
        String[] as = a.split("\\.", -1);
        String[] bs = b.split("\\.", -1);
        for (int i = 0; as.length == bs.length && i < as.length; i++) {
            if (!java.util.Arrays.equals(new Base64URL(as[i]).decode(), new Base64URL(bs[i]).decode())) {
                return false;
            }
        }
        return as.length == bs.length;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                ".",
                "..",
                "...",
                "....",
                "a.b.c",
                "\u0000.\u0000.\u0000",
                "eyJhbGciOiJub25lIn0..",
                "{\"alg\":\"none\"}",
                "eyJhbGciOiJSUzI1NiIsImtpZCI6ImtleS0xIn0.bnVsbA.AAAA",
                "eyJhbGciOiJSUzI1NiIsImtpZCI6ImtleS0xIn0.W10.AAAA",
                "eyJhbGciOiJSUzI1NiIsImtpZCI6ImtleS0xIn0.e30.AAAA",
                "eyJhbGciOiIiLCJraWQiOjd9.e30.AAAA"
            })
    void whatIsNoToken(String text) {
        for (Kind kind : Kind.values()) {
            bench.assertRefused(kind, text);
        }
    }

    @Test
    void hugeAndDeeplyNestedOnesAreNotReadForLong() {
        String nested = Base64URL.encode("[".repeat(12_000)).toString();
        String header =
                Base64URL.encode("{\"alg\":\"RS256\",\"kid\":\"key-1\"}").toString();
        for (Kind kind : Kind.values()) {
            bench.assertRefused(kind, bench.with(kind, claims -> claims.claim("name", "x".repeat(5_000_000))));
            bench.assertRefused(kind, header + "." + nested + ".AAAA");
            bench.assertRefused(kind, nested + ".e30.AAAA");
            bench.assertRefused(kind, ".".repeat(2_000_000));
        }
        assertThat(bench.fetches).isEmpty();
    }
}
