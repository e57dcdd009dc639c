package dev.mtdconnector.connector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.common.ErrorCode;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IntuneStatusTest {

    private static final Instant BEAT = Instant.parse("2026-11-21T09:00:00Z");
    private static final Duration TOLERANCE = Duration.ofMinutes(20);

    private static IntuneStatus shown(String state, @Nullable Instant lastHeartbeat) {
        return new IntuneStatus(state, lastHeartbeat, 7, true, false);
    }

    @ParameterizedTest
    @CsvSource({
        "unavailable, Unavailable, INTUNE_SHOWS_UNAVAILABLE",
        "notSetUp, Not set up, INTUNE_SHOWS_NOT_SET_UP",
        "NOTSETUP, Not set up, INTUNE_SHOWS_NOT_SET_UP",
        "available, Available,",
        "enabled, Enabled,",
        "unresponsive, Unresponsive, INTUNE_SHOWS_UNRESPONSIVE",
        "error, Error, INTUNE_SHOWS_ERROR",
        "unknownFutureValue, unknownFutureValue,",
        "quarantined, quarantined,"
    })
    void eachStatusHasIntunesTitleAndDiffersOrNot(String state, String title, @Nullable ErrorCode difference) {
        IntuneStatus status = shown(state, BEAT);
        assertThat(status.title()).isEqualTo(title);
        assertThat(status.difference(BEAT, TOLERANCE).orElse(null)).isEqualTo(difference);
        if (difference != null) {
            assertThat(status.remedy()).contains(difference.remedy());
        }
    }

    @Test
    void onlyAConnectorWithoutPlatformsAsksForOneToBeSwitchedOn() {
        assertThat(shown("available", BEAT).remedy().orElseThrow()).contains("Switch at least one platform on");
        assertThat(shown("enabled", BEAT).remedy()).isEmpty();
        assertThat(shown("quarantined", BEAT).remedy()).isEmpty();
    }

    @Test
    void aLastHeartbeatThatIsOlderThanOursByMoreThanTheToleranceWasNotPutDown() {
        assertThat(shown("enabled", BEAT.minus(TOLERANCE)).difference(BEAT, TOLERANCE))
                .isEmpty();
        assertThat(shown("enabled", BEAT.minus(TOLERANCE).minusSeconds(1)).difference(BEAT, TOLERANCE))
                .contains(ErrorCode.INTUNE_BEATS_UNSEEN);
        assertThat(shown("enabled", null).difference(BEAT, TOLERANCE)).contains(ErrorCode.INTUNE_BEATS_UNSEEN);
        assertThat(shown("enabled", BEAT.plusSeconds(9000)).difference(BEAT, TOLERANCE))
                .isEmpty();
    }

    @Test
    void aConnectorThatIsNotListedDiffers() {
        assertThat(IntuneStatus.NOT_LISTED.title()).isEqualTo("Not listed");
        assertThat(IntuneStatus.NOT_LISTED.difference(BEAT, TOLERANCE)).contains(ErrorCode.INTUNE_NOT_LISTED);
        assertThat(IntuneStatus.NOT_LISTED.remedy()).contains(ErrorCode.INTUNE_NOT_LISTED.remedy());
    }
}
