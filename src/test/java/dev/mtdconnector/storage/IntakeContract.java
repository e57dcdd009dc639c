package dev.mtdconnector.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.intake.Event;
import dev.mtdconnector.intake.IntakeLog;
import dev.mtdconnector.intake.IntakeStore.Tie;
import dev.mtdconnector.intake.ParkedEvents;
import dev.mtdconnector.intake.ParkedEvents.Parked;
import dev.mtdconnector.intake.ParkedEvents.Reason;
import dev.mtdconnector.intake.ParkedEvents.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What intake relies on of its stores. Every test has a tenant of its own. */
abstract class IntakeContract {

    private static final Instant AT = Instant.parse("2026-11-21T09:00:00.123456Z");
    private static final String HARD_ID = "~!#$%&'()*+,-./:;<=>?@[\\]^_`{|}".repeat(3);

    private final String tenant = UUID.randomUUID().toString();

    abstract Tables tables();

    private static Event.OfDevice event(String guid, int second, String id) {
        return new Event.OfDevice(id, "enterprise", AT.plusSeconds(second), List.of(), guid, null, true, true, false);
    }

    @Test
    void aGuidMeansTheDeviceThatTheLatestEventNames() {
        IntakeTable store = new IntakeTable(tables());
        assertThat(store.tie(tenant, "g1")).isEmpty();
        store.tie(tenant, "a", event("g1", 5, HARD_ID));
        store.tie(tenant, "a", event("g2", 5, "e"));
        assertThat(store.tie(tenant, "b", event("g1", 4, "late")).deviceId()).isEqualTo("a");
        Tie moved = store.tie(tenant, "b", event("g1", 6, "later"));
        assertThat(moved).isEqualTo(new Tie("b", AT.plusSeconds(6), "later", Set.of("a")));
        assertThat(store.tie(tenant, "g1")).contains(moved);
        assertThat(store.vendorGuidsOf(tenant, "a")).containsExactly("g2");
        assertThat(store.vendorGuidsOf(tenant, "b")).containsExactly("g1");

        Tie again = store.tie(tenant, "c", event("g1", 7, "x"));
        assertThat(again.movesFrom()).containsExactlyInAnyOrder("a", "b");
        store.moved(tenant, "g1", moved);
        assertThat(store.tie(tenant, "g1")).as("tied anew meanwhile").contains(again);
        store.moved(tenant, "g1", again);
        assertThat(store.tie(tenant, "g1").orElseThrow().movesFrom()).isEmpty();
    }

    @Test
    void eventsWaitInWholeByTheirOwnTimeAndAreCounted() {
        ParkedEvents parked = new IntakeTable(tables()).parked();
        String event = "{\"x\": \"" + "é\ud83d\ude00".repeat(30_000) + "\"}";
        Waiting late = new Waiting(AT.plusSeconds(9), "1", "late");
        Waiting early = new Waiting(AT, HARD_ID, event);
        assertThat(parked.park(tenant, "g1", Reason.GUID_UNKNOWN, List.of(late, early), AT))
                .isEqualTo(2);
        assertThat(parked.park(tenant, "g1", Reason.GUID_UNKNOWN, List.of(early), AT))
                .isEqualTo(1);
        parked.park(tenant, "g11", Reason.DEVICE_NOT_ENROLLED, List.of(early), AT.plusSeconds(1));
        assertThat(parked.parked(tenant, "g1", 10)).extracting(Parked::event).containsExactly(event, "late");
        assertThat(parked.parked(tenant, "g1", 1)).hasSize(1);

        ParkedEvents.Overview overview = parked.overview(tenant, 1, null);
        assertThat(overview.byReason()).isEqualTo(Map.of(Reason.GUID_UNKNOWN, 2L, Reason.DEVICE_NOT_ENROLLED, 1L));
        assertThat(overview.guids()).containsExactly(new ParkedEvents.OfGuid("g1", Reason.GUID_UNKNOWN, 2, AT));
        assertThat(overview.next()).isEqualTo("g1");
        assertThat(parked.overview(tenant, 1, "g1").guids())
                .extracting(ParkedEvents.OfGuid::vendorGuid)
                .containsExactly("g11");
        assertThat(parked.overview(tenant, 1, "g1").next()).isNull();

        List<Parked> all = parked.parked(tenant, "g1", 10);
        parked.park(tenant, "g1", Reason.DEVICE_NOT_ENROLLED, List.of(early), AT);
        assertThat(parked.overview(tenant, 1, null).byReason())
                .as("the reason is that of all of a guid")
                .isEqualTo(Map.of(Reason.GUID_UNKNOWN, 0L, Reason.DEVICE_NOT_ENROLLED, 3L));
        Tie tie = new IntakeTable(tables()).tie(tenant, "a", event("g1", 1, "e"));
        assertThat(parked.unpark(tenant, "g1", all.subList(0, 1), tie)).isTrue();
        assertThat(parked.unpark(tenant, "g1", all, new Tie("b", tie.at(), tie.eventId(), Set.of())))
                .as("tied to another device meanwhile")
                .isFalse();
        assertThat(parked.parked(tenant, "g1", 10)).hasSize(1);
        assertThat(parked.unpark(tenant, "g1", all, tie)).isTrue();
        assertThat(parked.unpark(tenant, "g1", all, tie)).isTrue();
        assertThat(parked.parked(tenant, "g1", 10)).isEmpty();
        assertThat(parked.overview(tenant, 10, null).byReason())
                .isEqualTo(Map.of(Reason.GUID_UNKNOWN, 0L, Reason.DEVICE_NOT_ENROLLED, 1L));
    }

    @Test
    void manyWaitInSlicesAndGoAfterTenDays() {
        ParkedEvents parked = new IntakeTable(tables()).parked();
        List<Waiting> many = new ArrayList<>();
        for (int i = 0; i < 250; i++) {
            many.add(new Waiting(AT.plusSeconds(i), "e" + i, "{}"));
        }
        assertThat(parked.park(tenant, "g", Reason.GUID_UNKNOWN, many, AT)).isEqualTo(250);
        Instant nextDay = AT.plus(Duration.ofDays(1));
        parked.park(tenant, "g", Reason.GUID_UNKNOWN, List.of(new Waiting(AT, "x", "{}")), nextDay);

        parked.expire(tenant, AT.plus(Duration.ofDays(10)));
        assertThat(parked.overview(tenant, 10, null).expired()).isZero();
        parked.expire(tenant, AT.plus(Duration.ofDays(11)));
        ParkedEvents.Overview overview = parked.overview(tenant, 10, null);
        assertThat(overview.expired()).isEqualTo(250);
        assertThat(overview.guids()).extracting(ParkedEvents.OfGuid::count).containsExactly(1L);
        parked.expire(tenant, AT.plus(Duration.ofDays(30)));
        assertThat(parked.overview(tenant, 10, null).guids()).isEmpty();
        assertThat(parked.parked(tenant, "g", 10)).isEmpty();
    }

    private static IntakeLog.Entry kept(int second, String id, String type, @Nullable String guid) {
        return new IntakeLog.Entry(
                new Event.Kept(id, null, AT.plusSeconds(second), List.of(), type, guid), "{\"é\": \"" + id + "\"}");
    }

    @Test
    void whatChangesNoDeviceIsKeptOnceAndCounted() {
        IntakeLogTable log = new IntakeLogTable(tables());
        IntakeLog.Entry smishing = kept(1, HARD_ID, "SMISHING_ALERT", "g");
        IntakeLog.Entry audit = kept(2, "b", "AUDIT", null);
        log.add(tenant, Map.of("audit_kept", 1), List.of(), List.of(audit, smishing), AT);
        log.add(
                tenant,
                Map.of("audit_kept", 2, "device_applied", 1),
                List.of(new Event.Unknown("type", "NEW"), new Event.Unknown("type", "NEW")),
                List.of(),
                AT.plus(Duration.ofDays(1)));
        assertThat(log.fresh(
                        tenant,
                        List.of(smishing.event(), kept(3, "c", "AUDIT", null).event())))
                .extracting(Event.Kept::id)
                .containsExactly("c");
        assertThat(log.counts(tenant)).isEqualTo(Map.of("audit_kept", 3L, "device_applied", 1L));
        assertThat(log.words(tenant)).isEqualTo(Map.of(new Event.Unknown("type", "NEW"), 2L));
        assertThat(log.latest(tenant, 10))
                .extracting(IntakeLog.KeptEvent::eventId)
                .containsExactly("b", HARD_ID);
        assertThat(log.smishing(tenant, "g", 10))
                .containsExactly(new IntakeLog.KeptEvent(
                        AT.plusSeconds(1), HARD_ID, "SMISHING_ALERT", "{\"é\": \"" + HARD_ID + "\"}"));
    }

    @Test
    void theLogIsBounded() {
        IntakeLogTable log = new IntakeLogTable(tables());
        List<IntakeLog.Entry> many = new ArrayList<>();
        List<Event.Unknown> words = new ArrayList<>();
        for (int i = 0; i < IntakeLog.MOST_A_DAY + 50; i++) {
            many.add(kept(i, "e" + i, "SMISHING_ALERT", "g"));
            words.add(new Event.Unknown("type", "W" + i));
        }
        log.add(tenant, Map.of("smishing_alert_kept", many.size()), words.subList(0, 10), many, AT);
        assertThat(log.latest(tenant, 2000)).hasSize(IntakeLog.MOST_A_DAY);
        for (int i = 10; i < 400; i += 10) {
            log.add(tenant, Map.of("x", 1), words.subList(i, i + 10), List.of(), AT);
        }
        assertThat(log.words(tenant)).hasSize(IntakeLog.MOST_WORDS + 1);
        assertThat(log.words(tenant).values().stream()
                        .mapToLong(Long::longValue)
                        .sum())
                .isEqualTo(400);

        Instant later = AT.plus(Duration.ofDays(31));
        log.add(tenant, Map.of("y", 1), List.of(), List.of(kept(31 * 86_400, "new", "AUDIT", null)), later);
        assertThat(log.latest(tenant, 10))
                .extracting(IntakeLog.KeptEvent::eventId)
                .containsExactly("new");
        assertThat(log.smishing(tenant, "g", 10)).isEmpty();
        assertThat(log.counts(tenant)).isEqualTo(Map.of("y", 1L));
    }
}
