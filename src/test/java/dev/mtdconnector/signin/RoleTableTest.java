package dev.mtdconnector.signin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mtdconnector.testing.GoldenFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RoleTableTest {

    @Test
    void theDocumentSaysWhatEachRoleMay() {
        GoldenFile.section(Path.of("docs", "sign-in.md"), "roles")
                .matches("\n| May | " + row(Role::label) + "\n|---|"
                        + row(role -> "---").replace(" ", "") + "\n"
                        + Arrays.stream(Access.values())
                                .filter(Access::isForAdministrators)
                                .map(access -> "| " + access.inWords() + " | "
                                        + row(role -> role.allows(access) ? "yes" : "") + "\n")
                                .collect(Collectors.joining())
                        + "\n");
    }

    private static String row(Function<Role, String> cell) {
        return Arrays.stream(Role.values()).map(cell).collect(Collectors.joining(" | ", "", " |"));
    }

    @Test
    void nobodyMayDoMoreThanFullAdministrators() {
        for (Access access : Access.values()) {
            if (Role.RESTRICTED.allows(access) || Role.READ_ONLY.allows(access)) {
                assertThat(Role.FULL.allows(access)).as("%s", access).isTrue();
            }
            if (!access.isForAdministrators()) {
                assertThat(Arrays.stream(Role.values()).anyMatch(role -> role.allows(access)))
                        .isFalse();
                assertThatThrownBy(access::inWords).isInstanceOf(IllegalStateException.class);
            }
        }
    }
}
