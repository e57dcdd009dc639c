package dev.mtdconnector.threat;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.Schedule;
import java.time.Clock;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Changes a tenant's policy, and has the devices re-rated that it concerns. What changes neither a level nor the rule makes no version.
 *
 * <p>The job is scheduled before the change is stored and started after it, so a crash in between leaves a change that is
 * carried out within a minute.
 */
public final class PolicySettings {

    private final PolicyStore store;
    private final Exposures exposures;
    private final Schedule schedule;
    private final Clock clock;

    public PolicySettings(PolicyStore store, Exposures exposures, Schedule schedule, Clock clock) {
        this.store = store;
        this.exposures = exposures;
        this.schedule = schedule;
        this.clock = clock;
    }

    /**
     * A change of the policy.
     *
     * @param rule the rule from then on; null leaves it as it is
     * @param levels of the classifications that are to change; the others stay
     */
    public record Change(@Nullable Rule rule, Map<Classification, RiskLevel> levels) {

        private Policy on(Policy before, Instant at, String actor) {
            return before.with(rule == null ? before.rule() : rule, levels, at, actor);
        }
    }

    /**
     * @param actor who changes it
     * @return the policy afterwards
     * @throws AppException STATE_CHANGED when the policy is of another version by now
     */
    public Policy change(String tenantId, int expectedVersion, Change change, String actor) {
        Policy before = expected(tenantId, expectedVersion);
        Policy after = change.on(before, clock.instant(), actor);
        if (after.isSameAs(before)) {
            return before;
        }
        schedule.ensure(tenantId, JobKind.RERATE, Schedule.SAFETY_DELAY);
        if (!store.add(tenantId, after)) {
            throw overtaken(store.of(tenantId));
        }
        schedule.runNow(tenantId, JobKind.RERATE);
        return after;
    }

    /**
     * What such a change would do, by reading the devices with open threats.
     *
     * @return how many of them go from what level to what level; every pair of levels is there
     * @throws AppException STATE_CHANGED when the policy is of another version by now
     */
    public Map<RiskLevel, Map<RiskLevel, Integer>> preview(String tenantId, int expectedVersion, Change change) {
        Policy before = expected(tenantId, expectedVersion);
        Policy after = change.on(before, clock.instant(), "");
        Map<RiskLevel, Map<RiskLevel, Integer>> devices = new EnumMap<>(RiskLevel.class);
        for (RiskLevel from : RiskLevel.values()) {
            Map<RiskLevel, Integer> row = new EnumMap<>(RiskLevel.class);
            for (RiskLevel to : RiskLevel.values()) {
                row.put(to, 0);
            }
            devices.put(from, row);
        }
        exposures.each(
                tenantId,
                (deviceId, exposure) -> devices.getOrDefault(before.levelOf(exposure), Map.of())
                        .merge(after.levelOf(exposure), 1, Integer::sum));
        return Collections.unmodifiableMap(devices);
    }

    private Policy expected(String tenantId, int expectedVersion) {
        Policy policy = store.of(tenantId);
        if (policy.version() != expectedVersion) {
            throw overtaken(policy);
        }
        return policy;
    }

    private static AppException overtaken(Policy current) {
        return AppException.with(
                ErrorCode.STATE_CHANGED,
                "The policy is of version " + current.version() + " by now: look at it again.",
                Map.of("version", current.version()));
    }
}
