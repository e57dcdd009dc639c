package dev.mtdconnector.signin;

import static dev.mtdconnector.signin.TokenBench.STRANGER;
import static dev.mtdconnector.testing.TestApp.BASE_CLIENT;
import static dev.mtdconnector.testing.TestApp.LENA;
import static dev.mtdconnector.testing.TestApp.LOGIN;
import static dev.mtdconnector.testing.TestApp.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.signin.TokenBench.Kind;
import dev.mtdconnector.testing.FakeEntra;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What hostile tokens get, {@link ForgedTokensTest} and {@link UnsuitableTokensTest} show. */
class OperatorTokensTest {

    private final TokenBench bench = new TokenBench();

    @Test
    void whoHasTheRoleIsTheOperatorUnderTheirObjectId() {
        assertThat(bench.operatorTokens.verify(bench.honest(Kind.OPERATOR))).isEqualTo(new Caller.Operator(LENA));
    }

    @Test
    void aPersonsTokenHasAScopeAndMayHaveOtherRoles() {
        String token = bench.with(
                Kind.OPERATOR,
                claims -> claims.claim("scp", "access").claim("roles", List.of("X", OperatorTokens.ROLE)));
        assertThat(bench.operatorTokens.verify(token)).isEqualTo(new Caller.Operator(LENA));
    }

    @Test
    void whoLetAnAppActivateDevicesDidNotLetItOperate() {
        String token = bench.with(Kind.OPERATOR, claims -> claims.claim("scp", AgentTokens.SCOPE));
        assertRefused(bench.operatorTokens, token);
    }

    @Test
    void theSameRoleInAnotherDirectoryIsWorthNothing() {
        String token = FakeEntra.sign(
                bench.claims(Kind.OPERATOR)
                        .claim("tid", STRANGER)
                        .issuer(LOGIN + "/" + STRANGER + "/v2.0")
                        .build(),
                FakeEntra.NEXT_KEY);
        assertRefused(bench.operatorTokens, token);
        assertThat(bench.fetches).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", STRANGER})
    void withoutAHomeDirectoryNoTokenMakesAnOperator(String home) {
        EntraTokens tokens = new EntraTokens(LOGIN, BASE_CLIENT, (id, since) -> bench.keysOf(TENANT), bench.clock);
        OperatorTokens elsewhere = new OperatorTokens(tokens, home, Set.of());
        assertRefused(elsewhere, bench.honest(Kind.OPERATOR));
        assertRefused(elsewhere, bench.with(Kind.OPERATOR, claims -> claims.claim("tid", "")));
    }

    private static void assertRefused(OperatorTokens tokens, String token) {
        AppException e = catchThrowableOfType(AppException.class, () -> tokens.verify(token));
        assertThat(e.code()).isEqualTo(ErrorCode.IDENTITY_REQUIRED);
    }
}
