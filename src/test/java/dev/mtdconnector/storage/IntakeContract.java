package dev.mtdconnector.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.intake.Event;
import dev.mtdconnector.intake.IntakeLog;
import dev.mtdconnector.intake.IntakeStore.ByPerson;
import dev.mtdconnector.intake.IntakeStore.Claims;
import dev.mtdconnector.intake.IntakeStore.Said;
import dev.mtdconnector.intake.IntakeStore.Tie;
import dev.mtdconnector.intake.ParkedEvents;
import dev.mtdconnector.intake.ParkedEvents.Parked;
import dev.mtdconnector.intake.ParkedEvents.Reason;
import dev.mtdconnector.intake.ParkedEvents.Waiting;
import dev.mtdconnector.intake.VendorDevice;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What intake relies on of its stores. Every test has a tenant of its own. */
abstract class IntakeContract {

    private static final Instant AT = Instant.parse("2026-11-21T09:00:00.123456Z");
    private static final String HARD_ID = "~!#$%&'()*+,-./:;<=>?@[\\]^_`{|}".repeat(3);

    private static final String INTUNE_ID = "11111111-0000-4000-8000-00000000000a";
    private static final VendorDevice PHONE =
            new VendorDevice("IOS", "iPhone", "a@b.example", null, INTUNE_ID.toUpperCase(Locale.ROOT), "INTUNE");

    private final String tenant = UUID.randomUUID().toString();

    abstract Tables tables();

    private static Tie to(@Nullable String deviceId, int second, String id, String... from) {
        Instant at = AT.plusSeconds(second);
        Said entra = deviceId == null ? null : new Said(deviceId, at, id);
        return new Tie(deviceId, at, id, Set.of(from), new Claims(entra, null, null));
    }

    private static Map<Reason, Long> waiting(long unknown, long notEnrolled) {
        return Map.of(
                Reason.GUID_UNKNOWN,
                unknown,
                Reason.MDM_ID_UNKNOWN,
                0L,
                Reason.IDS_CONFLICT,
                0L,
                Reason.DEVICE_NOT_ENROLLED,
                notEnrolled);
    }

    @Test
    void aGuidMeansTheDeviceThatTheLatestEventNames() {
        IntakeTable store = new IntakeTable(tables());
        assertThat(store.tie(tenant, "g1")).isEmpty();
        assertThat(store.change(tenant, "g1", before -> before)).isEqualTo(Tie.NONE);
        assertThat(store.hasAny(tenant)).isFalse();
        store.change(tenant, "g1", before -> to("a", 5, HARD_ID));
        store.change(tenant, "g2", before -> to("a", 5, "e"));
        Tie moved = store.change(tenant, "g1", before -> {
            assertThat(before).isEqualTo(to("a", 5, HARD_ID));
            return to("b", 6, "later", "a");
        });
        assertThat(store.tie(tenant, "g1")).contains(moved);
        assertThat(store.vendorGuidsOf(tenant, "a")).containsExactly("g2");
        assertThat(store.vendorGuidsOf(tenant, "b")).containsExactly("g1");

        Tie again = store.change(tenant, "g1", before -> to("c", 7, "x", "a", "b"));
        store.moved(tenant, "g1", moved);
        assertThat(store.tie(tenant, "g1")).as("tied anew meanwhile").contains(again);
        store.moved(tenant, "g1", again);
        assertThat(store.tie(tenant, "g1").orElseThrow().movesFrom()).isEmpty();
        store.change(tenant, "g1", before -> to(null, 8, "", "c"));
        assertThat(store.vendorGuidsOf(tenant, "c")).isEmpty();
        assertThat(store.tie(tenant, "g1")).contains(to(null, 8, "", "c"));
    }

    @Test
    void allThatIsSaidOfAGuidIsKeptAndFoundByItsIdInIntune() {
        IntakeTable store = new IntakeTable(tables());
        assertThat(store.hasIntuneIds(tenant)).isFalse();
        ByPerson person = new ByPerson("p", "a", "user:1", AT);
        ByPerson first = new ByPerson("p", null, "key:1", AT);
        Said entra = new Said("a", AT, HARD_ID);
        Said mdm = new Said("m1", AT.plusSeconds(1), "e");
        for (Claims claims : List.of(
                new Claims(entra, mdm, person),
                new Claims(null, mdm, first),
                new Claims(null, mdm, null),
                new Claims(null, new Said("m2", AT, "f"), null),
                Claims.NONE)) {
            Tie tie = new Tie("p", AT, "user:1", Set.of("x", "y"), claims);
            assertThat(store.change(tenant, "g1", before -> tie)).isEqualTo(tie);
            assertThat(store.tie(tenant, "g1")).contains(tie);
            for (String id : List.of("m1", "m2")) {
                boolean isSaid = claims.mdm() != null && claims.mdm().id().equals(id);
                assertThat(store.vendorGuidsOfIntune(tenant, id)).isEqualTo(isSaid ? List.of("g1") : List.of());
            }
            assertThat(store.hasIntuneIds(tenant)).isEqualTo(claims.mdm() != null);
        }
    }

    /** As the version before wrote it. */
    @Test
    void aTieFromBeforeThereWereOtherClaimsIsReadable() {
        Tables tables = tables();
        IntakeTable store = new IntakeTable(tables);
        store.change(tenant, "g1", before -> to("a", 5, "e", "b"));
        Table table = tables.table("intake");
        Row row = table.get(Keys.join(tenant), Keys.join("g", "g1")).orElseThrow();
        Map<String, Object> columns = new HashMap<>(row.properties());
        columns.keySet().removeAll(List.of("hasClaims", "entraId", "entraAt", "entraBy"));
        table.transact(List.of(new Change.Upsert(Row.of(row.partition(), row.key(), columns), Change.Mode.REPLACE)));
        assertThat(store.tie(tenant, "g1")).contains(to("a", 5, "e", "b"));
    }

    @Test
    void whatAnAdministratorDiscardsIsGoneAndCounted() {
        ParkedEvents parked = new IntakeTable(tables()).parked();
        List<Waiting> many = new ArrayList<>();
        for (int i = 0; i < 250; i++) {
            many.add(new Waiting(AT.plusSeconds(i), "e" + i, "{}"));
        }
        parked.park(tenant, "g", Reason.MDM_ID_UNKNOWN, PHONE, many, AT);
        parked.park(tenant, "other", Reason.GUID_UNKNOWN, VendorDevice.UNKNOWN, many.subList(0, 1), AT);
        assertThat(parked.awaitedMdmIds(tenant)).containsExactly(INTUNE_ID);
        assertThat(parked.of(tenant, "g"))
                .contains(new ParkedEvents.OfGuid("g", Reason.MDM_ID_UNKNOWN, 250, AT, PHONE));
        parked.explain(tenant, "g", Reason.IDS_CONFLICT);
        parked.explain(tenant, "nothing", Reason.IDS_CONFLICT);
        assertThat(parked.awaitedMdmIds(tenant)).isEmpty();
        assertThat(parked.overview(tenant, 10, null).byReason())
                .containsEntry(Reason.IDS_CONFLICT, 250L)
                .containsEntry(Reason.MDM_ID_UNKNOWN, 0L);

        assertThat(parked.discard(tenant, "g")).isEqualTo(250);
        assertThat(parked.discard(tenant, "g")).isZero();
        assertThat(parked.of(tenant, "g")).isEmpty();
        ParkedEvents.Overview overview = parked.overview(tenant, 10, null);
        assertThat(overview.discarded()).isEqualTo(250);
        assertThat(overview.expired()).isZero();
        assertThat(overview.guids()).extracting(ParkedEvents.OfGuid::vendorGuid).containsExactly("other");
        assertThat(overview.byReason()).containsEntry(Reason.IDS_CONFLICT, 0L);
    }

    @Test
    void eventsWaitInWholeByTheirOwnTimeAndAreCounted() {
        ParkedEvents parked = new IntakeTable(tables()).parked();
        String event = "{\"x\": \"" + "é\ud83d\ude00".repeat(30_000) + "\"}";
        Waiting late = new Waiting(AT.plusSeconds(9), "1", "late");
        Waiting early = new Waiting(AT, HARD_ID, event);
        assertThat(parked.park(tenant, "g1", Reason.GUID_UNKNOWN, VendorDevice.UNKNOWN, List.of(late, early), AT))
                .isEqualTo(2);
        assertThat(parked.park(tenant, "g1", Reason.GUID_UNKNOWN, VendorDevice.UNKNOWN, List.of(early), AT))
                .isEqualTo(1);
        parked.park(tenant, "g11", Reason.DEVICE_NOT_ENROLLED, VendorDevice.UNKNOWN, List.of(early), AT.plusSeconds(1));
        assertThat(parked.parked(tenant, "g1", 10)).extracting(Parked::event).containsExactly(event, "late");
        assertThat(parked.parked(tenant, "g1", 1)).hasSize(1);

        ParkedEvents.Overview overview = parked.overview(tenant, 1, null);
        assertThat(overview.byReason()).isEqualTo(waiting(2, 1));
        assertThat(overview.guids())
                .containsExactly(new ParkedEvents.OfGuid("g1", Reason.GUID_UNKNOWN, 2, AT, VendorDevice.UNKNOWN));
        assertThat(overview.next()).isEqualTo("g1");
        assertThat(parked.overview(tenant, 1, "g1").guids())
                .extracting(ParkedEvents.OfGuid::vendorGuid)
                .containsExactly("g11");
        assertThat(parked.overview(tenant, 1, "g1").next()).isNull();

        List<Parked> all = parked.parked(tenant, "g1", 10);
        parked.park(tenant, "g1", Reason.DEVICE_NOT_ENROLLED, VendorDevice.UNKNOWN, List.of(early), AT);
        assertThat(parked.overview(tenant, 1, null).byReason())
                .as("the reason is that of all of a guid")
                .isEqualTo(waiting(0, 3));
        Tie tie = new IntakeTable(tables()).change(tenant, "g1", before -> to("a", 1, "e"));
        assertThat(parked.unpark(tenant, "g1", all.subList(0, 1), tie)).isTrue();
        assertThat(parked.unpark(tenant, "g1", all, to("b", 1, "e")))
                .as("tied to another device meanwhile")
                .isFalse();
        assertThat(parked.parked(tenant, "g1", 10)).hasSize(1);
        assertThat(parked.unpark(tenant, "g1", all, tie)).isTrue();
        assertThat(parked.unpark(tenant, "g1", all, tie)).isTrue();
        assertThat(parked.parked(tenant, "g1", 10)).isEmpty();
        assertThat(parked.overview(tenant, 10, null).byReason()).isEqualTo(waiting(0, 1));
    }

    @Test
    void manyWaitInSlicesAndGoAfterTenDays() {
        ParkedEvents parked = new IntakeTable(tables()).parked();
        List<Waiting> many = new ArrayList<>();
        for (int i = 0; i < 250; i++) {
            many.add(new Waiting(AT.plusSeconds(i), "e" + i, "{}"));
        }
        assertThat(parked.park(tenant, "g", Reason.GUID_UNKNOWN, VendorDevice.UNKNOWN, many, AT))
                .isEqualTo(250);
        Instant nextDay = AT.plus(Duration.ofDays(1));
        parked.park(
                tenant, "g", Reason.GUID_UNKNOWN, VendorDevice.UNKNOWN, List.of(new Waiting(AT, "x", "{}")), nextDay);

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
