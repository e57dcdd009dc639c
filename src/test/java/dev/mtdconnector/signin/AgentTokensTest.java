package dev.mtdconnector.signin;

import static dev.mtdconnector.testing.TestApp.AGENT_CLIENT;
import static dev.mtdconnector.testing.TestApp.BASE_CLIENT;
import static dev.mtdconnector.testing.TestApp.LENA;
import static dev.mtdconnector.testing.TestApp.LOGIN;
import static dev.mtdconnector.testing.TestApp.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.testing.FakeEntra;
import dev.mtdconnector.testing.SettableClock;
import dev.mtdconnector.testing.TestApp;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What hostile tokens get, {@link ForgedTokensTest} and {@link UnsuitableTokensTest} show. */
class AgentTokensTest {

    private static final String STRANGER = "11111111-2222-4333-8444-555555555555";

    private final SettableClock clock = new SettableClock(TestApp.START);
    private final FakeEntra entra = new FakeEntra(clock);
    private final AgentTokens tokens =
            new AgentTokens(new EntraTokens(LOGIN, BASE_CLIENT, entra, clock), Set.of(AGENT_CLIENT), TENANT::equals);

    @Test
    void aTokenOfTheAgentAppNamesItsUser() {
        assertThat(tokens.verify(entra.token(TENANT, LENA))).isEqualTo(new Caller.EntraUser(TENANT, LENA));
        assertThat(entra.fetches()).containsExactly(Instant.EPOCH);
    }

    @Test
    void ourScopeMayStandAmongOthersAndIdsInUpperCase() {
        String token = FakeEntra.sign(
                entra.claims(TENANT, LENA)
                        .claim("scp", "openid Device.Activate profile")
                        .claim("oid", LENA.toUpperCase(Locale.ROOT))
                        .build(),
                FakeEntra.KEY);
        assertThat(tokens.verify(token)).isEqualTo(new Caller.EntraUser(TENANT, LENA));
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
    void keysThatCannotBeHadAreNotTheCallersFault() {
        entra.failWith(
                new UpstreamException(UpstreamException.Service.LOGIN, UpstreamException.Kind.UNAVAILABLE, "down"));
        assertThatThrownBy(() -> tokens.verify(entra.token(TENANT, LENA)))
                .isInstanceOfSatisfying(
                        AppException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DIRECTORY_UNAVAILABLE));
    }

    private void assertRefused(String token) {
        AppException e = catchThrowableOfType(AppException.class, () -> tokens.verify(token));
        assertThat(e.code()).isEqualTo(ErrorCode.IDENTITY_REQUIRED);
    }
}
