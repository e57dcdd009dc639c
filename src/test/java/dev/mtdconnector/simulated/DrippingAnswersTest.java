package dev.mtdconnector.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.local.contoso.WellKnown;
import dev.mtdconnector.local.http.Fault;
import dev.mtdconnector.testing.TestApp;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An answer that comes byte by byte is given up when its time is over, though it never pauses for long. */
class DrippingAnswersTest {

    private final TestApp app = new TestApp();
    private ContosoBench bench;

    @BeforeEach
    void start() {
        bench = new ContosoBench(app.clock, Duration.ofSeconds(1));
        bench.consent();
        app.reading(bench.directory, bench.graphChanges).ready();
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    private int enrolled() {
        return app.get("/api/v1/devices?limit=500")
                .expect(200)
                .json()
                .path("devices")
                .size();
    }

    private void sync() {
        app.post("/api/v1/connector/sync", "").expect(202);
        app.drain();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1.0/groups/delta", "/v1.0/devices/delta"})
    void anAnswerThatDripsIsToldAndMended(String path) {
        int before = enrolled();
        bench.change("{\"type\":\"deviceChanged\",\"deviceId\":\"" + WellKnown.LENAS_IPHONE
                + "\",\"displayName\":\"Renamed\"}");
        bench.traffic.add(new Fault("GET", path, 1000, null, null, 50, 30, false, false, false));
        sync();
        assertThat(app.get("/api/v1/connector").text("/sync/error")).isEqualTo("directory.unavailable");
        assertThat(app.get("/api/v1/errors").json().path("errors"))
                .extracting((JsonNode error) -> error.path("remedy").asText())
                .isNotEmpty()
                .doesNotContain("");
        assertThat(enrolled()).isEqualTo(before);

        bench.traffic.clearFaults();
        app.pass(Duration.ofMinutes(6));
        assertThat(app.get("/api/v1/connector").text("/sync/error")).isEqualTo("null");
        assertThat(app.get("/api/v1/devices/" + WellKnown.LENAS_IPHONE).text("/displayName"))
                .isEqualTo("Renamed");
    }
}
