package dev.mtdconnector.feed;

import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.DeviceStore;
import dev.mtdconnector.intake.EventIntake;
import dev.mtdconnector.intake.RiskEvents;
import dev.mtdconnector.schedule.JobContext;
import dev.mtdconnector.tenant.Tenant;
import dev.mtdconnector.threat.Threat;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Closes what a feed found that was disconnected with {@code threats=close}, and forgets the feed. The events that close are
 * placed before the last time that was read, so that the feed's own word counts when it is connected again. Begun anew after a
 * crash: what is closed is not open.
 */
final class FeedClosing {

    private static final int A_PAGE = 200;

    private final FeedStore store;
    private final DeviceStore devices;
    private final EventIntake intake;
    private final FeedNotices notices;

    FeedClosing(FeedStore store, DeviceStore devices, EventIntake intake, FeedNotices notices) {
        this.notices = notices;
        this.store = store;
        this.devices = devices;
        this.intake = intake;
    }

    void run(Tenant tenant, FeedConnection connection, FeedProgress progress, JobContext context) {
        Instant asOf = progress.position().coveredUntil().minus(EventPolling.OVERLAP);
        String place = null;
        int count = 0;
        do {
            context.checkpoint();
            DeviceStore.ExposedPage page = devices.exposed(tenant.tenantId(), A_PAGE, place);
            List<String> closed = new ArrayList<>();
            for (DeviceStore.Exposed one : page.devices()) {
                context.checkpoint();
                devices.find(tenant.tenantId(), one.deviceId())
                        .ifPresent(device -> closed.addAll(events(tenant, device, asOf)));
            }
            count += intake.accept(tenant, closed, context::checkpoint).applied();
            place = page.next();
        } while (place != null);
        if (!store.remove(tenant.tenantId(), connection, progress)) {
            throw new FeedRun.ChangedException();
        }
        notices.note(tenant.tenantId(), "threats-closed", Integer.toString(count));
    }

    private static List<String> events(Tenant tenant, Device device, Instant asOf) {
        List<String> events = new ArrayList<>();
        for (Threat threat : device.threats().values()) {
            @Nullable String vendorGuid = threat.vendorGuid();
            // Those of another feed are not this one's to close.
            boolean isOfFeed = vendorGuid != null && !RiskEvents.isDerived(vendorGuid);
            if (threat.status() == Threat.Status.OPEN && vendorGuid != null && isOfFeed) {
                Instant at = threat.eventAt().isBefore(asOf)
                        ? asOf
                        : threat.eventAt().plusMillis(1);
                events.add(new ListedItems(tenant.enterpriseGuid(), at).closed(threat, vendorGuid));
            }
        }
        return events;
    }
}
