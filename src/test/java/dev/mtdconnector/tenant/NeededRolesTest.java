package dev.mtdconnector.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.schedule.JobKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class NeededRolesTest {

    @Test
    void everyRoleThatIsAskedForIsNeededAndTheOtherWayRound() {
        Map<Registration, Set<String>> needed = new EnumMap<>(Registration.class);
        needed.put(Registration.BASE, new TreeSet<>(NeededRoles.SIGN_IN));
        for (Registration publisher : EnumSet.complementOf(EnumSet.of(Registration.BASE))) {
            for (JobKind kind : JobKind.values()) {
                NeededRoles.of(kind, publisher)
                        .forEach((registration, roles) -> needed.computeIfAbsent(registration, none -> new TreeSet<>())
                                .addAll(roles));
            }
        }
        for (Registration registration : Registration.values()) {
            assertThat(needed.get(registration))
                    .containsExactlyInAnyOrderElementsOf(registration.requiredRoles().stream()
                            .map(ApplicationRole::value)
                            .toList());
        }
    }

    @Test
    void noWorkWaitsForARoleThatIsOptional() {
        Set<String> optional = new TreeSet<>(NeededRoles.MANAGED_DEVICES);
        optional.addAll(NeededRoles.PROTECTED_APPS);
        assertThat(Registration.BASE.optionalRoles().stream()
                        .map(ApplicationRole::value)
                        .toList())
                .containsExactlyInAnyOrderElementsOf(optional);
        for (JobKind kind : JobKind.values()) {
            NeededRoles.of(kind, Registration.PARTNER)
                    .values()
                    .forEach(roles -> assertThat(roles).doesNotContainAnyElementsOf(optional));
        }
    }

    @Test
    void everyRoleIsDocumented() throws IOException {
        String document = Files.readString(Path.of("docs", "consent.md"));
        for (Registration registration : Registration.values()) {
            Stream.concat(registration.requiredRoles().stream(), registration.optionalRoles().stream())
                    .forEach(role ->
                            assertThat(document).contains("| " + registration.label() + " | `" + role.value() + "`"));
        }
    }
}
