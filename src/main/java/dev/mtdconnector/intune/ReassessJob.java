package dev.mtdconnector.intune;

import dev.mtdconnector.connector.Connector;
import dev.mtdconnector.connector.ConnectorStore;
import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.DeviceStore;
import dev.mtdconnector.schedule.JobContext;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.Outcome;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.schedule.TenantJob;
import dev.mtdconnector.threat.Policies;
import dev.mtdconnector.threat.Policy;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * After a setting changed: marks every device of which Intune must now be told something else. Idempotent; devices that
 * are told the same as before are not written.
 */
public final class ReassessJob implements TenantJob {

    private static final int PAGE = 500;

    private final ConnectorStore connectors;
    private final DeviceStore devices;
    private final Outbox outbox;
    private final Policies policies;
    private final Schedule schedule;
    private final Clock clock;

    public ReassessJob(
            ConnectorStore connectors,
            DeviceStore devices,
            Outbox outbox,
            Policies policies,
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
        Optional<Connector> connector = connectors.find(tenantId);
        if (connector.isEmpty()) {
            return Outcome.obsolete();
        }
        mark(connector.get(), context);
        schedule.runNow(tenantId, JobKind.PUBLISH);
        return Outcome.finished();
    }

    /** Marks whoever has to be told something else under these settings. */
    void mark(Connector connector, JobContext context) {
        String tenantId = connector.tenantId();
        // A publisher that looked at a device by the settings before stores nothing after this; what it stored is seen.
        outbox.renewMarks(tenantId, context::checkpoint);
        Policy policy = policies.of(tenantId);
        @Nullable String cursor = null;
        do {
            DeviceStore.Page page = devices.list(tenantId, PAGE, cursor);
            List<String> concerned = new ArrayList<>();
            for (Device device : page.devices()) {
                Verdict verdict = Verdict.of(device, false, policy, connector, Elsewhere.NONE, clock.instant());
                if (verdict.kind() != Verdict.Kind.NOTHING || device.told().isKeptBack()) {
                    concerned.add(device.deviceId());
                }
            }
            outbox.mark(tenantId, concerned);
            context.checkpoint();
            cursor = page.next();
        } while (cursor != null);
    }
}
