package dev.mtdconnector.connector;

import dev.mtdconnector.common.ErrorCode;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a tenant's connection to its target is, in the words that people use. Follows from what it is given, and from nothing
 * else.
 *
 * @param since since when it is so, for a state that has a beginning: of a late one when the last beat was acknowledged or
 *     expected, of a failing one when it first failed; null otherwise
 * @param alarm whether somebody has to be told
 * @param difference what Intune shows for long enough otherwise than we know it; null for nothing
 * @param changesAt when the alarm changes at the latest if nothing else happens; never before the time of the question
 */
public record ConnectionHealth(
        State state,
        @Nullable Instant since,
        Alarm alarm,
        @Nullable ErrorCode difference,
        Instant changesAt) {

    /** Intune's own default of {@code partnerUnresponsivenessThresholdInDays}, for whom nobody read another. */
    public static final int DEFAULT_THRESHOLD_DAYS = 7;

    /** No alarm is raised before this, however short the interval. */
    static final Duration LEAST_ALARM = Duration.ofMinutes(30);

    private static final int LATE_INTERVALS = 2;
    private static final int ALARM_INTERVALS = 3;
    private static final int ESCALATION_SHARE = 3;

    /** Where a connection stands. */
    public enum State {
        /** The tenant is not served, because somebody wanted that. */
        SUSPENDED,
        /** Nothing can be done until an administrator grants what is needed. */
        WAITING_FOR_CONSENT,
        /** The last beat was not acknowledged. */
        FAILING,
        /** None was acknowledged for two intervals, and none failed: jobs do not run. */
        LATE,
        /** Before the first beat. */
        STARTING,
        HEALTHY;

        /** The word of the API. */
        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** How loud a silence is. */
    public enum Alarm {
        NONE(null),
        /** Nothing was acknowledged for three intervals, and for no less than half an hour. */
        RAISED(ErrorCode.HEARTBEAT_SILENT),
        /** A third of the time is over after which Intune calls a partner unresponsive. */
        ESCALATED(ErrorCode.HEARTBEAT_ESCALATED);

        private final @Nullable ErrorCode code;

        Alarm(@Nullable ErrorCode code) {
            this.code = code;
        }

        public Optional<ErrorCode> code() {
            return Optional.ofNullable(code);
        }
    }

    /**
     * What is known of a connection.
     *
     * @param interval between two beats
     * @param thresholdDays after which Intune calls a silent partner unresponsive, 1 or more
     * @param isSuspended whether the tenant is not served
     * @param isWaiting whether the beat waits for a consent
     * @param expectedSince from when on beats can be expected
     * @param lastBeatAt the last that was acknowledged; null for none
     * @param failingSince when beats began to fail; null while they do not
     * @param difference what Intune showed otherwise when it was last asked; null for nothing, or when it was not asked
     * @param differentSince since when it shows that
     */
    public record Signs(
            Duration interval,
            int thresholdDays,
            boolean isSuspended,
            boolean isWaiting,
            Instant expectedSince,
            @Nullable Instant lastBeatAt,
            @Nullable Instant failingSince,
            @Nullable ErrorCode difference,
            @Nullable Instant differentSince) {

        Duration lateAfter() {
            return interval.multipliedBy(LATE_INTERVALS);
        }

        Duration alarmAfter() {
            return longer(interval.multipliedBy(ALARM_INTERVALS), LEAST_ALARM);
        }

        Duration escalatedAfter() {
            return longer(Duration.ofDays(thresholdDays).dividedBy(ESCALATION_SHARE), alarmAfter());
        }

        private static Duration longer(Duration a, Duration b) {
            return a.compareTo(b) > 0 ? a : b;
        }

        /** From when on silence counts. */
        Instant silentSince() {
            return lastBeatAt != null && lastBeatAt.isAfter(expectedSince) ? lastBeatAt : expectedSince;
        }

        private boolean isExcused() {
            return isSuspended || isWaiting;
        }

        private boolean isOver(Duration time, Instant now) {
            return !silentSince().plus(time).isAfter(now);
        }

        private State state(Instant now) {
            if (isSuspended) {
                return State.SUSPENDED;
            }
            if (isWaiting) {
                return State.WAITING_FOR_CONSENT;
            }
            if (failingSince != null) {
                return State.FAILING;
            }
            if (isOver(lateAfter(), now)) {
                return State.LATE;
            }
            return lastBeatAt == null ? State.STARTING : State.HEALTHY;
        }

        private Alarm alarm(Instant now) {
            if (isExcused() || !isOver(alarmAfter(), now)) {
                return Alarm.NONE;
            }
            return isOver(escalatedAfter(), now) ? Alarm.ESCALATED : Alarm.RAISED;
        }
    }

    public static ConnectionHealth of(Signs signs, Instant now) {
        State state = signs.state(now);
        Instant since = switch (state) {
            case FAILING -> signs.failingSince();
            case LATE -> signs.silentSince();
            default -> null;
        };
        Alarm alarm = signs.alarm(now);
        // While we fail ourselves, Intune only says the same.
        boolean isComparable = state == State.HEALTHY && signs.difference() != null;
        Instant differentSince = signs.differentSince();
        Instant provenAt = isComparable && differentSince != null ? differentSince.plus(signs.lateAfter()) : null;
        boolean isProven = provenAt != null && !provenAt.isAfter(now);
        Instant changesAt = changesAt(signs, alarm, now);
        if (provenAt != null && !isProven && provenAt.isBefore(changesAt)) {
            changesAt = provenAt;
        }
        return new ConnectionHealth(state, since, alarm, isProven ? signs.difference() : null, changesAt);
    }

    private static Instant changesAt(Signs signs, Alarm alarm, Instant now) {
        if (signs.isExcused() || alarm == Alarm.ESCALATED) {
            // Nothing comes of silence any more, or before it begins anew.
            return now.plus(signs.alarmAfter());
        }
        Duration next = alarm == Alarm.RAISED ? signs.escalatedAfter() : signs.alarmAfter();
        return signs.silentSince().plus(next);
    }
}
