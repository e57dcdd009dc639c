package dev.mtdconnector.connector;

import static dev.mtdconnector.testing.TestApp.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.storage.ConnectorTable;
import dev.mtdconnector.tenant.Registration;
import dev.mtdconnector.testing.TestApp;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a beat proves, and what it does about what it hears. */
class BeatTest {

    private static final String GROUP = "44444444-0000-4000-8000-000000000001";

    private final TestApp app = new TestApp().ready();

    @BeforeEach
    void settle() {
        app.pass(Duration.ofMinutes(2));
    }

    private JsonNode heartbeat() {
        return app.get("/api/v1/connector").expect(200).json().path("heartbeat");
    }

    private ConnectorStore.Beats beats() {
        return new ConnectorTable(app.tables).beats(TENANT);
    }

    @ParameterizedTest
    @ValueSource(longs = {-3600, -301, 301, 3600})
    void anAnswerThatAcknowledgesAnotherBeatProvesNothing(long offSeconds) {
        Instant last = beats().lastBeatAt();
        app.intune.acknowledge(app.clock.instant().plusSeconds(540 + offSeconds));
        app.pass(Duration.ofSeconds(550));
        assertThat(heartbeat().path("state").asText()).isEqualTo("failing");
        assertThat(heartbeat().path("error").asText()).isEqualTo("intune.refused");
        assertThat(beats().lastBeatAt()).isEqualTo(last);
        app.intune.acknowledge(null);
        app.pass(Duration.ofMinutes(11));
        assertThat(heartbeat().path("state").asText()).isEqualTo("healthy");
    }

    @Test
    void clocksMayDifferByAsMuchAsTokensAllow() {
        app.intune.acknowledge(app.clock.instant().plusSeconds(540 - 200));
        app.pass(Duration.ofSeconds(550));
        assertThat(heartbeat().path("state").asText()).isEqualTo("healthy");
        assertThat(app.intune.beats()).hasSizeGreaterThan(2);
    }

    @Test
    void aBeatThatIsRefusedForGoodAsksForOneResyncHoweverOftenItIsTried() {
        app.intune.failWith(
                new UpstreamException(UpstreamException.Service.INTUNE, UpstreamException.Kind.REFUSED, "BadRequest"));
        Set<String> resyncs = new HashSet<>();
        for (int i = 0; i < 120; i++) {
            app.pass(Duration.ofSeconds(30));
            resyncs.add(String.valueOf(beats().resyncRequestedAt()));
        }
        assertThat(resyncs).as("none, then one").hasSize(2).contains("null");
        assertThat(heartbeat().path("state").asText()).isEqualTo("failing");
    }

    @Test
    void aConnectorThatWasRemovedIsAnnouncedAgainWithinTheSameBeat() {
        app.intune.remove();
        app.pass(Duration.ofMinutes(10));
        assertThat(app.intune.provisions()).isEqualTo(2);
        assertThat(heartbeat().path("state").asText()).isEqualTo("healthy");
        assertThat(beats().resyncRequestedAt()).isNotNull();
    }

    @Test
    void anOutageIsNoRemoval() {
        app.intune.failWith(
                new UpstreamException(UpstreamException.Service.INTUNE, UpstreamException.Kind.UNAVAILABLE, "down"));
        app.pass(Duration.ofMinutes(30));
        app.intune.failWith(null);
        app.pass(Duration.ofMinutes(11));
        assertThat(app.intune.provisions()).isEqualTo(1);
        assertThat(beats().resyncRequestedAt()).isNull();
    }

    @Test
    void aConnectorThatIntuneShowsAsUnavailableIsAnnouncedAgainWhileItsBeatsAreTaken() {
        app.entra.grantOptional(Registration.BASE);
        app.consent(Registration.BASE).expect(200);
        app.intune.show("unavailable");
        app.pass(Duration.ofMinutes(100));
        assertThat(app.intune.provisions()).isBetween(2, 4);
        assertThat(app.get("/api/v1/connector").text("/intune/alarm/code")).isEqualTo("intune.shows-unavailable");
        app.intune.show("enabled");
        app.pass(Duration.ofMinutes(31));
        assertThat(app.get("/api/v1/connector").json().at("/intune/alarm").isNull())
                .isTrue();
    }

    @Test
    void amongConnectorsOfOtherVendorsOursIsMissed() {
        app.entra.grantOptional(Registration.BASE);
        app.consent(Registration.BASE).expect(200);
        app.intune.show("");
        app.pass(Duration.ofMinutes(100));
        assertThat(app.get("/api/v1/connector").text("/intune/title")).isEqualTo("Not listed");
        assertThat(app.get("/api/v1/connector").text("/intune/alarm/code")).isEqualTo("intune.not-listed");
    }

    @Test
    void aRiskGroupThatIsGoneOrUnfitFailsTheBeatWithItsOwnRemedy() {
        app.consent(Registration.GROUP).expect(200);
        RiskGroups.Candidate fit = new RiskGroups.Candidate("At risk", true, false, false, false, false, Set.of());
        app.targets.withGroup(GROUP, fit);
        app.put(
                        "/api/v1/connector/publishing",
                        "{\"publisher\": \"risk-group\", \"groupId\": \"" + GROUP + "\", \"of\": \"users\"}")
                .expect(200);
        app.pass(Duration.ofMinutes(11));
        assertThat(heartbeat().path("state").asText()).isEqualTo("healthy");
        assertThat(app.get("/api/v1/connector").json().path("intune").isNull()).isTrue();

        app.targets.withoutGroup(GROUP);
        app.pass(Duration.ofMinutes(11));
        assertThat(heartbeat().path("state").asText()).isEqualTo("failing");
        assertThat(heartbeat().at("/lastError/code").asText()).isEqualTo("publishing.group-gone");
        app.targets.withGroup(GROUP, new RiskGroups.Candidate("At risk", true, false, true, false, false, Set.of()));
        app.pass(Duration.ofMinutes(11));
        assertThat(heartbeat().path("error").asText()).isEqualTo("publishing.group-dynamic");
        app.targets.withGroup(GROUP, fit);
        app.pass(Duration.ofMinutes(11));
        assertThat(heartbeat().path("state").asText()).isEqualTo("healthy");
    }
}
