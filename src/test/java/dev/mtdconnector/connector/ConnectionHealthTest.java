package dev.mtdconnector.connector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.connector.ConnectionHealth.Alarm;
import dev.mtdconnector.connector.ConnectionHealth.Signs;
import dev.mtdconnector.connector.ConnectionHealth.State;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a connection's health follows from: single cases, and any signs against a plain model of the rules. */
class ConnectionHealthTest {

    private static final Instant CREATED = Instant.parse("2026-11-21T09:00:00Z");

    private static Signs signs(int interval, int days, @Nullable Instant lastBeat, @Nullable Instant failingSince) {
        return new Signs(Duration.ofMinutes(interval), days, false, false, CREATED, lastBeat, failingSince, null, null);
    }

    private static ConnectionHealth after(Signs signs, Duration time) {
        return ConnectionHealth.of(signs, CREATED.plus(time));
    }

    @ParameterizedTest
    @CsvSource({
        // interval, threshold in days, silent for seconds, state, alarm
        "10, 7, 0, HEALTHY, NONE",
        "10, 7, 1199, HEALTHY, NONE",
        "10, 7, 1200, LATE, NONE",
        "10, 7, 1799, LATE, NONE",
        "10, 7, 1800, LATE, RAISED",
        "10, 7, 201599, LATE, RAISED",
        "10, 7, 201600, LATE, ESCALATED",
        "1, 7, 120, LATE, NONE",
        "1, 7, 1799, LATE, NONE",
        "1, 7, 1800, LATE, RAISED",
        "60, 7, 10799, LATE, NONE",
        "60, 7, 10800, LATE, RAISED",
        "10, 1, 28799, LATE, RAISED",
        "10, 1, 28800, LATE, ESCALATED",
        "10, 30, 863999, LATE, RAISED",
        "10, 30, 864000, LATE, ESCALATED"
    })
    void silenceIsLateThenAlarmingThenEscalated(int interval, int days, long seconds, State state, Alarm alarm) {
        ConnectionHealth health = after(signs(interval, days, CREATED, null), Duration.ofSeconds(seconds));
        assertThat(health.state()).isEqualTo(state);
        assertThat(health.alarm()).isEqualTo(alarm);
        assertThat(health.since()).isEqualTo(state == State.LATE ? CREATED : null);
    }

    @Test
    void whatFailsIsFailingSinceItsFirstFailureHoweverLate() {
        Instant failed = CREATED.plusSeconds(600);
        assertThat(after(signs(10, 7, CREATED, failed), Duration.ofMinutes(11)))
                .returns(State.FAILING, ConnectionHealth::state)
                .returns(failed, ConnectionHealth::since)
                .returns(Alarm.NONE, ConnectionHealth::alarm);
        assertThat(after(signs(10, 7, CREATED, failed), Duration.ofMinutes(40)))
                .returns(State.FAILING, ConnectionHealth::state)
                .returns(failed, ConnectionHealth::since)
                .returns(Alarm.RAISED, ConnectionHealth::alarm);
    }

    @Test
    void beforeItsFirstBeatAConnectionStartsAndIsLateLikeAnyOther() {
        Signs never = signs(10, 7, null, null);
        assertThat(after(never, Duration.ofMinutes(19)).state()).isEqualTo(State.STARTING);
        assertThat(after(never, Duration.ofMinutes(20)).state()).isEqualTo(State.LATE);
        assertThat(after(never, Duration.ofMinutes(30)).alarm()).isEqualTo(Alarm.RAISED);
    }

    @Test
    void whoeverIsExcusedRaisesNoAlarm() {
        Signs suspended = new Signs(Duration.ofMinutes(10), 7, true, true, CREATED, CREATED, CREATED, null, null);
        assertThat(after(suspended, Duration.ofDays(30)))
                .returns(State.SUSPENDED, ConnectionHealth::state)
                .returns(Alarm.NONE, ConnectionHealth::alarm);
        Signs waiting = new Signs(Duration.ofMinutes(10), 7, false, true, CREATED, CREATED, null, null, null);
        assertThat(after(waiting, Duration.ofDays(30)))
                .returns(State.WAITING_FOR_CONSENT, ConnectionHealth::state)
                .returns(Alarm.NONE, ConnectionHealth::alarm);
    }

    @Test
    void silenceCountsFromWhenBeatsCanBeExpectedAgain() {
        Instant resumed = CREATED.plus(Duration.ofDays(3));
        Signs signs = new Signs(Duration.ofMinutes(10), 7, false, false, resumed, CREATED, null, null, null);
        assertThat(ConnectionHealth.of(signs, resumed.plusSeconds(60)).state()).isEqualTo(State.HEALTHY);
        assertThat(ConnectionHealth.of(signs, resumed.plusSeconds(1800)).alarm())
                .isEqualTo(Alarm.RAISED);
    }

    @Test
    void whatIntuneShowsOtherwiseCountsOnceItLastsForTwoIntervalsAndWhileBeatsGoWell() {
        Instant seen = CREATED.plusSeconds(60);
        Signs healthy = new Signs(
                Duration.ofMinutes(10),
                7,
                false,
                false,
                CREATED,
                CREATED.plusSeconds(1200),
                null,
                ErrorCode.INTUNE_SHOWS_ERROR,
                seen);
        ConnectionHealth before = ConnectionHealth.of(healthy, seen.plusSeconds(1199));
        assertThat(before.difference()).isNull();
        assertThat(before.changesAt()).isEqualTo(seen.plusSeconds(1200));
        assertThat(ConnectionHealth.of(healthy, seen.plusSeconds(1200)).difference())
                .isEqualTo(ErrorCode.INTUNE_SHOWS_ERROR);
        Signs failing = new Signs(
                Duration.ofMinutes(10),
                7,
                false,
                false,
                CREATED,
                CREATED.plusSeconds(1200),
                seen,
                ErrorCode.INTUNE_SHOWS_ERROR,
                seen);
        assertThat(ConnectionHealth.of(failing, seen.plusSeconds(1200)).difference())
                .isNull();
    }

    /** The rules as they are told in docs/heartbeat.md, in seconds. */
    private static Alarm told(Signs signs, Instant now) {
        if (signs.isSuspended() || signs.isWaiting()) {
            return Alarm.NONE;
        }
        long lastBeat =
                signs.lastBeatAt() == null ? Long.MIN_VALUE : signs.lastBeatAt().getEpochSecond();
        long silent =
                now.getEpochSecond() - Math.max(lastBeat, signs.expectedSince().getEpochSecond());
        long alarm = Math.max(3 * signs.interval().toSeconds(), 30 * 60);
        long escalation = Math.max(signs.thresholdDays() * 86_400L / 3, alarm);
        return silent < alarm ? Alarm.NONE : silent < escalation ? Alarm.RAISED : Alarm.ESCALATED;
    }

    @Test
    void anySignsComeToWhatTheRulesSayAndNothingChangesBeforeItIsSaid() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            String where = "seed " + seed + ", round " + round;
            Signs signs = any(random);
            Instant now = CREATED.plusSeconds(random.nextInt(1_000_000));
            ConnectionHealth health = ConnectionHealth.of(signs, now);
            assertThat(health.alarm()).as(where).isEqualTo(told(signs, now));
            assertThat(health.changesAt()).as(where).isAfter(now);
            assertThat((health.since() != null))
                    .as(where)
                    .isEqualTo(health.state() == State.FAILING || health.state() == State.LATE);
            assertThat(health.difference() == null || health.state() == State.HEALTHY)
                    .as(where)
                    .isTrue();

            // Time alone makes it only louder, and not before the time that was named.
            Instant just = health.changesAt().minusSeconds(1);
            ConnectionHealth later = ConnectionHealth.of(signs, just.isBefore(now) ? now : just);
            assertThat(later.alarm()).as(where).isEqualTo(health.alarm());
            ConnectionHealth changed = ConnectionHealth.of(signs, health.changesAt());
            assertThat(changed.alarm()).as(where).isGreaterThanOrEqualTo(health.alarm());
            boolean isSettled = health.alarm() == Alarm.ESCALATED || signs.isSuspended() || signs.isWaiting();
            boolean isLouder = changed.alarm() != health.alarm();
            boolean isDifferent = changed.difference() != null && health.difference() == null;
            assertThat(isSettled || isLouder || isDifferent || changed.state() != State.HEALTHY)
                    .as(where)
                    .isTrue();
        }
    }

    private static Signs any(Random random) {
        boolean isDifferent = random.nextInt(3) == 0;
        return new Signs(
                Duration.ofMinutes(1 + random.nextInt(60)),
                1 + random.nextInt(30),
                random.nextInt(10) == 0,
                random.nextInt(10) == 0,
                CREATED.plusSeconds(random.nextInt(100_000)),
                random.nextInt(5) == 0 ? null : CREATED.plusSeconds(random.nextInt(1_000_000)),
                random.nextInt(4) == 0 ? CREATED.plusSeconds(random.nextInt(1_000_000)) : null,
                isDifferent ? ErrorCode.INTUNE_SHOWS_ERROR : null,
                isDifferent ? CREATED.plusSeconds(random.nextInt(1_000_000)) : null);
    }
}
