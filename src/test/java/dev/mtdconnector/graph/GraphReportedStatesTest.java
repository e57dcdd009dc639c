package dev.mtdconnector.graph;

import static dev.mtdconnector.graph.GraphBench.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.intune.ReportedStates;
import dev.mtdconnector.intune.ReportedStates.PartnerConnector;
import dev.mtdconnector.stub.StubServer.Answer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What no simulated Intune says, but a real one may. */
class GraphReportedStatesTest {

    private static final String PHONE = "082fb7b9-70be-41a9-8d0b-d84fe7f17291";
    private static final String OTHERS = "11111111-0000-4000-8000-000000000001";

    private final GraphBench bench = new GraphBench();
    private final ReportedStates states = new GraphReportedStates(bench.client, bench.settings, bench.clock);

    @AfterEach
    void stop() {
        bench.close();
    }

    private void answers(String body) {
        bench.graph.then(Answer.json(200, "{\"responses\":[{\"id\":\"0\",\"status\":200,\"body\":" + body + "}]}"));
    }

    private static String row(String deviceId, String state) {
        return "{\"id\":\"i\",\"azureADDeviceId\":\"" + deviceId + "\",\"partnerReportedThreatState\":" + state + "}";
    }

    @Test
    void rowsOfDevicesThatWereNotAskedAboutArePassedOver() {
        answers("{\"value\":[" + row(OTHERS, "\"highSeverity\"") + "," + row("", "\"low\"") + ",{}]}");
        assertThat(states.of(TENANT, List.of(PHONE))).isEmpty();
    }

    @Test
    void aWordThatNobodyKnowsYetIsKeptAsItIs() {
        answers("{\"value\":[" + row(PHONE.toUpperCase(Locale.ROOT), "\"quarantinedByPolicy\"") + "]}");
        assertThat(states.of(TENANT, List.of(PHONE))).isEqualTo(Map.of(PHONE, "quarantinedByPolicy"));
    }

    @Test
    void aDeviceWithoutAStateHasNone() {
        answers("{\"value\":[" + row(PHONE, "null") + "]}");
        assertThat(states.of(TENANT, List.of(PHONE)).getOrDefault(PHONE, "")).isIn("", "null");
    }

    @Test
    void aConnectorsStateIsShownAsItIs() {
        bench.graph.then(Answer.json(
                200,
                "{\"value\":[{\"id\":\"ABC\",\"partnerState\":\"unknownFutureValue\",\"androidEnabled\":true,"
                        + "\"lastHeartbeatDateTime\":\"soon\",\"partnerUnresponsivenessThresholdInDays\":null,"
                        + "\"iosEnabled\":null}]}"));
        assertThat(states.connectors(TENANT))
                .containsExactly(
                        new PartnerConnector("abc", "unknownFutureValue", null, null, Map.of("androidEnabled", true)));
    }

    @Test
    void anAnswerThatIsNoListIsRefused() {
        bench.graph.then(Answer.json(200, "{\"value\":\"none\"}"));
        assertThat(catchThrowableOfType(UpstreamException.class, () -> states.connectors(TENANT)))
                .isNotNull();
    }
}
