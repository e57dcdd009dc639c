package dev.mtdconnector.enrollment;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.device.AppRegistration;
import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.Device.DirectoryFacts;
import dev.mtdconnector.device.Platform;
import dev.mtdconnector.enrollment.DirectoryChanges.Position;
import dev.mtdconnector.enrollment.EnrollmentState.Intune;
import dev.mtdconnector.enrollment.IntuneReading.ManagedDevice;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads of Intune what enrollment can do without, where it is granted: its id of each managed device twice a day, some pages
 * at each poll, and who uses apps under app protection once a day. When Intune does not answer, that is tried again later,
 * and enrollment goes on.
 */
final class IntunePass {

    private static final Logger LOG = LoggerFactory.getLogger(IntunePass.class);

    static final Duration APPS_EVERY = Duration.ofDays(1);

    /** Within this time a pass should be through. */
    private static final Duration SPREAD = Duration.ofHours(8);

    private static final Duration AGAIN = Duration.ofHours(1);

    /** Registrations that are collected before they are written. */
    private static final int AT_ONCE = 90;

    private final SyncStep step;
    private final DeviceEnroller enroller;

    IntunePass(SyncStep step, DeviceEnroller enroller) {
        this.step = step;
        this.enroller = enroller;
    }

    /** A few pages of devices, and all of the apps, if they are due. */
    void slice() {
        devices(step.book().state().intune());
        apps(step.book().state().intune());
    }

    private void devices(Intune now) {
        Instant startedAt = now.startedAt();
        if (now.link() == null && startedAt != null && step.now().isBefore(startedAt.plus(Reconcile.EVERY))) {
            return;
        }
        Intune next = now.link() == null ? new Intune(null, step.now(), 0, now.appsAt()) : now;
        if (!step.mayRead(OptionalSources.Source.MANAGED_DEVICES)) {
            note(new Intune(null, step.now(), 0, now.appsAt()));
            return;
        }
        int budget = pagesAtOnce(now);
        try {
            for (int page = 0; page < budget && !step.isOver(); page++) {
                Position position = readDevices(next.link());
                String link = position.isComplete() ? null : position.link();
                next = new Intune(link, next.startedAt(), next.pages() + 1, next.appsAt());
                if (position.isComplete()) {
                    break;
                }
            }
        } catch (UpstreamException e) {
            LOG.info("Intune's devices were not read: {}", e.getMessage());
            next = new Intune(null, later(Reconcile.EVERY), now.pages(), now.appsAt());
        }
        note(next);
    }

    private Position readDevices(@Nullable String link) {
        List<ManagedDevice> page = new ArrayList<>();
        Position position = step.directory().managedDevices(link, device -> {
            if (Platform.ofOperatingSystem(device.operatingSystem()).isPresent()) {
                page.add(device);
            }
        });
        // Intune may have several records of a device: the last one counts.
        Map<String, DirectoryFacts> completed = new TreeMap<>();
        for (ManagedDevice device : page) {
            step.devices()
                    .find(device.deviceId())
                    .filter(Device::isInScope)
                    .flatMap(known -> enroller.completed(known, device))
                    .ifPresentOrElse(
                            facts -> completed.put(device.deviceId(), facts),
                            () -> completed.remove(device.deviceId()));
        }
        enroller.complete(List.copyOf(completed.values()));
        page.forEach(enroller::foundInIntune);
        step.checkpoint();
        return position;
    }

    private int pagesAtOnce(Intune now) {
        int polls = (int) Math.max(1, SPREAD.toMinutes() / step.connector().pollMinutes());
        int expected = Math.max(
                now.pages(), step.devices().inScope() / step.limits().sizes().managed());
        return expected / polls + 1;
    }

    private void apps(Intune now) {
        Instant at = now.appsAt();
        if (at != null && step.now().isBefore(at.plus(APPS_EVERY))) {
            return;
        }
        Instant next = step.now();
        if (step.mayRead(OptionalSources.Source.PROTECTED_APPS)) {
            try {
                readApps();
            } catch (UpstreamException e) {
                LOG.info("Registrations of apps were not read: {}", e.getMessage());
                next = later(APPS_EVERY);
            }
        }
        note(new Intune(now.link(), now.startedAt(), now.pages(), next));
    }

    /**
     * All of them in one slice: only then is it known which are gone. Where they take longer, those that were read are kept up
     * to date, and none is taken for gone.
     */
    private void readApps() {
        GuidSet users = step.usersInScope();
        Set<String> seen = new HashSet<>();
        List<AppRegistration> some = new ArrayList<>();
        String link = null;
        boolean isComplete = false;
        while (!isComplete) {
            Position position = step.directory().appRegistrations(link, app -> {
                if (users.indexOf(app.userId()) >= 0 && seen.add(app.id())) {
                    some.add(app);
                }
            });
            for (int from = 0; from < some.size(); from += AT_ONCE) {
                step.devices().keepApps(some.subList(from, Math.min(some.size(), from + AT_ONCE)));
            }
            some.clear();
            link = position.link();
            isComplete = position.isComplete();
            step.checkpoint();
            if (!isComplete && step.isOver()) {
                LOG.info("Registrations of apps of {} take longer than a slice", step.tenantId());
                return;
            }
        }
        step.devices().forgetApps(app -> !seen.contains(app.id()));
    }

    private Instant later(Duration interval) {
        return step.now().minus(interval).plus(AGAIN);
    }

    private void note(Intune next) {
        EnrollmentState state = enroller.tallied(step.book().state()).with(next);
        step.book().note(step.counted(state));
    }
}
