package dev.mtdconnector.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.Platform;
import dev.mtdconnector.device.ThreatState;
import dev.mtdconnector.intune.Outbox;
import dev.mtdconnector.threat.RiskLevel;
import dev.mtdconnector.threat.Threat;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What the publisher keeps beside the devices: who is outstanding, and messages on their way. */
abstract class OutboxContract {

    private static final Instant AT = Instant.parse("2026-11-21T09:00:00.1234567Z");

    private final String tenant = UUID.randomUUID().toString();
    private final Clock clock = Clock.fixed(AT, ZoneOffset.UTC);

    abstract Tables tables();

    private static String id(int number) {
        return String.format("00000000-0000-4000-8000-%012x", number);
    }

    private static Device device(int number) {
        return Device.pending(new Device.DirectoryFacts(
                id(number), "object" + number, "Phone " + number, Platform.ANDROID, null, "x", null, "user", null));
    }

    private static Threat threat(String guid, int second, Threat.Status status) {
        Instant at = AT.plusSeconds(second);
        return new Threat(
                guid, status, List.of("TROJAN", "NEW_ONE"), RiskLevel.HIGH, "APPLICATION", at, at, "e" + second);
    }

    private List<Outbox.Outstanding> due(DeviceTable store, int limit) {
        return store.outbox().outstanding(tenant, limit, AT).devices();
    }

    private static Outbox.Message message(List<Outbox.Outstanding> outstanding) {
        return new Outbox.Message(
                UUID.randomUUID(),
                outstanding.stream().map(one -> one.device().deviceId()).toList(),
                "content é",
                AT,
                false,
                outstanding.get(0).failures());
    }

    private static List<Outbox.Entry> entries(List<Outbox.Outstanding> outstanding) {
        return outstanding.stream()
                .map(one -> new Outbox.Entry(one, ThreatState.SECURED, AT))
                .toList();
    }

    /** As a sync does. */
    private void add(DeviceTable store, List<Device> devices) {
        store.open(tenant, false).enroll(devices.stream().map(Device::facts).toList(), true);
    }

    private DeviceTable threeOutstanding() {
        DeviceTable store = new DeviceTable(tables(), clock);
        add(store, List.of(device(1), device(2), device(3)));
        for (int i = 1; i <= 3; i++) {
            store.change(tenant, id(i), device -> device.activated(AT));
        }
        return store;
    }

    @Test
    void aMessageTakesTheMarksOfItsDevicesAndIsForgottenWhenItIsCompleted() {
        DeviceTable store = threeOutstanding();
        List<Outbox.Outstanding> outstanding = due(store, 2);
        assertThat(outstanding).hasSize(2);
        Outbox.Message message = message(outstanding);
        assertThat(store.outbox().prepare(tenant, message, entries(outstanding)))
                .isTrue();
        assertThat(store.outbox().messages(tenant)).containsExactly(message);
        assertThat(due(store, 10)).hasSize(1);

        store.outbox().sent(tenant, message);
        assertThat(store.outbox().messages(tenant))
                .singleElement()
                .satisfies(sent -> assertThat(sent.isSent()).isTrue());
        store.outbox().completed(tenant, message, AT.plusSeconds(5));
        store.outbox().completed(tenant, message, AT.plusSeconds(9));
        store.outbox().sent(tenant, message);
        assertThat(store.outbox().messages(tenant)).isEmpty();
        assertThat(store.find(tenant, id(1)).orElseThrow().told())
                .isEqualTo(new Device.Told(ThreatState.SECURED, message.id().toString(), AT, AT.plusSeconds(5)));
        assertThat(due(store, 10)).hasSize(1);
    }

    @Test
    void aMessageThatFailedMakesItsDevicesOutstandingAgain() {
        DeviceTable store = threeOutstanding();
        List<Outbox.Outstanding> outstanding = due(store, 10);
        Outbox.Message message = message(outstanding);
        store.outbox().prepare(tenant, message, entries(outstanding));
        assertThat(due(store, 10)).isEmpty();
        store.outbox().failed(tenant, message, AT);
        store.outbox().failed(tenant, message, AT);
        assertThat(store.outbox().messages(tenant)).isEmpty();
        assertThat(store.outbox().outstanding(tenant, 10, AT)).isEqualTo(new Outbox.Look(List.of(), true));
        assertThat(store.outbox().outstanding(tenant, 10, AT.plusSeconds(60)).devices())
                .hasSize(3)
                .allSatisfy(one -> assertThat(one.device().told()).isEqualTo(new Device.Told(null, null, AT, null)));
    }

    @Test
    void devicesThatFailedComeBackInSmallerNumbersAndBehindThoseThatDidNot() {
        DeviceTable store = threeOutstanding();
        Instant later = AT;
        for (int most = 3; most > 0; most = most == 3 ? 2 : most - 1) {
            List<Outbox.Outstanding> outstanding =
                    store.outbox().outstanding(tenant, 4, later).devices();
            assertThat(outstanding).hasSize(most);
            Outbox.Message message = message(outstanding);
            assertThat(store.outbox().prepare(tenant, message, entries(outstanding)))
                    .isTrue();
            store.outbox().failed(tenant, message, later);
            later = later.plusSeconds(3600);
        }
        store.change(tenant, id(3), device -> device.with(threat(id(1), 1, Threat.Status.OPEN)));
        assertThat(store.outbox().outstanding(tenant, 4, later).devices())
                .as("what changed has not failed")
                .extracting(one -> one.device().deviceId())
                .containsExactly(id(3));
    }

    @Test
    void aChangeDuringAMessageThatFailsIsNotHeldBack() {
        DeviceTable store = threeOutstanding();
        List<Outbox.Outstanding> outstanding = due(store, 10);
        Outbox.Message message = message(outstanding);
        store.outbox().prepare(tenant, message, entries(outstanding));
        store.change(tenant, id(2), device -> device.with(threat(id(1), 1, Threat.Status.OPEN)));
        store.outbox().failed(tenant, message, AT);
        assertThat(due(store, 10)).extracting(one -> one.device().deviceId()).containsExactly(id(2));
    }

    @Test
    void aDeviceThatChangedSinceItWasReadIsInNoMessageAndStaysOutstanding() {
        DeviceTable store = threeOutstanding();
        List<Outbox.Outstanding> outstanding = due(store, 10);
        store.change(tenant, id(2), device -> device.healthy(AT));
        assertThat(store.outbox().prepare(tenant, message(outstanding), entries(outstanding)))
                .isFalse();
        assertThat(store.outbox().messages(tenant)).isEmpty();
        store.outbox().drop(tenant, outstanding.get(1));
        assertThat(store.isOutstanding(tenant, id(2)))
                .as("it changed, so the drop does nothing")
                .isTrue();
        store.outbox().drop(tenant, outstanding.get(0));
        assertThat(store.isOutstanding(tenant, id(1))).isFalse();
        store.outbox().mark(tenant, id(1));
        assertThat(store.isOutstanding(tenant, id(1))).isTrue();
    }

    @Test
    void aChangeDuringAMessageSurvivesItsEnd() {
        DeviceTable store = threeOutstanding();
        List<Outbox.Outstanding> outstanding = due(store, 10);
        Outbox.Message message = message(outstanding);
        store.outbox().prepare(tenant, message, entries(outstanding));
        store.change(tenant, id(2), device -> device.with(threat(id(1), 1, Threat.Status.OPEN)));
        store.outbox().completed(tenant, message, AT);
        Device after = store.find(tenant, id(2)).orElseThrow();
        assertThat(after.openThreats()).hasSize(1);
        assertThat(after.told().confirmedAt()).isEqualTo(AT);
        assertThat(due(store, 10)).extracting(one -> one.device().deviceId()).containsExactly(id(2));
    }

    @Test
    void theLargestMessageFitsInATransaction() {
        DeviceTable store = new DeviceTable(tables(), clock);
        List<Device> many = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            many.add(device(i));
        }
        add(store, many);
        many.forEach(device -> store.outbox().mark(tenant, device.deviceId()));
        List<Outbox.Outstanding> outstanding = due(store, 40);
        Outbox.Message message = new Outbox.Message(
                UUID.randomUUID(), many.stream().map(Device::deviceId).toList(), "x".repeat(30_000), AT, false, 0);
        assertThat(store.outbox().prepare(tenant, message, entries(outstanding)))
                .isTrue();
        store.outbox().completed(tenant, message, AT);
        assertThat(store.outbox().messages(tenant)).isEmpty();
    }
}
