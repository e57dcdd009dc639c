package dev.mtdconnector.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.DeviceStore;
import dev.mtdconnector.device.Platform;
import dev.mtdconnector.device.TraceAge;
import dev.mtdconnector.device.TraceEntry;
import dev.mtdconnector.device.TraceEntry.Kind;
import dev.mtdconnector.testing.CountingTables;
import dev.mtdconnector.threat.Classification;
import dev.mtdconnector.threat.Exposure;
import dev.mtdconnector.threat.RiskLevel;
import dev.mtdconnector.threat.Threat;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What is kept beside a device: its trace, and what its open threats amount to. */
abstract class TraceContract {

    private static final Instant AT = Instant.parse("2026-11-21T09:00:00.1234567Z");
    private static final Instant MIDNIGHT = Instant.parse("2026-11-21T00:00:00Z");
    private static final LocalDate TODAY = LocalDate.parse("2026-11-21");
    private static final String DEVICE = "00000000-0000-0000-0000-000000000001";

    private final String tenant = UUID.randomUUID().toString();

    abstract Tables tables();

    private DeviceTable storeWithADevice() {
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
                guid,
                status,
                new Threat.Finding(List.of(classifications), RiskLevel.MEDIUM, "APPLICATION"),
                at,
                at,
                "e" + second,
                null,
                null);
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

    private static TraceEntry line(Instant at, String what) {
        return TraceEntry.of(at, Kind.EVENT, "what", what);
    }

    /** A change each time, with this line. */
    private void write(DeviceStore store, String deviceId, TraceEntry line) {
        Instant at = line.at();
        store.change(tenant, deviceId, device -> device.withFeed(new Device.Feed(null, at, line.toString())), line);
    }

    @Test
    void aLineGoesWithItsDayAndNotBefore() {
        DeviceTable store = storeWithADevice();
        TraceEntry last = line(MIDNIGHT.minusNanos(100), "the last of the day");
        TraceEntry first = line(MIDNIGHT, "the first of the next");
        write(store, DEVICE, line(MIDNIGHT.minusSeconds(80_000), "early"));
        write(store, DEVICE, last);
        write(store, DEVICE, first);
        TraceAge age = store.traceAge();

        assertThat(age.forget(tenant, TODAY.minusDays(1), 10)).isZero();
        assertThat(store.trace(tenant, DEVICE, 10)).hasSize(3);
        assertThat(age.forget(tenant, TODAY, 10)).isEqualTo(1);
        assertThat(store.trace(tenant, DEVICE, 10)).containsExactly(first);
        assertThat(age.forget(tenant, TODAY, 10)).isZero();
        assertThat(age.forget(tenant, TODAY.plusDays(1), 10)).isEqualTo(1);
        assertThat(store.trace(tenant, DEVICE, 10)).isEmpty();
        assertThat(store.find(tenant, DEVICE)).isPresent();
    }

    @Test
    void moreLinesOfADayThanATransactionHoldsGoToo() {
        DeviceTable store = storeWithADevice();
        List<DeviceStore.Step> steps = new ArrayList<>();
        for (int i = 0; i < 250; i++) {
            TraceEntry line = line(AT.plusSeconds(i), "line " + i);
            steps.add(new DeviceStore.Step(
                    device -> device.withFeed(new Device.Feed(null, line.at(), "e")), (before, after) -> line));
        }
        store.changeEach(tenant, DEVICE, steps);
        TraceEntry kept = line(AT.plusSeconds(86_400), "tomorrow");
        write(store, DEVICE, kept);
        assertThat(store.trace(tenant, DEVICE, 1000)).hasSize(251);
        assertThat(store.traceAge().forget(tenant, TODAY.plusDays(1), 10)).isEqualTo(1);
        assertThat(store.trace(tenant, DEVICE, 1000)).containsExactly(kept);
    }

    @Test
    void aFloodedDeviceKeepsItsLatestLines() {
        DeviceTable store = storeWithADevice();
        List<DeviceStore.Step> steps = new ArrayList<>();
        int lines = 1200;
        for (int i = 0; i < lines; i++) {
            TraceEntry line = line(AT.plusSeconds(i), "line " + i);
            steps.add(new DeviceStore.Step(
                    device -> device.withFeed(new Device.Feed(null, line.at(), "e")), (before, after) -> line));
        }
        store.changeEach(tenant, DEVICE, steps);
        List<TraceEntry> left = store.trace(tenant, DEVICE, lines);
        assertThat(left).hasSizeBetween(TraceAge.MOST_LINES, TraceAge.MOST_LINES + 150);
        assertThat(left.get(0)).isEqualTo(line(AT.plusSeconds(lines - 1), "line " + (lines - 1)));
        assertThat(left.get(TraceAge.MOST_LINES - 1).at()).isEqualTo(AT.plusSeconds(lines - TraceAge.MOST_LINES));
    }

    @Test
    void whereNothingIsOldEnoughOneRequestIsMadeHoweverManyDevicesThereAre() {
        CountingTables counting = new CountingTables(tables());
        DeviceTable store = new DeviceTable(counting, Clock.fixed(AT, ZoneOffset.UTC));
        List<Device.DirectoryFacts> many = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            many.add(new Device.DirectoryFacts(id(i), "o" + i, null, Platform.IOS, null, null, null, "user", null));
        }
        store.open(tenant, false).enroll(many, true);
        for (int i = 0; i < 20; i++) {
            write(store, id(i), line(i == 7 ? AT.minusSeconds(86_400) : AT, "line"));
        }
        counting.requests();
        counting.read();
        assertThat(store.traceAge().forget(tenant, TODAY.minusDays(1), 50)).isZero();
        assertThat(counting.read()).isZero();
        assertThat(counting.requests()).isLessThanOrEqualTo(2);
        assertThat(store.traceAge().forget(tenant, TODAY, 50)).isEqualTo(1);
        assertThat(counting.read()).as("the note and its line").isEqualTo(2);
        assertThat(store.trace(tenant, id(7), 10)).isEmpty();
        assertThat(store.trace(tenant, id(6), 10)).hasSize(1);
    }

    @Test
    void devicesComeInPartsAndWhatHangsInTheAirOfOneThatIsGoneGoesToo() {
        DeviceTable store = storeWithADevice();
        String gone = id(99);
        write(store, DEVICE, line(AT, "line"));
        store.outbox().markAgain(tenant, gone, line(AT, "of no device"));
        assertThat(store.trace(tenant, gone, 10)).hasSize(1);
        TraceAge age = store.traceAge();
        assertThat(age.forget(tenant, TODAY.plusDays(1), 1)).isEqualTo(1);
        assertThat(age.forget(tenant, TODAY.plusDays(1), 1)).isEqualTo(1);
        assertThat(age.forget(tenant, TODAY.plusDays(1), 1)).isZero();
        assertThat(store.trace(tenant, gone, 10)).isEmpty();
        assertThat(store.trace(tenant, DEVICE, 10)).isEmpty();
    }

    private static String id(int i) {
        return "00000000-0000-0000-0000-%012d".formatted(i);
    }
}
