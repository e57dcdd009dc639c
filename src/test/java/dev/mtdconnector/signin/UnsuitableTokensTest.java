package dev.mtdconnector.signin;

import static dev.mtdconnector.signin.TokenBench.NONCE;
import static dev.mtdconnector.signin.TokenBench.STRANGER;
import static dev.mtdconnector.signin.TokenBench.TOOL;
import static dev.mtdconnector.testing.TestApp.AGENT_CLIENT;
import static dev.mtdconnector.testing.TestApp.BASE_CLIENT;
import static dev.mtdconnector.testing.TestApp.LENA;
import static dev.mtdconnector.testing.TestApp.LOGIN;
import static dev.mtdconnector.testing.TestApp.START;
import static dev.mtdconnector.testing.TestApp.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.mtdconnector.signin.TokenBench.Kind;
import dev.mtdconnector.testing.FakeEntra;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Tokens that the tenant's keys did sign, and that are not for us, not now, or not for this. */
class UnsuitableTokensTest {

    private static final String CONSUMERS = "9188040d-6c67-4c5b-b112-36a304b66dad";

    private final TokenBench bench = new TokenBench();

    /** One or two claims that are not as they must be. */
    record Change(String name, UnaryOperator<JWTClaimsSet.Builder> by) {
        Change(String claim, Object value) {
            this(claim + " = " + value, claims -> claims.claim(claim, value));
        }

        static Change without(String claim) {
            return new Change("no " + claim, claims -> claims.claim(claim, null));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static final List<Change> FOR_ALL = List.of(
            new Change("iss", LOGIN + "/" + STRANGER + "/v2.0"),
            new Change("iss", "https://sts.windows.net/" + TENANT + "/"),
            new Change("iss", LOGIN + "/" + TENANT + "/v2.0/"),
            new Change("iss", LOGIN + "/{tenantid}/v2.0"),
            new Change("iss", LOGIN.toUpperCase(Locale.ROOT) + "/" + TENANT + "/v2.0"),
            new Change("iss", "https://login.example.attacker.example/" + TENANT + "/v2.0"),
            new Change("iss", ""),
            Change.without("iss"),
            new Change("aud", "00000003-0000-0000-c000-000000000000"),
            new Change("aud", AGENT_CLIENT),
            new Change("aud", "api://" + BASE_CLIENT),
            new Change("aud", BASE_CLIENT + " "),
            new Change("aud", List.of(BASE_CLIENT, STRANGER)),
            new Change("aud", List.of(BASE_CLIENT, BASE_CLIENT)),
            new Change("aud", List.of()),
            Change.without("aud"),
            new Change("ver", "1.0"),
            new Change("ver", 2.0),
            Change.without("ver"),
            new Change("oid", "not-a-guid"),
            new Change("oid", LENA + "\n"),
            new Change("oid", Map.of("id", LENA)),
            Change.without("oid"),
            new Change("tid", 7),
            new Change("tid", "common"),
            new Change("tid", "organizations"),
            new Change("tid", STRANGER),
            new Change("tid", TENANT + "\n"),
            new Change("tid", TENANT + "/../" + STRANGER),
            Change.without("tid"),
            new Change("exp", "tomorrow"),
            new Change("exp", Date.from(START.minusSeconds(86_400))),
            Change.without("exp"),
            new Change("iat", Date.from(START.plusSeconds(600))),
            Change.without("iat"),
            new Change("nbf", Date.from(START.plusSeconds(600))),
            new Change(
                    "the consumer tenant",
                    claims -> claims.claim("tid", CONSUMERS).issuer(LOGIN + "/" + CONSUMERS + "/v2.0")),
            new Change(
                    "a v1 token",
                    claims -> claims.claim("ver", "1.0")
                            .issuer("https://sts.windows.net/" + TENANT + "/")
                            .claim("appid", TOOL)
                            .claim("azp", null)));

    private static final Map<Kind, List<Change>> FOR_ONE = Map.of(
            Kind.ID,
            List.of(
                    new Change("nonce", "nonce-of-another-sign-in"),
                    new Change("nonce", NONCE.toUpperCase(Locale.ROOT)),
                    new Change("nonce", NONCE.substring(1)),
                    new Change("nonce", ""),
                    new Change("nonce", List.of(NONCE)),
                    Change.without("nonce"),
                    new Change("azp", AGENT_CLIENT),
                    new Change("azp", List.of(BASE_CLIENT)),
                    new Change("scp", AgentTokens.SCOPE)),
            Kind.AGENT,
            List.of(
                    new Change("azp", STRANGER),
                    new Change("azp", BASE_CLIENT),
                    new Change("azp", List.of(AGENT_CLIENT)),
                    Change.without("azp"),
                    new Change("scp", "device.activate"),
                    new Change("scp", "Device.Activate.All"),
                    new Change("scp", "Device.Activate\tUser.Read"),
                    new Change("scp", ""),
                    new Change("scp", List.of(AgentTokens.SCOPE)),
                    Change.without("scp"),
                    new Change(
                            "the scope as a role",
                            claims -> claims.claim("scp", null).claim("roles", List.of(AgentTokens.SCOPE)))),
            Kind.OPERATOR,
            List.of(
                    new Change("roles", OperatorTokens.ROLE),
                    new Change("roles", List.of("operator.all")),
                    new Change("roles", List.of(OperatorTokens.ROLE + ".Read")),
                    new Change("roles", List.of()),
                    new Change("roles", Map.of(OperatorTokens.ROLE, true)),
                    Change.without("roles"),
                    new Change(
                            "the role as a scope",
                            claims -> claims.claim("roles", null).claim("scp", OperatorTokens.ROLE)),
                    new Change("azp", AGENT_CLIENT),
                    new Change("azp", ""),
                    Change.without("azp"),
                    new Change("nonce", NONCE)));

    static Stream<Arguments> changes() {
        return Stream.of(Kind.values())
                .flatMap(kind -> Stream.concat(FOR_ALL.stream(), FOR_ONE.getOrDefault(kind, List.of()).stream())
                        .map(change -> Arguments.of(kind, change)));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void claimsThatAreNotOurs(Kind kind, Change change) {
        bench.assertAccepted(kind, bench.honest(kind));
        bench.assertRefused(kind, bench.with(kind, change.by()));
    }

    @ParameterizedTest
    @EnumSource
    void aTokenOfAnotherKind(Kind kind) {
        for (Kind other : Kind.values()) {
            if (other != kind) {
                bench.assertRefused(kind, bench.honest(other));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void theConsumerTenantIsRefusedEvenWhereItsKeysAreKnown(Kind kind) {
        bench.keys.put(CONSUMERS, bench.keysOf(TENANT));
        String token =
                bench.with(kind, claims -> claims.claim("tid", CONSUMERS).issuer(LOGIN + "/" + CONSUMERS + "/v2.0"));
        bench.assertRefused(kind, token);
        assertThat(bench.fetches).isEmpty();
    }

    @Test
    void consumersAreRefusedByWhoeverAcceptsEveryTenant() {
        EntraTokens tokens =
                new EntraTokens(LOGIN, BASE_CLIENT, (tenantId, since) -> bench.keysOf(TENANT), bench.clock);
        JWTClaimsSet.Builder claims = bench.claims(Kind.ID).claim("tid", CONSUMERS);
        String token =
                FakeEntra.sign(claims.issuer(LOGIN + "/" + CONSUMERS + "/v2.0").build(), FakeEntra.KEY);
        assertThat(tokens.verify(token, tenantId -> true)).isEmpty();
        assertThat(tokens.verify(bench.honest(Kind.ID), tenantId -> true)).isPresent();
    }

    @ParameterizedTest
    @EnumSource
    void timesHoldWithTwoMinutesOfTolerance(Kind kind) {
        String token = bench.honest(kind);
        Instant expires = START.plusSeconds(3600);
        bench.clock.set(expires.plusSeconds(119));
        bench.assertAccepted(kind, token);
        bench.clock.set(expires.plusSeconds(120));
        bench.assertRefused(kind, token);
        bench.clock.set(START.minusSeconds(120));
        bench.assertAccepted(kind, token);
        bench.clock.set(START.minusSeconds(121));
        bench.assertRefused(kind, token);
        bench.clock.set(START);
        bench.assertAccepted(kind, bench.with(kind, claims -> claims.notBeforeTime(null)));
    }

    @ParameterizedTest
    @EnumSource
    void idsMayBeInUpperCase(Kind kind) {
        bench.assertAccepted(kind, bench.with(kind, claims -> claims.claim("oid", LENA.toUpperCase(Locale.ROOT))));
    }
}
