package dev.mtdconnector.local.intune;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.RSAKey;
import dev.mtdconnector.local.contoso.AppRegistration;
import dev.mtdconnector.local.contoso.Changes;
import dev.mtdconnector.local.contoso.Contoso;
import dev.mtdconnector.local.contoso.ContosoClock;
import dev.mtdconnector.local.contoso.IntuneView;
import dev.mtdconnector.local.contoso.Journal;
import dev.mtdconnector.local.contoso.ServicePrincipal;
import dev.mtdconnector.local.contoso.TokenCheck;
import dev.mtdconnector.local.contoso.Tokens;
import dev.mtdconnector.local.contoso.WellKnown;
import dev.mtdconnector.local.http.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Intune inside Contoso: real tokens, real settings, the journal in a file. */
class ContosoIntuneTest {

    private static final RSAKey KEY = Tokens.newKey();
    private static final Duration HOUR = Duration.ofHours(1);

    private @TempDir Path directory;

    @Test
    void takes_tokens_for_intune_with_the_role_and_no_others() {
        try (World world = new World(directory)) {
            ServicePrincipal partner = world.changes.consent(WellKnown.PARTNER_CLIENT);
            List<String> role = List.of(PartnerService.ROLE);

            assertThat(world.provision(world.token(partner, WellKnown.INTUNE_AUDIENCE, role, HOUR)))
                    .isEqualTo(200);
            assertThat(world.provision(world.token(partner, WellKnown.INTUNE_AUDIENCE, List.of(), HOUR)))
                    .isEqualTo(403);
            assertThat(world.provision(world.token(partner, WellKnown.GRAPH_AUDIENCE, role, HOUR)))
                    .isEqualTo(401);
            assertThat(world.provision(world.token(partner, WellKnown.INTUNE_AUDIENCE, role, Duration.ofSeconds(-1))))
                    .isEqualTo(401);
            assertThat(world.provision("not-a-token")).isEqualTo(401);
        }
    }

    @Test
    void shows_graph_and_the_control_api_what_follows_from_reports_and_settings() {
        try (World world = new World(directory)) {
            IntuneView view = new ContosoIntune(world.intune);
            assertThat(view.connector()).isEqualTo(new IntuneView.Connector(null, "unavailable", false, null, 7));

            world.reportHigh();
            world.changes.apply(List.of(
                    Json.object()
                            .put("type", "platformToggled")
                            .put("platform", "ios")
                            .put("enabled", true),
                    Json.object().put("type", "complianceRule").put("level", "low")));

            assertThat(view.connector())
                    .isEqualTo(
                            new IntuneView.Connector(ContosoIntune.PARTNER_ID, "enabled", true, IntuneBench.START, 7));
            assertThat(view.device(WellKnown.LENAS_IPHONE))
                    .isEqualTo(new IntuneView.DeviceState("highSeverity", "noncompliant"));
            assertThat(view.device(WellKnown.OSCARS_ANDROID))
                    .isEqualTo(new IntuneView.DeviceState("unknown", "compliant"));
            assertThat(view.device(IntuneBench.NO_DEVICE)).isEqualTo(IntuneView.DeviceState.UNKNOWN);
        }
    }

    @Test
    void remembers_over_a_restart_what_it_was_told() {
        SimulatedIntune.Connector connector;
        List<SimulatedIntune.ReceivedMessage> messages;
        try (World world = new World(directory)) {
            world.reportHigh();
            world.changes.apply(List.of(Json.object()
                    .put("type", "platformToggled")
                    .put("platform", "ios")
                    .put("enabled", true)));
            connector = world.intune.connector(WellKnown.TENANT);
            messages = world.intune.messages(WellKnown.TENANT);
        }
        try (World world = new World(directory)) {
            assertThat(world.intune.connector(WellKnown.TENANT)).isEqualTo(connector);
            assertThat(world.intune.messages(WellKnown.TENANT))
                    .isEqualTo(messages)
                    .hasSize(1);
            assertThat(new ContosoIntune(world.intune)
                            .device(WellKnown.LENAS_IPHONE)
                            .threatState())
                    .isEqualTo("highSeverity");
        }
    }

    private static final class World implements AutoCloseable {
        final Journal journal;
        final Contoso contoso = Contoso.generate(
                7,
                20,
                List.of(new AppRegistration(
                        "partner",
                        WellKnown.PARTNER_CLIENT,
                        "MTD Connector: Intune partner",
                        List.of(WellKnown.role(PartnerService.ROLE).orElseThrow()),
                        Set.of(),
                        Set.of())));
        final Changes changes;
        final Tokens tokens;
        final SimulatedIntune intune;
        final PartnerService service;

        World(Path directory) {
            journal = Journal.in(directory);
            ContosoClock clock = new ContosoClock(Clock.fixed(IntuneBench.START, ZoneOffset.UTC), journal);
            changes = new Changes(contoso, journal, clock);
            tokens = new Tokens(KEY, clock, "https://login.example");
            intune = new SimulatedIntune(
                    clock, new ContosoTenants(contoso), journal, PartnerNames.INVENTED, Duration.ZERO, Set.of());
            service = new PartnerService(
                    intune, new ContosoTokens(new TokenCheck(tokens, contoso, clock, Set.of())), Set.of());
        }

        String token(ServicePrincipal principal, String audience, List<String> roles, Duration lifetime) {
            return tokens.forApplication(WellKnown.TENANT, principal, audience, roles, lifetime);
        }

        int provision(String token) {
            return service.answer(new PartnerService.Request(
                            "PUT",
                            "/tenant/PartnerTenants(guid'" + WellKnown.TENANT + "')",
                            "1.6",
                            "Bearer " + token,
                            null,
                            "{\"Provisioned\":1}".getBytes(StandardCharsets.UTF_8)))
                    .status();
        }

        void reportHigh() {
            intune.provision(WellKnown.TENANT, true);
            intune.heartbeat(WellKnown.TENANT);
            intune.upload(
                    WellKnown.TENANT,
                    IntuneBench.MESSAGE,
                    IntuneBench.content(WellKnown.LENAS_IPHONE, "highSeverity", IntuneBench.START));
        }

        @Override
        public void close() {
            journal.close();
        }
    }
}
