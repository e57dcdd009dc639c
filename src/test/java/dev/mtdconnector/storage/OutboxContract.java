package dev.mtdconnector.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.connector.PublishTarget;
import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.Platform;
import dev.mtdconnector.device.ThreatState;
import dev.mtdconnector.device.Told;
import dev.mtdconnector.device.TraceEntry;
import dev.mtdconnector.intune.Books;
import dev.mtdconnector.intune.Breaker;
import dev.mtdconnector.intune.Elsewhere;
import dev.mtdconnector.intune.Outbox;
import dev.mtdconnector.threat.RiskLevel;
import dev.mtdconnector.threat.Threat;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
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
                guid,
                status,
                new Threat.Finding(List.of("TROJAN", "NEW_ONE"), RiskLevel.HIGH, "APPLICATION"),
                at,
                at,
                "e" + second,
                null,
                null);
    }

    private Outbox.Look look(DeviceTable store, int limit, Instant now) {
        return store.outbox().outstanding(tenant, store.outbox().books(tenant), limit, now);
    }

    private List<Outbox.Outstanding> due(DeviceTable store, int limit) {
        return look(store, limit, AT).devices();
    }

    private static Outbox.Message message(List<Outbox.Outstanding> outstanding) {
        return new Outbox.Message(
                UUID.randomUUID(),
                outstanding.stream().map(one -> one.device().deviceId()).toList(),
                "content é",
                AT,
                PublishTarget.attribute(7),
                true,
                false,
                outstanding.get(0).failures());
    }

    private boolean prepare(DeviceTable store, Outbox.Message message, List<Outbox.Outstanding> outstanding) {
        Books books = store.outbox().books(tenant);
        String id = message.id().toString();
        List<Outbox.Step> steps = outstanding.stream()
                .map(one -> new Outbox.Step(
                        one,
                        one.device().told().inMessage(ThreatState.SECURED, id, AT, null, message.failures()),
                        TraceEntry.of(AT, TraceEntry.Kind.PUBLISHED, "messageId", id)))
                .toList();
        return store.outbox()
                .settle(tenant, books, books, message, steps)
                .map(written -> written.equals(store.outbox().books(tenant)))
                .orElse(false);
    }

    private void drop(DeviceTable store, Outbox.Outstanding one) {
        Books books = store.outbox().books(tenant);
        store.outbox()
                .settle(
                        tenant,
                        books,
                        books,
                        null,
                        List.of(new Outbox.Step(one, one.device().told(), null)));
    }

    private void completed(DeviceTable store, Outbox.Message message, Instant at) {
        store.outbox()
                .finish(
                        tenant,
                        message,
                        at,
                        device -> new Outbox.Ending(
                                device.told().confirmed(at),
                                TraceEntry.of(at, TraceEntry.Kind.CONFIRMED, "at", "x"),
                                false));
    }

    private void failed(DeviceTable store, Outbox.Message message, Instant at) {
        store.outbox().finish(tenant, message, at, device -> failure(device, message.failures() + 1, at));
    }

    private static Outbox.Ending failure(Device device, int failures, Instant at) {
        Instant again = failures >= Told.MOST_FAILURES ? null : at.plusSeconds(60);
        return new Outbox.Ending(
                device.told().failed(failures, again), TraceEntry.of(at, TraceEntry.Kind.REFUSED), false);
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
        assertThat(prepare(store, message, outstanding)).isTrue();
        assertThat(store.outbox().messages(tenant)).containsExactly(message);
        assertThat(due(store, 10)).hasSize(1);

        store.outbox().sent(tenant, message);
        assertThat(store.outbox().messages(tenant))
                .singleElement()
                .satisfies(sent -> assertThat(sent.isSent()).isTrue());
        completed(store, message, AT.plusSeconds(5));
        completed(store, message, AT.plusSeconds(9));
        store.outbox().sent(tenant, message);
        assertThat(store.outbox().messages(tenant)).isEmpty();
        assertThat(store.find(tenant, id(1)).orElseThrow().told())
                .isEqualTo(new Told(ThreatState.SECURED, message.id().toString(), AT, AT.plusSeconds(5)));
        assertThat(due(store, 10)).hasSize(1);
    }

    @Test
    void aMessageThatFailedMakesItsDevicesOutstandingAgain() {
        DeviceTable store = threeOutstanding();
        List<Outbox.Outstanding> outstanding = due(store, 10);
        Outbox.Message message = message(outstanding);
        prepare(store, message, outstanding);
        assertThat(due(store, 10)).isEmpty();
        failed(store, message, AT);
        failed(store, message, AT);
        assertThat(store.outbox().messages(tenant)).isEmpty();
        assertThat(look(store, 10, AT)).isEqualTo(new Outbox.Look(List.of(), AT.plusSeconds(60), true));
        assertThat(look(store, 10, AT.plusSeconds(60)).devices())
                .hasSize(3)
                .allSatisfy(one -> assertThat(one.device().told())
                        .isEqualTo(Told.NOTHING
                                .inMessage(ThreatState.SECURED, "", AT, null, 0)
                                .failed(1, AT.plusSeconds(60))));
    }

    @Test
    void devicesThatFailedComeBackInSmallerNumbersAndBehindThoseThatDidNot() {
        DeviceTable store = threeOutstanding();
        Instant later = AT;
        for (int most = 3; most > 0; most = most == 3 ? 2 : most - 1) {
            List<Outbox.Outstanding> outstanding = look(store, 4, later).devices();
            assertThat(outstanding).hasSize(most);
            Outbox.Message message = message(outstanding);
            assertThat(prepare(store, message, outstanding)).isTrue();
            failed(store, message, later);
            later = later.plusSeconds(3600);
        }
        store.change(tenant, id(3), device -> device.with(threat(id(1), 1, Threat.Status.OPEN)));
        assertThat(look(store, 4, later).devices())
                .as("what changed has not failed")
                .extracting(one -> one.device().deviceId())
                .containsExactly(id(3));
    }

    @Test
    void aChangeDuringAMessageThatFailsIsNotHeldBack() {
        DeviceTable store = threeOutstanding();
        List<Outbox.Outstanding> outstanding = due(store, 10);
        Outbox.Message message = message(outstanding);
        prepare(store, message, outstanding);
        store.change(tenant, id(2), device -> device.with(threat(id(1), 1, Threat.Status.OPEN)));
        failed(store, message, AT);
        assertThat(due(store, 10)).extracting(one -> one.device().deviceId()).containsExactly(id(2));
    }

    @Test
    void aDeviceThatChangedSinceItWasReadIsInNoMessageAndStaysOutstanding() {
        DeviceTable store = threeOutstanding();
        List<Outbox.Outstanding> outstanding = due(store, 10);
        store.change(tenant, id(2), device -> device.healthy(AT));
        assertThat(prepare(store, message(outstanding), outstanding)).isFalse();
        assertThat(store.outbox().messages(tenant)).isEmpty();
        drop(store, outstanding.get(1));
        assertThat(store.isOutstanding(tenant, id(2)))
                .as("it changed, so the drop does nothing")
                .isTrue();
        drop(store, outstanding.get(0));
        assertThat(store.isOutstanding(tenant, id(1))).isFalse();
        store.outbox().mark(tenant, id(1));
        assertThat(store.isOutstanding(tenant, id(1))).isTrue();
    }

    @Test
    void aChangeDuringAMessageSurvivesItsEnd() {
        DeviceTable store = threeOutstanding();
        List<Outbox.Outstanding> outstanding = due(store, 10);
        Outbox.Message message = message(outstanding);
        prepare(store, message, outstanding);
        store.change(tenant, id(2), device -> device.with(threat(id(1), 1, Threat.Status.OPEN)));
        completed(store, message, AT);
        Device after = store.find(tenant, id(2)).orElseThrow();
        assertThat(after.openThreats()).hasSize(1);
        assertThat(after.told().confirmedAt()).isEqualTo(AT);
        assertThat(due(store, 10)).extracting(one -> one.device().deviceId()).containsExactly(id(2));
    }

    @Test
    void theLargestMessageFitsInATransaction() {
        DeviceTable store = new DeviceTable(tables(), clock);
        List<Device> many = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            many.add(device(i));
        }
        add(store, many);
        store.outbox().mark(tenant, many.stream().map(Device::deviceId).toList());
        Books books = store.outbox().books(tenant);
        List<Outbox.Step> waits = due(store, 24).stream()
                .map(one -> new Outbox.Step(one, one.device().told().waiting(AT, AT), null))
                .toList();
        assertThat(store.outbox().settle(tenant, books, books, null, waits)).isPresent();
        store.outbox().mark(tenant, many.stream().map(Device::deviceId).toList());
        List<Outbox.Outstanding> outstanding = due(store, 24);
        Outbox.Message small = message(outstanding);
        Outbox.Message message = new Outbox.Message(
                small.id(), small.deviceIds(), "x".repeat(30_000), AT, small.target(), false, false, 0);
        assertThat(prepare(store, message, outstanding)).isTrue();
        assertThat(store.outbox().books(tenant).told()).isEqualTo(24);
        assertThat(due(store, 24)).isEmpty();
        failed(store, message, AT);
        assertThat(store.outbox().messages(tenant)).isEmpty();
    }

    @Test
    void theBooksAreWrittenAsTheyWereReadOnly() {
        DeviceTable store = threeOutstanding();
        Books books = new Books(
                3,
                2,
                1,
                9,
                8,
                List.of(3, 5),
                Breaker.UNUSED.worsening(4, AT).worsening(1, AT.plusSeconds(60)),
                new Books.Resync(AT, ""),
                new Elsewhere(
                        4,
                        5,
                        Map.of(
                                "risk-group:44444444-0000-4000-8000-000000000001",
                                new Elsewhere.Place(2, AT, AT.plusSeconds(60), "intune.consent-missing", false),
                                "partner",
                                new Elsewhere.Place(1, AT, AT, "intune.unavailable", true))),
                null);
        assertThat(store.outbox().books(tenant)).isEqualTo(Books.NEW);
        assertThat(store.outbox().save(tenant, books)).isTrue();
        assertThat(store.outbox().save(tenant, books)).isFalse();
        Books read = store.outbox().books(tenant);
        assertThat(read).isEqualTo(books.withVersion(String.valueOf(read.version())));
        assertThat(store.outbox().save(tenant, read.asking())).isTrue();
        assertThat(store.outbox().save(tenant, read.asking())).isFalse();
        assertThat(store.outbox()
                        .settle(
                                tenant,
                                read,
                                read.passing(),
                                null,
                                List.of(new Outbox.Step(due(store, 1).get(0), Told.NOTHING, null))))
                .as("books that somebody else wrote")
                .isEmpty();
        assertThat(due(store, 10)).hasSize(3);
    }

    @Test
    void aDeviceThatIsHeldIsFoundByItsSetAndOutstandingWhenThatIsApproved() {
        DeviceTable store = threeOutstanding();
        Books books = store.outbox().books(tenant);
        int[] sets = {2, 1, 2};
        List<Outbox.Step> steps = new ArrayList<>();
        for (Outbox.Outstanding one : due(store, 10)) {
            Told held = one.device().told().held(new Told.Held(sets[steps.size()], ThreatState.HIGH));
            steps.add(new Outbox.Step(one, held, TraceEntry.of(AT, TraceEntry.Kind.HELD)));
        }
        books = store.outbox().settle(tenant, books, books, null, steps).orElseThrow();
        assertThat(books.held()).isEqualTo(3);
        assertThat(due(store, 10)).isEmpty();
        assertThat(store.outbox().heldSets(tenant)).containsExactly(1, 2);
        List<Outbox.Kept> all = store.outbox().held(tenant, null, 10);
        assertThat(all)
                .containsExactly(
                        new Outbox.Kept(id(2), 1, AT), new Outbox.Kept(id(1), 2, AT), new Outbox.Kept(id(3), 2, AT));
        assertThat(store.outbox().held(tenant, all.get(0), 1)).containsExactly(all.get(1));

        assertThat(store.outbox().save(tenant, books.approving(List.of(2)))).isTrue();
        assertThat(due(store, 10)).extracting(one -> one.device().deviceId()).containsExactly(id(1), id(3));
        store.outbox().mark(tenant, id(2));
        Outbox.Outstanding marked = due(store, 10).get(0);
        assertThat(marked.device().told().held()).isEqualTo(new Told.Held(1, ThreatState.HIGH));
        books = store.outbox().books(tenant);
        Told quiet = marked.device().told().quiet();
        assertThat(store.outbox().settle(tenant, books, books, null, List.of(new Outbox.Step(marked, quiet, null))))
                .isPresent();
        assertThat(store.outbox().books(tenant).held()).isEqualTo(2);
        assertThat(store.outbox().heldSets(tenant)).containsExactly(2);
    }

    @Test
    void aDeviceThatIsGivenUpIsListedUntilItIsToldAgain() {
        DeviceTable store = threeOutstanding();
        List<Outbox.Outstanding> outstanding = due(store, 1);
        Outbox.Message message = message(outstanding);
        prepare(store, message, outstanding);
        store.outbox().finish(tenant, message, AT, device -> failure(device, Told.MOST_FAILURES, AT));
        assertThat(store.outbox().failed(tenant, null, 10)).containsExactly(new Outbox.Kept(id(1), 0, AT));
        assertThat(store.outbox().books(tenant).failed()).isEqualTo(1);

        store.outbox().mark(tenant, id(1));
        outstanding = due(store, 1);
        assertThat(outstanding.get(0).failures()).isZero();
        assertThat(prepare(store, message(outstanding), outstanding)).isTrue();
        assertThat(store.outbox().failed(tenant, null, 10)).isEmpty();
        assertThat(store.outbox().books(tenant).failed()).isZero();
    }

    @Test
    void aMessageThatWasCompletedCanBeTakenBackOnce() {
        DeviceTable store = threeOutstanding();
        List<Outbox.Outstanding> outstanding = due(store, 2);
        Outbox.Message message = message(outstanding);
        prepare(store, message, outstanding);
        String id = message.id().toString();
        assertThat(store.outbox().reopen(tenant, id, device -> failure(device, 1, AT)))
                .isZero();
        completed(store, message, AT);
        assertThat(store.outbox().reopen(tenant, id, device -> failure(device, 1, AT)))
                .isEqualTo(2);
        assertThat(store.outbox().reopen(tenant, id, device -> failure(device, 1, AT)))
                .isZero();
        assertThat(look(store, 10, AT.plusSeconds(60)).devices())
                .extracting(Outbox.Outstanding::failures)
                .containsExactly(0);
        drop(store, due(store, 1).get(0));
        assertThat(look(store, 10, AT.plusSeconds(60)).devices())
                .extracting(Outbox.Outstanding::failures)
                .containsExactly(1, 1);
    }

    @Test
    void aResyncMarksEveryDeviceThatThePartnerWasToldOfOnce() {
        DeviceTable store = threeOutstanding();
        List<Outbox.Outstanding> outstanding = due(store, 2);
        Outbox.Message message = message(outstanding);
        prepare(store, message, outstanding);
        completed(store, message, AT);
        drop(store, due(store, 1).get(0));
        assertThat(due(store, 10)).isEmpty();

        store.outbox().save(tenant, store.outbox().books(tenant).with(new Books.Resync(AT, "")));
        Books books = store.outbox()
                .resync(tenant, store.outbox().books(tenant), null)
                .orElseThrow();
        assertThat(books.resync()).isEqualTo(new Books.Resync(AT, null));
        assertThat(due(store, 10))
                .allSatisfy(one -> assertThat(one.isAgain()).isTrue())
                .extracting(one -> one.device().deviceId())
                .containsExactly(id(1), id(2));
        store.change(tenant, id(1), device -> device.with(threat(id(1), 1, Threat.Status.OPEN)));
        assertThat(due(store, 1).get(0).isAgain()).as("a change keeps it").isTrue();
    }

    @Test
    void whoLookedBeforeTheMarksWereRenewedSettlesNothing() {
        DeviceTable store = new DeviceTable(tables(), clock);
        for (int number = 0; number < 103; number++) {
            StoredDevices.add(tables(), tenant, List.of(device(number)));
            store.outbox().mark(tenant, id(number));
        }
        List<Outbox.Outstanding> before = due(store, 200);
        AtomicInteger checkpoints = new AtomicInteger();
        store.outbox().renewMarks(tenant, checkpoints::incrementAndGet);
        assertThat(checkpoints).hasValue(2);
        assertThat(before).hasSize(103);
        for (int number : List.of(0, 99, 102)) {
            drop(store, before.get(number));
        }
        assertThat(due(store, 200)).hasSize(103);
    }
}
