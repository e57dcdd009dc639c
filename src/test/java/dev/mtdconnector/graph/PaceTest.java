package dev.mtdconnector.graph;

import static dev.mtdconnector.graph.GraphBench.CALLER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.tenant.Registration;
import dev.mtdconnector.testing.RecordingSleeper;
import dev.mtdconnector.testing.SettableClock;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PaceTest {

    private final SettableClock clock = new SettableClock(SettableClock.MORNING);
    private final RecordingSleeper sleeper = new RecordingSleeper(clock);
    private final Pace pace = new Pace(clock, sleeper);

    private static GraphCaller caller(int number) {
        return new GraphCaller(Registration.BASE, new UUID(1, number).toString());
    }

    @Test
    void aTenantOfWhomNothingWasToldDoesNotWait() {
        pace.told(CALLER, null);
        assertThat(pace.await(CALLER)).isZero();
        assertThat(sleeper.sleeps()).isEmpty();
        assertThat(pace.tenants()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"0.8, 100", "0.9, 550", "1.0, 1000", "1.8, 1000", "9999, 1000"})
    void theScarcerTheBudgetTheWiderTheSpace(String share, int millis) {
        pace.told(CALLER, share);
        assertThat(pace.await(CALLER)).isEqualTo(Duration.ofMillis(millis));
        assertThat(pace.await(CALLER)).isEqualTo(Duration.ofMillis(millis));
        assertThat(sleeper.total()).isEqualTo(Duration.ofMillis(2L * millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0.79", "NaN", "-1", "1e9", "much", "99999", "0x1p3"})
    void whatIsNoShareOfImportanceIsIgnored(String share) {
        pace.told(CALLER, share);
        assertThat(pace.await(CALLER)).isZero();
    }

    @Test
    void timeThatWentByAnywayIsNotWaitedForAgain() {
        pace.told(CALLER, "1.0");
        clock.advance(Duration.ofMillis(700));
        assertThat(pace.await(CALLER)).isEqualTo(Duration.ofMillis(300));
        clock.advance(Duration.ofMinutes(1));
        assertThat(pace.await(CALLER)).isZero();
    }

    @Test
    void theSpaceHalvesWhereGraphSaysNothingAndIsForgottenInTheEnd() {
        pace.told(CALLER, "1.2");
        pace.await(CALLER);
        pace.told(CALLER, null);
        assertThat(pace.await(CALLER)).isEqualTo(Duration.ofSeconds(1));
        assertThat(pace.await(CALLER)).isEqualTo(Duration.ofMillis(500));
        for (int i = 0; i < 6; i++) {
            pace.told(CALLER, null);
            pace.await(CALLER);
        }
        assertThat(pace.tenants()).isZero();
    }

    @Test
    void whatComesAfterARefusalComesOneByOne() {
        pace.refused(CALLER, Duration.ofSeconds(7));
        assertThat(pace.await(CALLER)).isEqualTo(Duration.ofSeconds(7));
        assertThat(pace.await(CALLER)).isEqualTo(Pace.WIDEST);
        assertThat(pace.await(CALLER)).isEqualTo(Pace.WIDEST);
    }

    @Test
    void aRefusalThatDoesNotSayHowLongIsFollowedByAPause() {
        pace.refused(CALLER, null);
        assertThat(pace.await(CALLER)).isEqualTo(Pace.WIDEST);
    }

    @Test
    void aWaitThatIsTooLongForARequestIsLeftToTheJob() {
        pace.refused(CALLER, Duration.ofSeconds(40));
        clock.advance(Duration.ofSeconds(10));
        UpstreamException failure = catchThrowableOfType(UpstreamException.class, () -> pace.await(CALLER));
        assertThat(failure.kind()).isEqualTo(UpstreamException.Kind.THROTTLED);
        assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(30));
        assertThat(sleeper.sleeps()).isEmpty();
        clock.advance(Duration.ofSeconds(30));
        assertThat(pace.await(CALLER)).isZero();
    }

    @Test
    void tenantsAndRegistrationsHaveBudgetsOfTheirOwn() {
        pace.refused(CALLER, Duration.ofSeconds(5));
        assertThat(pace.await(caller(1))).isZero();
        assertThat(pace.await(new GraphCaller(Registration.PARTNER, CALLER.tenantId())))
                .isZero();
        assertThat(pace.await(CALLER)).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void noMoreTenantsAreRememberedThanIsSaid() {
        for (int i = 0; i < Pace.MOST_TENANTS + 50; i++) {
            pace.refused(caller(i), null);
        }
        assertThat(pace.tenants()).isEqualTo(Pace.MOST_TENANTS);
        assertThat(pace.await(caller(0))).as("the one not heard of for longest").isZero();
        assertThat(pace.await(caller(Pace.MOST_TENANTS))).isPositive();
    }

    @Test
    void aThreadThatIsToStopDoesNotWait() {
        pace.told(CALLER, "1.0");
        Thread.currentThread().interrupt();
        UpstreamException failure = catchThrowableOfType(UpstreamException.class, () -> pace.await(CALLER));
        assertThat(failure.kind()).isEqualTo(UpstreamException.Kind.THROTTLED);
        assertThat(Thread.interrupted()).isTrue();
    }
}
