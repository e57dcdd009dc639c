package dev.mtdconnector.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.DeviceStore;
import dev.mtdconnector.device.Platform;
import dev.mtdconnector.device.TraceEntry;
import dev.mtdconnector.device.TraceEntry.Kind;
import dev.mtdconnector.threat.Classification;
import dev.mtdconnector.threat.Exposure;
import dev.mtdconnector.threat.RiskLevel;
import dev.mtdconnector.threat.Threat;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What is kept beside a device: its trace, and what its open threats amount to. */
abstract class TraceContract {

    private static final Instant AT = Instant.parse("2026-11-21T09:00:00.1234567Z");
    private static final String DEVICE = "00000000-0000-0000-0000-000000000001";

    private final String tenant = UUID.randomUUID().toString();

    abstract Tables tables();

    private DeviceStore storeWithADevice() {
        DeviceTable store = new DeviceTable(tables(), Clock.fixed(AT, ZoneOffset.UTC));
        store.open(tenant, false)
                .enroll(
                        List.of(new Device.DirectoryFacts(
                                DEVICE, "object", "Phone", Platform.ANDROID, null, "x", null, "user", null)),
                        true);
        return store;
    }

    private static Threat threat(String guid, int second, Threat.Status status, String... classifications) {
        Instant at = AT.plusSeconds(second);
        return new Threat(
                guid, status, List.of(classifications), RiskLevel.MEDIUM, "APPLICATION", at, at, "e" + second);
    }

    private Map<String, Exposure> exposed(DeviceStore store) {
        Map<String, Exposure> exposed = new TreeMap<>();
        store.eachExposed(tenant, exposed::put);
        return exposed;
    }

    @Test
    void theTraceComesNewestFirstAndALineIsThereOnce() {
        DeviceStore store = storeWithADevice();
        TraceEntry first = TraceEntry.of(AT, Kind.AGENT, "what", "activated", "nothing", null);
        TraceEntry second = TraceEntry.of(AT.plusSeconds(1), Kind.EVENT, "what", "| \\ / # ? é", "kind", "own");
        TraceEntry beside = TraceEntry.of(AT.plusSeconds(1), Kind.EVENT, "what", "another");
        store.change(tenant, DEVICE, device -> device.activated(AT), first);
        store.change(tenant, DEVICE, device -> device.with(threat("1", 1, Threat.Status.OPEN, "BOT")), second);
        store.change(tenant, DEVICE, device -> device.with(threat("2", 1, Threat.Status.OPEN, "BOT")), beside);
        store.change(tenant, DEVICE, Device::deactivated, second);

        assertThat(store.trace(tenant, DEVICE, 10)).hasSize(3).containsExactlyInAnyOrder(second, beside, first);
        assertThat(store.trace(tenant, DEVICE, 10).get(2)).isEqualTo(first);
        assertThat(store.trace(tenant, DEVICE, 2)).hasSize(2).doesNotContain(first);
        assertThat(store.trace(tenant, "00000000-0000-0000-0000-000000000002", 10))
                .isEmpty();
        assertThat(first.details()).isEqualTo(Map.of("what", "activated"));
    }

    @Test
    void whatChangedNothingIsNotTraced() {
        DeviceStore store = storeWithADevice();
        assertThat(store.change(tenant, DEVICE, device -> device, TraceEntry.of(AT, Kind.AGENT, "what", "nothing")))
                .isPresent();
        assertThat(store.trace(tenant, DEVICE, 10)).isEmpty();
    }

    @Test
    void aDeviceIsExposedWhileItHasOpenThreats() {
        DeviceStore store = storeWithADevice();
        assertThat(exposed(store)).isEmpty();
        store.change(tenant, DEVICE, device -> device.with(threat("1", 1, Threat.Status.RESOLVED, "TROJAN")));
        assertThat(exposed(store)).isEmpty();
        store.change(
                tenant,
                DEVICE,
                device -> device.with(threat("2", 2, Threat.Status.OPEN, "TROJAN", "BOT", "NEW"))
                        .with(threat("3", 2, Threat.Status.OPEN, "BOT")));
        assertThat(exposed(store))
                .isEqualTo(Map.of(
                        DEVICE, new Exposure(Set.of(Classification.BOT, Classification.TROJAN), RiskLevel.MEDIUM)));
        store.change(tenant, DEVICE, device -> device.with(threat("2", 3, Threat.Status.RESOLVED, "TROJAN")));
        assertThat(exposed(store)).isEqualTo(Map.of(DEVICE, new Exposure(Set.of(Classification.BOT), null)));
        store.change(tenant, DEVICE, device -> device.with(threat("3", 3, Threat.Status.IGNORED, "BOT")));
        assertThat(exposed(store)).isEmpty();
    }

    @Test
    void whatIsExposedIsApartFromWhatEnrollmentKeeps() {
        DeviceTable store = new DeviceTable(tables(), Clock.fixed(AT, ZoneOffset.UTC));
        // A directory may give both ids the same value.
        store.open(tenant, false)
                .enroll(
                        List.of(new Device.DirectoryFacts(
                                DEVICE, DEVICE, "Phone", Platform.ANDROID, null, "x", null, "user", null)),
                        true);
        assertThat(exposed(store)).isEmpty();
        store.change(tenant, DEVICE, device -> device.with(threat("1", 1, Threat.Status.OPEN, "BOT")));
        assertThat(exposed(store)).containsOnlyKeys(DEVICE);
        assertThat(store.open(tenant, false).deviceIdOf(DEVICE)).contains(DEVICE);
    }

    @Test
    void whatIsExposedComesInPages() {
        DeviceTable store = new DeviceTable(tables(), Clock.fixed(AT, ZoneOffset.UTC));
        Map<String, Exposure> all = new TreeMap<>();
        for (int i = 10; i < 15; i++) {
            String deviceId = DEVICE.substring(0, 34) + i;
            store.open(tenant, false)
                    .enroll(
                            List.of(new Device.DirectoryFacts(
                                    deviceId, "o" + i, "Phone", Platform.ANDROID, null, "x", null, "user", null)),
                            true);
            store.change(tenant, deviceId, device -> device.with(threat("1", 1, Threat.Status.OPEN, "BOT")));
            all.put(deviceId, new Exposure(Set.of(Classification.BOT), null));
        }
        for (int limit : List.of(1, 2, 5, 1000)) {
            Map<String, Exposure> found = new TreeMap<>();
            String cursor = null;
            do {
                DeviceStore.ExposedPage page = store.exposed(tenant, limit, cursor);
                assertThat(page.devices()).hasSizeLessThanOrEqualTo(limit);
                page.devices()
                        .forEach(one -> assertThat(found.put(one.deviceId(), one.exposure()))
                                .isNull());
                cursor = page.next();
            } while (cursor != null);
            assertThat(found).isEqualTo(all);
        }
    }
}
