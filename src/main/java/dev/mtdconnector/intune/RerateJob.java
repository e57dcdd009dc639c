package dev.mtdconnector.intune;

import dev.mtdconnector.connector.Connector;
import dev.mtdconnector.connector.ConnectorStore;
import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.DeviceStore;
import dev.mtdconnector.device.DeviceStore.Exposed;
import dev.mtdconnector.schedule.JobContext;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.Outcome;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.schedule.TenantJob;
import dev.mtdconnector.threat.Exposure;
import dev.mtdconnector.threat.Policy;
import dev.mtdconnector.threat.PolicyStore;
import dev.mtdconnector.threat.Rerating;
import dev.mtdconnector.threat.RiskLevel;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * After the policy changed: marks every device of which Intune must now be told something else, and says how far it got.
 *
 * <p>Looks only at devices with open threats, and reads of them only those whose level differs between the latest version
 * and any that may have been published by since the last time all were looked through: a version that was overtaken half way
 * has left its traces. A run that was cut off goes on after the last page that was noted; a version that comes in the
 * middle starts over.
 */
public final class RerateJob implements TenantJob {

    /** Devices after which the progress is noted. */
    static final int PAGE = 500;

    /** After this time a run goes on in another message. */
    private static final Duration SLICE = Duration.ofMinutes(3);

    private static final int VERSIONS_AT_ONCE = 100;

    private final ConnectorStore connectors;
    private final DeviceStore devices;
    private final Outbox outbox;
    private final PolicyStore policies;
    private final Schedule schedule;
    private final Clock clock;

    public RerateJob(
            ConnectorStore connectors,
            DeviceStore devices,
            Outbox outbox,
            PolicyStore policies,
            Schedule schedule,
            Clock clock) {
        this.connectors = connectors;
        this.devices = devices;
        this.outbox = outbox;
        this.policies = policies;
        this.schedule = schedule;
        this.clock = clock;
    }

    @Override
    public Outcome run(String tenantId, JobContext context) {
        Policy policy = policies.of(tenantId);
        Optional<Rerating> stored = policies.rerating(tenantId);
        Rerating rerating = stored.orElseGet(() -> Rerating.first(policy.version(), clock.instant()));
        if (rerating.version() != policy.version()) {
            rerating = rerating.restarted(policy.version(), clock.instant());
        }
        if (rerating.isFinished() || policy.version() == 0) {
            return Outcome.finished();
        }
        List<Policy> earlier = earlier(tenantId, rerating);
        @Nullable Connector connector = connectors.find(tenantId).orElse(null);
        Instant end = clock.instant().plus(SLICE);
        do {
            DeviceStore.ExposedPage page = devices.exposed(tenantId, PAGE, rerating.cursor());
            int changed = 0;
            boolean isAnyMarked = false;
            for (Exposed one : page.devices()) {
                context.checkpoint();
                RiskLevel level = policy.levelOf(one.exposure());
                if (earlier.get(0).levelOf(one.exposure()) != level) {
                    changed++;
                }
                if (isAnyOther(level, one.exposure(), earlier)) {
                    isAnyMarked |= mark(tenantId, one.deviceId(), policy, connector);
                }
            }
            if (isAnyMarked) {
                schedule.runNow(tenantId, JobKind.PUBLISH);
            }
            Optional<Rerating> noted = policies.save(
                    tenantId,
                    rerating.after(
                            page.next(), page.devices().size(), changed, page.next() == null ? clock.instant() : null));
            if (noted.isEmpty()) {
                // Another run was here, by a lease that this one had lost or that one has: what is stored decides.
                return Outcome.again(Duration.ZERO);
            }
            rerating = noted.get();
        } while (!rerating.isFinished()
                && clock.instant().isBefore(end)
                && policies.of(tenantId).version() == policy.version());
        return rerating.isFinished() ? Outcome.finished() : Outcome.again(Duration.ZERO);
    }

    /** The versions by which devices may have been published, the oldest first. */
    private List<Policy> earlier(String tenantId, Rerating rerating) {
        List<Policy> earlier = new ArrayList<>();
        for (int below = rerating.version(); below > Math.max(rerating.from(), 1); ) {
            int limit = Math.min(below - rerating.from(), VERSIONS_AT_ONCE);
            List<Policy> some = policies.versions(tenantId, below, limit);
            earlier.addAll(some);
            below = some.get(some.size() - 1).version();
        }
        if (rerating.from() == 0) {
            earlier.add(Policy.DEFAULT);
        }
        Collections.reverse(earlier);
        return earlier;
    }

    private static boolean isAnyOther(RiskLevel level, Exposure exposure, List<Policy> policies) {
        return policies.stream().anyMatch(policy -> policy.levelOf(exposure) != level);
    }

    /**
     * Marks the device if Intune must be told something else of it. One that is marked is marked again, and whether it is
     * is read before the device: so a publisher that looked at it by the policy before can no longer store what it found,
     * or has stored it in what is read here.
     */
    private boolean mark(String tenantId, String deviceId, Policy policy, @Nullable Connector connector) {
        if (connector == null) {
            return false;
        }
        boolean isMarked = devices.isOutstanding(tenantId, deviceId);
        Optional<Device> device = devices.find(tenantId, deviceId);
        if (device.isEmpty()) {
            return false;
        }
        Verdict verdict = Verdict.of(device.get(), false, policy, connector, Elsewhere.NONE, clock.instant());
        boolean isTold =
                verdict.kind() == Verdict.Kind.NOTHING && !device.get().told().isKeptBack();
        if (isTold && !isMarked) {
            return false;
        }
        outbox.mark(tenantId, deviceId);
        return true;
    }
}
