package dev.mtdconnector.simulated;

import static dev.mtdconnector.simulated.ContosoBench.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.connector.IntuneConnection;
import dev.mtdconnector.local.contoso.WellKnown;
import dev.mtdconnector.local.http.Fault;
import dev.mtdconnector.local.intune.ConnectorState;
import dev.mtdconnector.local.intune.HealthState;
import dev.mtdconnector.tenant.Registration;
import dev.mtdconnector.testing.TestApp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The connection as a simulated Intune shows it, and what the product says to that. */
class ConnectionOverContosoTest {

    private static final String IPHONE = WellKnown.LENAS_IPHONE;

    private final TestApp app = new TestApp();
    private ContosoBench bench;
    private @Nullable UpstreamException down;

    @BeforeEach
    void start() {
        bench = new ContosoBench(app.clock);
        bench.consent();
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    /** The partner service, unless it is down. */
    private final class Partner implements IntuneConnection {
        @Override
        public void provision(String tenantId) {
            bench.partner.provision(tenantId);
        }

        @Override
        public void deprovision(String tenantId) {
            bench.partner.deprovision(tenantId);
        }

        @Override
        public HeartbeatAnswer heartbeat(String tenantId, Instant now) {
            if (down != null) {
                throw down;
            }
            return bench.partner.heartbeat(tenantId, now);
        }
    }

    private void begin() {
        app.entra.grantOptional(Registration.BASE);
        app.reading(bench.directory, bench.graphChanges)
                .telling(new Partner(), bench.partner, bench.states)
                .ready();
        bench.change("{\"type\":\"platformToggled\",\"platform\":\"ios\",\"enabled\":true}");
        app.pass(Duration.ofMinutes(31));
    }

    private void isDown(boolean isDown) {
        down = isDown
                ? new UpstreamException(UpstreamException.Service.INTUNE, UpstreamException.Kind.UNAVAILABLE, "down")
                : null;
    }

    private JsonNode connector() {
        return app.get("/api/v1/connector").expect(200).json();
    }

    private List<String> records() {
        List<String> records = new ArrayList<>();
        app.get("/api/v1/errors").expect(200).json().path("errors").forEach(one -> {
            if (one.path("job").asText().startsWith("connection")) {
                records.add(one.path("code").asText() + (one.path("recoveredAt").isNull() ? " open" : " over"));
            }
        });
        return records;
    }

    private void shows(@Nullable String state) {
        bench.intune.show(TENANT, state, 7, false);
    }

    @Test
    void whatIntuneShowsIsReadBackWithItsThresholdAndItsPlatforms() {
        begin();
        JsonNode intune = connector().path("intune");
        assertThat(intune.path("state").asText()).isEqualTo("enabled");
        assertThat(intune.path("title").asText()).isEqualTo("Enabled");
        assertThat(intune.path("unresponsiveAfterDays").asInt()).isEqualTo(7);
        assertThat(intune.at("/platforms/ios").asBoolean()).isTrue();
        assertThat(intune.at("/platforms/android").asBoolean(true)).isFalse();
        assertThat(intune.path("alarm").isNull()).isTrue();
        assertThat(intune.path("remedy").isNull()).isTrue();
        assertThat(Instant.parse(intune.path("lastHeartbeatAt").asText()))
                .isAfter(app.clock.instant().minusSeconds(3600));
        assertThat(records()).isEmpty();
    }

    @Test
    void withoutAPlatformItIsOnlyAvailableAndSaysWhatToDo() {
        begin();
        bench.change("{\"type\":\"platformToggled\",\"platform\":\"ios\",\"enabled\":false}");
        app.pass(Duration.ofMinutes(90));
        assertThat(connector().at("/intune/state").asText()).isEqualTo("available");
        assertThat(connector().at("/intune/remedy").asText()).contains("Switch at least one platform on");
        assertThat(records()).as("nothing is broken").isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "notSetUp, Not set up, intune.shows-not-set-up",
        "unresponsive, Unresponsive, intune.shows-unresponsive",
        "error, Error, intune.shows-error"
    })
    void aStateThatDiffersFromOursIsRecordedOnceAndClosedOnce(String state, String title, String code) {
        begin();
        shows(state);
        app.pass(Duration.ofMinutes(31));
        assertThat(connector().at("/intune/title").asText()).isEqualTo(title);
        assertThat(records()).as("it may pass").isEmpty();
        app.pass(Duration.ofMinutes(31));
        assertThat(records()).containsExactly(code + " open");
        assertThat(connector().at("/intune/alarm/code").asText()).isEqualTo(code);
        assertThat(connector().at("/intune/alarm/remedy").asText()).isNotEmpty();
        assertThat(connector().at("/heartbeat/state").asText()).isEqualTo("healthy");
        app.pass(Duration.ofHours(2));
        assertThat(records()).containsExactly(code + " open");
        shows(null);
        app.pass(Duration.ofMinutes(31));
        assertThat(records()).containsExactly(code + " over");
    }

    @ParameterizedTest
    @ValueSource(strings = {"quarantinedByPolicy", "unknownFutureValue"})
    void aWordThatNobodyKnowsIsAStateAndNoAlarm(String state) {
        begin();
        shows(state);
        app.pass(Duration.ofMinutes(95));
        assertThat(connector().at("/intune/state").asText()).isEqualTo(state);
        assertThat(connector().at("/intune/title").asText()).isEqualTo(state);
        assertThat(records()).isEmpty();
    }

    @Test
    void beatsThatIntuneTakesAndDoesNotPutDownAreNoticed() {
        begin();
        bench.intune.show(TENANT, null, 7, true);
        app.pass(Duration.ofMinutes(95));
        assertThat(connector().at("/heartbeat/state").asText()).isEqualTo("healthy");
        assertThat(records()).containsExactly("intune.heartbeats-unseen open");
        bench.intune.show(TENANT, null, 7, false);
        app.pass(Duration.ofMinutes(41));
        assertThat(records()).containsExactly("intune.heartbeats-unseen over");
    }

    @Test
    void theThresholdOfIntunesAdministratorDecidesWhenASilenceEscalates() {
        begin();
        bench.intune.show(TENANT, null, 1, false);
        app.pass(Duration.ofMinutes(31));
        isDown(true);
        Instant last = Instant.parse(connector().at("/heartbeat/lastSuccessAt").asText());
        app.pass(Duration.between(app.clock.instant(), last.plus(Duration.ofHours(8)))
                .minusMinutes(2));
        assertThat(records()).containsExactly("heartbeat.silent open");
        app.pass(Duration.ofMinutes(4));
        assertThat(records()).containsExactly("heartbeat.escalated open", "heartbeat.silent open");
    }

    @Test
    void whileBeatsFailIntunesWordForItIsNoTroubleOfItsOwn() {
        begin();
        isDown(true);
        app.clock.advance(Duration.ofDays(8));
        app.pass(Duration.ofMinutes(65));
        assertThat(bench.intune.connector(TENANT).state()).isEqualTo(ConnectorState.UNRESPONSIVE);
        assertThat(connector().at("/intune/state").asText()).isEqualTo("unresponsive");
        assertThat(connector().at("/intune/remedy").asText()).isNotEmpty();
        assertThat(records()).as("a third was over before anybody looked").containsExactly("heartbeat.escalated open");
        isDown(false);
        app.pass(Duration.ofMinutes(75));
        assertThat(records()).containsExactly("heartbeat.escalated over");
        assertThat(connector().at("/intune/state").asText()).isEqualTo("enabled");
    }

    @Test
    void aConnectorThatWasRemovedAtIntuneIsAnnouncedAgainAndToldEverything() {
        begin();
        app.checkIn(app.activate(IPHONE)).expect(200);
        app.pass(Duration.ofMinutes(2));
        bench.partner.deprovision(TENANT);
        bench.intune.lose(TENANT, IPHONE);
        assertThat(bench.intune.connector(TENANT).state()).isEqualTo(ConnectorState.UNAVAILABLE);
        app.pass(Duration.ofMinutes(13));
        assertThat(bench.intune.connector(TENANT).state()).isEqualTo(ConnectorState.ENABLED);
        assertThat(bench.intune.device(TENANT, IPHONE).orElseThrow().threatState())
                .isEqualTo(HealthState.SECURED);
        assertThat(connector().at("/heartbeat/state").asText()).isEqualTo("healthy");
    }

    @Test
    void whenIntuneAsksForAllStatesTheyAreToldOnceMore() {
        begin();
        app.checkIn(app.activate(IPHONE)).expect(200);
        app.pass(Duration.ofMinutes(2));
        int messages = bench.intune.messages(TENANT).size();
        bench.intune.requestResync(TENANT);
        app.pass(Duration.ofMinutes(11));
        assertThat(bench.intune.messages(TENANT)).hasSize(messages + 1);
        app.pass(Duration.ofMinutes(30));
        assertThat(bench.intune.messages(TENANT)).hasSize(messages + 1);
    }

    @Test
    void withoutThePermissionNothingIsReadAndNothingIsSaid() {
        app.reading(bench.directory, bench.graphChanges)
                .telling(new Partner(), bench.partner, bench.states)
                .ready();
        shows("error");
        app.pass(Duration.ofHours(2));
        assertThat(connector().path("intune").isNull()).isTrue();
        assertThat(records()).isEmpty();
    }

    @Test
    void aGraphThatIsDownHidesNoSilence() {
        begin();
        isDown(true);
        bench.traffic.add(new Fault(null, "/v1.0/deviceManagement/*", 1_000, 503, null, 0, null, false, false, false));
        app.pass(Duration.ofMinutes(45));
        assertThat(records()).contains("heartbeat.silent open").contains("directory.unavailable open");
    }
}
