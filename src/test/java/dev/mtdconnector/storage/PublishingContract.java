package dev.mtdconnector.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mtdconnector.intune.RiskMembers;
import dev.mtdconnector.intune.RiskMembers.Member;
import dev.mtdconnector.intune.RiskMembers.Standing;
import dev.mtdconnector.intune.UploadLog;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is kept of writes to directories. */
abstract class PublishingContract {

    private static final Instant AT = Instant.parse("2026-11-21T09:00:00.1234567Z");
    private static final String GROUP = "44444444-0000-4000-8000-000000000001";

    private final String tenant = UUID.randomUUID().toString();

    abstract Tables tables();

    @Test
    void aMessageThatWasWrittenIsKnownWithWhatItLeftOut() {
        UploadLog log = new PublishingTable(tables());
        UUID first = UUID.randomUUID();
        UUID second = UUID.randomUUID();
        assertThat(log.refused(tenant, first)).isEmpty();
        log.written(tenant, first, Map.of("d1", "gone", "d2", "| \\ / # ? é"));
        assertThat(log.refused(tenant, first)).contains(Map.of("d1", "gone", "d2", "| \\ / # ? é"));
        log.written(tenant, first, Map.of());
        assertThat(log.refused(tenant, first)).as("kept once").contains(Map.of("d1", "gone", "d2", "| \\ / # ? é"));
        log.written(tenant, second, Map.of());
        assertThat(log.refused(tenant, second)).contains(Map.of());
        assertThat(log.refused(tenant, first)).as("known, no details").contains(Map.of());
        assertThat(log.refused(UUID.randomUUID().toString(), first)).isEmpty();
    }

    @Test
    void onlyTheLatestMessagesAreKnown() {
        UploadLog log = new PublishingTable(tables());
        List<UUID> ids = new ArrayList<>();
        for (int i = 0; i <= PublishingTable.MOST_MESSAGES; i++) {
            ids.add(UUID.randomUUID());
            log.written(tenant, ids.get(i), Map.of());
        }
        assertThat(log.refused(tenant, ids.get(0))).isEmpty();
        assertThat(log.refused(tenant, ids.get(1))).isPresent();
    }

    @Test
    void membersAreStoredOnceEachByWhoReadThemLast() {
        RiskMembers store = new PublishingTable(tables());
        Member lena = new Member("lena", Set.of("d1", "d2"), Standing.ADDING, AT, null);
        Member saved = store.save(tenant, GROUP, List.of(lena)).get(0);
        assertThat(saved.withVersion(null)).isEqualTo(lena);
        assertThat(store.find(tenant, GROUP, List.of("lena", "oscar"))).isEqualTo(Map.of("lena", saved));
        assertThat(store.find(tenant, "another", List.of("lena"))).isEmpty();

        Member later = new Member("lena", Set.of(), Standing.REMOVED, AT, saved.version());
        Member stored = store.save(tenant, GROUP, List.of(later)).get(0);
        assertThat(store.find(tenant, GROUP, List.of("lena"))).isEqualTo(Map.of("lena", stored));
        assertThatThrownBy(() -> store.save(tenant, GROUP, List.of(later))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> store.save(tenant, GROUP, List.of(lena))).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void manyMembersAreStored() {
        RiskMembers store = new PublishingTable(tables());
        List<Member> many = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            many.add(new Member("u" + i, Set.of("d" + i), Standing.ADDED, AT, null));
        }
        assertThat(store.save(tenant, GROUP, many)).hasSize(120);
    }

    @Test
    void aUserWhoEnrolledForManyIsStoredWithAllTheirDevices() {
        RiskMembers store = new PublishingTable(tables());
        Set<String> devices = new HashSet<>();
        for (int i = 0; i < 1700; i++) {
            devices.add(UUID.randomUUID().toString());
        }
        store.save(tenant, GROUP, List.of(new Member("u", devices, Standing.ADDED, AT, null)));
        Member found =
                Objects.requireNonNull(store.find(tenant, GROUP, List.of("u")).get("u"));
        assertThat(found).extracting(Member::deviceIds).isEqualTo(devices);
        store.save(tenant, GROUP, List.of(new Member("u", Set.of("d"), Standing.ADDED, AT, found.version())));
        assertThat(store.find(tenant, GROUP, List.of("u")).get("u"))
                .extracting(Member::deviceIds)
                .isEqualTo(Set.of("d"));
    }

    @Test
    void devicesArePutDownToMembersAndToNobody() {
        RiskMembers store = new PublishingTable(tables());
        Map<String, @Nullable String> both = new HashMap<>();
        both.put("d1", "lena");
        both.put("d2", "oscar");
        store.saveDevices(tenant, GROUP, both);
        assertThat(store.ofDevices(tenant, GROUP, List.of("d1", "d2", "d3")))
                .isEqualTo(Map.of("d1", "lena", "d2", "oscar"));
        Map<String, @Nullable String> less = new HashMap<>();
        less.put("d1", null);
        less.put("d2", "lena");
        less.put("d3", null);
        store.saveDevices(tenant, GROUP, less);
        assertThat(store.ofDevices(tenant, GROUP, List.of("d1", "d2", "d3"))).isEqualTo(Map.of("d2", "lena"));
    }
}
