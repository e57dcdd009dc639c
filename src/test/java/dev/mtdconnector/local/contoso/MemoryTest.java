package dev.mtdconnector.local.contoso;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mtdconnector.local.http.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryTest {

    @TempDir
    private Path directory;

    private ContosoOptions options() {
        return ContosoOptions.forTests().inDirectory(directory);
    }

    @Test
    void consent_changes_clock_and_tokens_outlive_a_restart() throws Exception {
        String token;
        Instant moved;
        ServicePrincipal principal;
        try (World world = World.consented(options())) {
            world.change("{'type':'groupCreated','displayName':'Pilot'}");
            world.change("{'type':'platformToggled','platform':'android','enabled':true}");
            world.change("{'type':'roleRemoved','clientId':'base','role':'Device.Read.All'}");
            world.post("/control/clock", Json.object().put("advanceSeconds", 86_400));
            token = world.token("graph", "base");
            moved = world.server.parts().clock().instant();
            principal = world.server
                    .parts()
                    .contoso()
                    .principalOf(WellKnown.BASE_CLIENT)
                    .orElseThrow();
        }
        try (World world = new World(options())) {
            Contoso contoso = world.server.parts().contoso();
            assertThat(contoso.principalOf(WellKnown.BASE_CLIENT)).contains(principal);
            assertThat(contoso.groupsNamed("Pilot")).hasSize(1);
            assertThat(contoso.intune().androidEnabled()).isTrue();
            assertThat(world.server.parts().clock().instant()).isAfterOrEqualTo(moved);
            assertThat(world.as(token, "/groups").status()).isEqualTo(200);
        }
    }

    @Test
    void a_consent_given_again_after_a_revocation_makes_a_new_principal_that_is_remembered() throws Exception {
        String first;
        String second;
        try (World world = World.consented(options())) {
            first = principalId(world);
            world.change("{'type':'consentRevoked','clientId':'base'}");
            world.post("/control/clock", Json.object().put("advanceSeconds", 60));
            world.consent("base");
            second = principalId(world);
        }
        assertThat(second).isNotEqualTo(first);
        try (World world = new World(options())) {
            assertThat(principalId(world)).isEqualTo(second);
        }
    }

    private static String principalId(World world) {
        return world.server
                .parts()
                .contoso()
                .principalOf(WellKnown.BASE_CLIENT)
                .orElseThrow()
                .id();
    }

    @Test
    void a_refused_change_is_not_remembered() throws Exception {
        try (World world = World.consented(options())) {
            world.change("{'changes':[{'type':'groupDeleted','group':'Field Sales'},{'type':'earthquake'}]}");
        }
        try (World world = new World(options())) {
            assertThat(world.server.parts().contoso().groupsNamed("Field Sales"))
                    .hasSize(1);
        }
    }

    @Test
    void a_line_torn_by_a_crash_is_dropped_and_writing_goes_on() throws Exception {
        try (Journal journal = Journal.in(directory)) {
            journal.append("a", Json.object().put("n", 1));
        }
        Path file = directory.resolve("contoso.jsonl");
        Files.writeString(file, "{\"kind\":\"a\",\"da", StandardOpenOption.APPEND);
        try (Journal journal = Journal.in(directory)) {
            assertThat(numbers(journal)).containsExactly(1);
            journal.append("a", Json.object().put("n", 2));
        }
        try (Journal journal = Journal.in(directory)) {
            assertThat(numbers(journal)).containsExactly(1, 2);
            journal.reset();
            assertThat(numbers(journal)).isEmpty();
        }
        assertThat(file).doesNotExist();
    }

    private static List<Integer> numbers(Journal journal) {
        List<Integer> numbers = new ArrayList<>();
        journal.replay("a", data -> numbers.add(data.path("n").asInt()));
        return numbers;
    }

    @Test
    void a_directory_belongs_to_one_seed_and_size() {
        new World(options()).close();
        assertThatThrownBy(() -> new World(options().withUsers(ContosoOptions.SEED, 20)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("local.reset");
    }
}
