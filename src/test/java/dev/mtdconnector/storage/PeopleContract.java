package dev.mtdconnector.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.people.PeopleStore;
import dev.mtdconnector.people.PeopleStore.Settings;
import dev.mtdconnector.people.PeopleStore.Summarised;
import dev.mtdconnector.people.PeopleStore.Told;
import dev.mtdconnector.people.PeopleStore.Windows;
import dev.mtdconnector.people.Period;
import dev.mtdconnector.people.Person;
import dev.mtdconnector.people.Topic;
import dev.mtdconnector.threat.RiskLevel;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What mail to administrators relies on of its store, whatever tables stand behind it. Every test has a tenant of its own. */
abstract class PeopleContract {

    private static final Instant AT = Instant.parse("2026-11-21T09:00:00.1234567Z");
    private static final String INES = "8c6e9c1f-08ff-4b1e-8e6b-d300466cfd6a";

    private final String tenant = UUID.randomUUID().toString();

    abstract Tables tables();

    private Person person(@Nullable String address, Set<Topic> on, @Nullable String version) {
        return new Person(tenant, INES, address, on, "ko", AT, "secret", version);
    }

    @Test
    void aPersonIsStoredOnlyAsItWasRead() {
        PeopleStore store = new PeopleTable(tables());
        assertThat(store.save(person("ines@contoso.example", Set.of(Topic.HIGH, Topic.WEEKLY), null)))
                .isTrue();
        Person read = store.find(tenant, INES).orElseThrow();

        assertThat(read).isEqualTo(person("ines@contoso.example", Set.of(Topic.HIGH, Topic.WEEKLY), read.version()));
        assertThat(store.save(person("other@contoso.example", Set.of(), null))).isFalse();
        assertThat(store.save(person(null, Set.of(), read.version()))).isTrue();
        assertThat(store.save(read)).isFalse();
        Person changed = store.find(tenant, INES).orElseThrow();
        assertThat(changed).isEqualTo(person(null, Set.of(), changed.version()));

        store.remove(read);
        assertThat(store.all(tenant)).containsExactly(changed);
        store.remove(changed);
        store.remove(changed);
        assertThat(store.all(tenant)).isEmpty();
        assertThat(store.save(changed)).isFalse();
    }

    @Test
    void eachSettingIsStoredByItself() {
        PeopleStore store = new PeopleTable(tables());
        assertThat(store.settings(tenant)).isEqualTo(Settings.DEFAULT);

        store.timeZone(tenant, ZoneId.of("Asia/Seoul"));
        store.hideUsers(tenant, true);

        assertThat(store.settings(tenant)).isEqualTo(new Settings(true, ZoneId.of("Asia/Seoul")));
        store.hideUsers(tenant, false);
        assertThat(store.settings(tenant)).isEqualTo(new Settings(false, ZoneId.of("Asia/Seoul")));
    }

    @Test
    void whatWasToldIsReplacedByDevice() {
        PeopleStore store = new PeopleTable(tables());
        Map<String, List<Told>> many = new HashMap<>();
        for (int i = 0; i < 230; i++) {
            many.put(
                    "device-%03d".formatted(i),
                    List.of(
                            new Told("guid a", RiskLevel.HIGH, 3, null),
                            new Told("guid-b", RiskLevel.LOW, 4, RiskLevel.MEDIUM)));
        }
        store.saveTold(tenant, many);
        assertThat(store.told(tenant)).isEqualTo(many);

        store.saveTold(tenant, Map.of("device-007", List.of(), "device-nobody", List.of()));

        many.remove("device-007");
        assertThat(store.told(tenant)).isEqualTo(many);
        assertThat(store.told(UUID.randomUUID().toString())).isEmpty();
    }

    @Test
    void howFarItIsIsStored() {
        PeopleStore store = new PeopleTable(tables());
        assertThat(store.windows(tenant)).isEmpty();
        assertThat(store.summarised(tenant, Period.WEEKLY)).isEmpty();

        Windows windows = new Windows(7, List.of(AT, AT.plusSeconds(1)), true);
        store.saveWindows(tenant, new Windows(6, List.of(), false));
        store.saveWindows(tenant, windows);
        Summarised summarised = new Summarised(LocalDate.of(2026, 11, 23), Map.of("devices", 3L, "threats-high", 1L));
        store.saveSummarised(tenant, Period.WEEKLY, summarised);
        store.saveSummarised(tenant, Period.DAILY, new Summarised(LocalDate.of(2026, 11, 24), Map.of()));

        assertThat(store.windows(tenant)).contains(windows);
        assertThat(store.summarised(tenant, Period.WEEKLY)).contains(summarised);
        assertThat(store.summarised(tenant, Period.DAILY))
                .contains(new Summarised(LocalDate.of(2026, 11, 24), Map.of()));
    }
}
