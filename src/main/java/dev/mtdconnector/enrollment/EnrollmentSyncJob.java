package dev.mtdconnector.enrollment;

import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.connector.Connector;
import dev.mtdconnector.connector.Connector.EnrollmentGroup;
import dev.mtdconnector.connector.ConnectorStore;
import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.Device.DirectoryFacts;
import dev.mtdconnector.device.DeviceStore;
import dev.mtdconnector.device.Latecomers;
import dev.mtdconnector.device.Platform;
import dev.mtdconnector.device.UnsupportedDevices;
import dev.mtdconnector.device.UnsupportedDevices.Unsupported;
import dev.mtdconnector.enrollment.Directory.OwnedDevice;
import dev.mtdconnector.schedule.JobContext;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.Outcome;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.schedule.TenantJob;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Brings the devices of the enrollment groups' users into scope, as pending.
 *
 * <p>Reads everything before it writes anything: an answer that fails half-way changes nothing. Devices that did not
 * change are not written. A device whose user left every group is counted and otherwise left alone: nothing is ever
 * removed by this job.
 */
public final class EnrollmentSyncJob implements TenantJob {

    private static final int PAGE = 500;

    private final ConnectorStore connectors;
    private final Directory directory;
    private final SupportRules supportRules;
    private final DeviceStore devices;
    private final UnsupportedDevices unsupported;
    private final Latecomers latecomers;
    private final Schedule schedule;
    private final SyncRunStore runs;
    private final Clock clock;

    public EnrollmentSyncJob(
            ConnectorStore connectors,
            Directory directory,
            SupportRules supportRules,
            DeviceStore devices,
            UnsupportedDevices unsupported,
            Latecomers latecomers,
            Schedule schedule,
            SyncRunStore runs,
            Clock clock) {
        this.connectors = connectors;
        this.directory = directory;
        this.supportRules = supportRules;
        this.devices = devices;
        this.unsupported = unsupported;
        this.latecomers = latecomers;
        this.schedule = schedule;
        this.runs = runs;
        this.clock = clock;
    }

    @Override
    public Outcome run(String tenantId, JobContext context) {
        Optional<Connector> connector = connectors.find(tenantId);
        if (connector.isEmpty() || connector.get().groups().isEmpty()) {
            return Outcome.obsolete();
        }
        Set<String> users = new TreeSet<>();
        for (EnrollmentGroup group : connector.get().groups()) {
            try {
                users.addAll(directory.users(tenantId, group.id()));
            } catch (UpstreamException e) {
                if (e.kind() == UpstreamException.Kind.NOT_FOUND) {
                    return Outcome.failed(
                            ErrorCode.ENROLLMENT_GROUP_GONE, "The group " + group.id() + " does not exist any more");
                }
                throw e;
            }
            context.checkpoint();
        }
        Map<String, OwnedDevice> found = new HashMap<>();
        directory.devicesOf(tenantId, users, device -> {
            // Of two owners always the same one, or the device would change at every sync.
            found.merge(device.deviceId(), device, (a, b) -> a.userId().compareTo(b.userId()) <= 0 ? a : b);
            context.checkpoint();
        });
        SyncRun run = apply(tenantId, found, context);
        if (!sameResult(runs.last(tenantId), run)) {
            runs.save(tenantId, run);
        }
        return Outcome.finished();
    }

    private SyncRun apply(String tenantId, Map<String, OwnedDevice> found, JobContext context) {
        Map<String, OwnedDevice> fresh = new HashMap<>(found);
        int changed = 0;
        int unchanged = 0;
        int left = 0;
        @Nullable String cursor = null;
        do {
            DeviceStore.Page page = devices.list(tenantId, PAGE, cursor);
            for (Device device : page.devices()) {
                OwnedDevice now = fresh.remove(device.deviceId());
                Optional<DirectoryFacts> facts = now == null ? Optional.empty() : factsOf(now);
                if (now == null) {
                    left++;
                } else if (facts.isEmpty() || facts.get().equals(device.facts())) {
                    unchanged++;
                } else {
                    devices.change(tenantId, device.deviceId(), known -> known.withFacts(facts.get()));
                    changed++;
                }
                context.checkpoint();
            }
            cursor = page.next();
        } while (cursor != null);
        Map<String, Unsupported> listed = new HashMap<>();
        unsupported.list(tenantId, Integer.MAX_VALUE).forEach(device -> listed.put(device.deviceId(), device));
        List<Device> added = new ArrayList<>();
        int unsupportedCount = 0;
        for (OwnedDevice device : fresh.values()) {
            Optional<DirectoryFacts> facts = factsOf(device);
            Optional<String> reason = supportRules.unsupportedReason(device);
            if (facts.isPresent() && reason.isEmpty()) {
                added.add(Device.pending(facts.get()));
            } else {
                Unsupported leftOut = unsupported(device, reason.orElse("platform"));
                if (!leftOut.equals(listed.remove(device.deviceId()))) {
                    unsupported.save(tenantId, leftOut);
                }
                unsupportedCount++;
            }
            context.checkpoint();
        }
        int addedCount = devices.add(tenantId, added);
        for (String deviceId : listed.keySet()) {
            unsupported.remove(tenantId, deviceId);
            context.checkpoint();
        }
        releaseEvents(tenantId, added, context);
        return new SyncRun(clock.instant(), addedCount, changed, unchanged, unsupportedCount, left);
    }

    /** Events may have come before the device did. */
    private void releaseEvents(String tenantId, List<Device> added, JobContext context) {
        boolean outstanding = false;
        for (Device device : added) {
            outstanding |= latecomers.release(tenantId, device.deviceId());
            context.checkpoint();
        }
        if (outstanding) {
            schedule.runNow(tenantId, JobKind.PUBLISH);
        }
    }

    private static Optional<DirectoryFacts> factsOf(OwnedDevice device) {
        return Platform.ofOperatingSystem(device.operatingSystem())
                .map(platform -> new DirectoryFacts(
                        device.deviceId(),
                        device.objectId(),
                        device.displayName(),
                        platform,
                        device.operatingSystemVersion(),
                        device.model(),
                        device.managed(),
                        device.userId(),
                        device.userPrincipalName()));
    }

    private static Unsupported unsupported(OwnedDevice device, String reason) {
        return new Unsupported(
                device.deviceId(),
                device.displayName(),
                device.operatingSystem(),
                device.operatingSystemVersion(),
                device.userId(),
                device.userPrincipalName(),
                reason);
    }

    /** A run that found what the last one left is not worth a row: its time stands in the job's own record. */
    private static boolean sameResult(Optional<SyncRun> last, SyncRun run) {
        return last.isPresent()
                && run.added() == 0
                && run.changed() == 0
                && last.get().unsupported() == run.unsupported()
                && last.get().left() == run.left();
    }
}
