package dev.mtdconnector.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.device.ConfigurationFlag;
import dev.mtdconnector.device.CredentialStore;
import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.Device.Agent;
import dev.mtdconnector.device.Platform;
import dev.mtdconnector.device.Watch;
import dev.mtdconnector.device.Watch.Note;
import dev.mtdconnector.device.Watch.Sighting;
import dev.mtdconnector.threat.RiskLevel;
import dev.mtdconnector.threat.Threat;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is kept of agents: what they said, when they were heard of, their credentials. */
abstract class WatchContract {

    private static final Instant AT = Instant.parse("2026-11-21T09:00:00.1234567Z");
    private static final Duration DAY = Duration.ofDays(1);

    private final String tenant = UUID.randomUUID().toString();

    abstract Tables tables();

    private DeviceTable storeWith(int devices) {
        DeviceTable store = new DeviceTable(tables(), Clock.fixed(AT, ZoneOffset.UTC));
        List<Device> pending = new ArrayList<>();
        for (int i = 0; i < devices; i++) {
            pending.add(Device.pending(new Device.DirectoryFacts(
                    id(i), "object" + i, "Phone", Platform.ANDROID, null, null, null, "user", null)));
        }
        store.open(tenant, false).enroll(pending.stream().map(Device::facts).toList(), true);
        return store;
    }

    private static String id(int i) {
        return "00000000-0000-0000-0000-%012d".formatted(i);
    }

    private static Device heard(Device device, Instant at, @Nullable Instant disconnectedAt) {
        return device.activated(AT).withAgent(new Agent("1", null, null, Map.of(), at, disconnectedAt, null, null));
    }

    private void heard(DeviceTable store, int i, Instant at, @Nullable Instant disconnectedAt) {
        store.change(tenant, id(i), device -> heard(device, at, disconnectedAt));
    }

    private static List<String> ids(List<Note> notes) {
        return notes.stream().map(note -> note.sighting().deviceId()).toList();
    }

    @Test
    void whatAnAgentSaidIsStoredWhole() {
        DeviceTable store = storeWith(1);
        Agent agent = new Agent(
                "1.0",
                "15",
                "2026-11-05",
                Map.of(ConfigurationFlag.VPN, true, ConfigurationFlag.DEVICE_LOCK, false),
                AT,
                AT.plusSeconds(1),
                id(7),
                AT.plusSeconds(3));
        Threat ignored = new Threat(
                        "g",
                        Threat.Status.OPEN,
                        new Threat.Finding(List.of("BOT"), RiskLevel.HIGH, "OS"),
                        AT,
                        AT,
                        "e",
                        "vendor",
                        null)
                .ignoredBy("key:1", "| a ? é", AT.plusSeconds(2));
        store.change(
                tenant, id(0), device -> device.activated(AT).withAgent(agent).with(ignored));
        Device stored = store.find(tenant, id(0)).orElseThrow();
        assertThat(stored.agent()).isEqualTo(agent);
        assertThat(stored.threats()).isEqualTo(Map.of("g", ignored));
    }

    @Test
    void aDeviceIsFoundByTheDayOnWhichItWasLastHeardOf() {
        DeviceTable store = storeWith(4);
        Watch watch = store.watch();
        heard(store, 0, AT, null);
        heard(store, 1, AT.minus(DAY), null);
        heard(store, 2, AT.minus(DAY.multipliedBy(2)), AT);
        store.change(tenant, id(3), Device::deactivated);
        assertThat(ids(watch.silent(tenant, AT, 10, null))).containsExactly(id(1), id(0));
        assertThat(ids(watch.silent(tenant, AT.minus(DAY), 10, null))).containsExactly(id(1));
        assertThat(ids(watch.disconnected(tenant, AT.minus(DAY.multipliedBy(2)), 10, null)))
                .containsExactly(id(2));
        assertThat(watch.disconnected(tenant, AT.minus(DAY), 10, null)).isEmpty();

        heard(store, 1, AT.plus(DAY), null);
        heard(store, 2, AT, null);
        store.change(tenant, id(0), Device::deactivated);
        assertThat(ids(watch.silent(tenant, AT.plus(DAY), 10, null))).containsExactly(id(2), id(1));
        assertThat(watch.disconnected(tenant, AT.minus(DAY.multipliedBy(9)), 10, null))
                .isEmpty();
    }

    @Test
    void notesComePageByPage() {
        DeviceTable store = storeWith(3);
        for (int i = 0; i < 3; i++) {
            heard(store, i, AT, null);
        }
        List<String> found = new ArrayList<>();
        @Nullable Sighting last = null;
        List<Note> page;
        do {
            page = store.watch().silent(tenant, AT, 1, last);
            found.addAll(ids(page));
            last = page.isEmpty() ? null : page.get(0).sighting();
        } while (!page.isEmpty());
        assertThat(found).containsExactly(id(0), id(1), id(2));
    }

    @Test
    void aNoteIsForgottenUnlessItWasMadeAnew() {
        DeviceTable store = storeWith(1);
        Watch watch = store.watch();
        heard(store, 0, AT, null);
        Note first = watch.silent(tenant, AT, 10, null).get(0);
        store.change(tenant, id(0), Device::deactivated);
        heard(store, 0, AT, null);
        Note again = watch.silent(tenant, AT, 10, null).get(0);
        assertThat(again.version()).isNotEqualTo(first.version());
        watch.drop(tenant, first);
        assertThat(watch.silent(tenant, AT, 10, null)).containsExactly(again);
        watch.drop(tenant, again);
        watch.drop(tenant, again);
        assertThat(watch.silent(tenant, AT, 10, null)).isEmpty();
        heard(store, 0, AT.plus(DAY), null);
        assertThat(watch.silent(tenant, AT.plus(DAY), 10, null)).hasSize(1);
    }

    @Test
    void theNumberOfDaysIsThirtyUntilItIsChanged() {
        Watch watch = storeWith(0).watch();
        assertThat(watch.disconnectedAfterDays(tenant)).isEqualTo(30);
        watch.saveDisconnectedAfterDays(tenant, 90);
        assertThat(watch.disconnectedAfterDays(tenant)).isEqualTo(90);
    }

    @Test
    void whatIsOfferedTakesACredentialsPlaceWhenItIsUsed() {
        CredentialTable store = new CredentialTable(tables());
        store.save(tenant, id(0), "lena", "first", AT);
        CredentialStore.Credential first = store.find(tenant, id(0)).orElseThrow();
        assertThat(store.offer(tenant, id(0), first, "second", AT.plusSeconds(1)))
                .isTrue();
        assertThat(store.offer(tenant, id(0), first, "stale", AT.plusSeconds(1)))
                .isFalse();
        CredentialStore.Credential offered = store.find(tenant, id(0)).orElseThrow();
        assertThat(offered.secretHash()).isEqualTo("first");
        assertThat(offered.nextHash()).isEqualTo("second");

        store.promote(tenant, id(0), "stale", AT.plusSeconds(2));
        assertThat(store.find(tenant, id(0))).contains(offered);
        store.promote(tenant, id(0), "second", AT.plusSeconds(2));
        CredentialStore.Credential promoted = store.find(tenant, id(0)).orElseThrow();
        assertThat(promoted.secretHash()).isEqualTo("second");
        assertThat(promoted.nextHash()).isNull();
        assertThat(promoted.createdAt()).isEqualTo(AT.plusSeconds(2));
        store.promote(tenant, id(1), "second", AT);
        assertThat(store.find(tenant, id(1))).isEmpty();
    }
}
