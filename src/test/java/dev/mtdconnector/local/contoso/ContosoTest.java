package dev.mtdconnector.local.contoso;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mtdconnector.local.http.Json;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ContosoTest {

    private static Contoso generate(long seed, int users) {
        return Contoso.generate(seed, users, ContosoOptions.forTests().registrations());
    }

    private static List<Device> devicesInScope(Contoso contoso) {
        return contoso.transitiveMembers(WellKnown.ENROLLMENT_GROUP).stream()
                .flatMap(id -> contoso.devicesOf(id).stream())
                .toList();
    }

    /** Everything that a tenant holds, as text. */
    private static String print(Contoso contoso) {
        List<String> lines = new ArrayList<>();
        contoso.users().forEach(user -> lines.add(user.toString()));
        contoso.groups().forEach(group -> lines.add(group + " " + contoso.members(group.id())));
        contoso.devices().forEach(device -> lines.add(device.toString()));
        contoso.principals().forEach(principal -> lines.add(principal.toString()));
        return String.join("\n", lines);
    }

    @Test
    void the_same_seed_gives_the_same_tenant_and_another_seed_another_one() {
        assertThat(print(generate(7, 300))).isEqualTo(print(generate(7, 300))).isNotEqualTo(print(generate(8, 300)));
    }

    @Test
    void the_enrollment_group_has_nine_supported_devices_and_two_that_are_not() {
        TreeMap<String, Long> bySystem = devicesInScope(generate(ContosoOptions.SEED, ContosoOptions.USERS)).stream()
                .collect(Collectors.groupingBy(Device::operatingSystem, TreeMap::new, Collectors.counting()));
        assertThat(bySystem)
                .containsEntry("iOS", 3L)
                .containsEntry("IPhone", 1L)
                .containsEntry("Android", 5L)
                .containsEntry("IPad", 1L)
                .containsEntry("Windows", 1L)
                .hasSize(5);
    }

    @Test
    void what_the_contract_names_stands_in_every_tenant() {
        for (long seed : new long[] {1, 2, 3}) {
            Contoso contoso = generate(seed, 40);
            assertThat(contoso.members(WellKnown.FULL_ACCESS_GROUP))
                    .containsExactly(WellKnown.INES, WellKnown.SECURITY_OPERATIONS_GROUP);
            assertThat(contoso.transitiveMembers(WellKnown.FULL_ACCESS_GROUP)).contains(WellKnown.AHMED);
            assertThat(contoso.members(WellKnown.RESTRICTED_ACCESS_GROUP)).containsExactly(WellKnown.PRIYA);
            assertThat(contoso.members(WellKnown.READ_ONLY_ACCESS_GROUP)).containsExactly(WellKnown.ZOE);
            assertThat(contoso.members(WellKnown.ENROLLMENT_GROUP))
                    .contains(WellKnown.LENA, WellKnown.FIELD_SALES_GROUP);
            assertThat(contoso.members(WellKnown.FIELD_SALES_GROUP)).contains(WellKnown.OSCAR);
            assertThat(contoso.user("LENA.BRANDT@contoso.example").orElseThrow().id())
                    .isEqualTo(WellKnown.LENA);
            assertThat(contoso.deviceByDeviceId(WellKnown.LENAS_IPHONE)
                            .orElseThrow()
                            .owner())
                    .isEqualTo(WellKnown.LENA);
            assertThat(contoso.deviceByDeviceId(WellKnown.OSCARS_ANDROID)
                            .orElseThrow()
                            .owner())
                    .isEqualTo(WellKnown.OSCAR);
            assertThat(contoso.user(WellKnown.INES).orElseThrow().mayConsentForTenant())
                    .isTrue();
        }
    }

    @Test
    void a_user_reached_by_two_ways_is_one_member() {
        Contoso contoso = generate(ContosoOptions.SEED, ContosoOptions.USERS);
        User mei = contoso.user("mei.tanaka@contoso.example").orElseThrow();
        String emea = contoso.groupsNamed("Sales EMEA").get(0).id();
        assertThat(contoso.groups().stream()
                        .filter(group -> contoso.members(group.id()).contains(emea)))
                .hasSize(2);
        assertThat(contoso.transitiveMembers(WellKnown.ENROLLMENT_GROUP))
                .containsOnlyOnce(mei.id())
                .doesNotHaveDuplicates();
    }

    @Test
    void some_people_are_in_no_group_and_names_are_not_plain() {
        Contoso contoso = generate(ContosoOptions.SEED, ContosoOptions.USERS);
        Set<String> grouped = contoso.groups().stream()
                .flatMap(group -> contoso.members(group.id()).stream())
                .collect(Collectors.toSet());
        assertThat(contoso.users()).anyMatch(user -> !grouped.contains(user.id()));
        assertThat(contoso.users()).extracting(User::displayName).contains("Siobhán O'Neill", "Jürgen Groß");
        assertThat(contoso.devices()).anyMatch(device -> device.displayName().contains("🦊"));
        assertThat(contoso.groups()).anyMatch(group -> group.unified() && !group.securityEnabled());
    }

    @Test
    void names_and_ids_are_unique_in_a_large_tenant() {
        Contoso contoso = generate(5, 5_000);
        assertThat(contoso.users()).hasSize(5_000);
        assertThat(contoso.users().stream().map(User::userPrincipalName).distinct())
                .hasSize(5_000);
        List<Device> devices = contoso.devices();
        assertThat(devices.stream().map(Device::deviceId).distinct()).hasSize(devices.size());
    }

    @Test
    void a_circle_of_groups_is_walked_once() {
        Contoso contoso = generate(1, 12);
        contoso.atomically(() -> contoso.addMember(WellKnown.FIELD_SALES_GROUP, WellKnown.ENROLLMENT_GROUP));
        assertThat(contoso.transitiveMembers(WellKnown.ENROLLMENT_GROUP)).doesNotHaveDuplicates();
    }

    @Test
    void of_several_changes_all_or_none_happen() {
        Contoso contoso = generate(1, 12);
        Changes changes = new Changes(contoso, Journal.inMemory(), Clock.systemUTC());
        String before = print(contoso);
        assertThatThrownBy(() -> changes.apply(List.of(
                        Json.parse("{\"type\":\"userDeleted\",\"user\":\"" + WellKnown.LENA + "\"}"),
                        Json.parse("{\"type\":\"deviceDeleted\",\"deviceId\":\"" + WellKnown.LENAS_IPHONE + "\"}"),
                        Json.parse("{\"type\":\"groupDeleted\",\"group\":\"Field Sales\"}"),
                        Json.parse("{\"type\":\"groupDeleted\",\"group\":\"No such group\"}"))))
                .hasMessage("changes[3]: There is no group No such group");
        assertThat(print(contoso)).isEqualTo(before);
    }
}
