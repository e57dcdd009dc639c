package dev.mtdconnector.enrollment;

import static dev.mtdconnector.testing.TestApp.GROUP;
import static dev.mtdconnector.testing.TestApp.LENA;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.common.UpstreamException.Kind;
import dev.mtdconnector.common.UpstreamException.Service;
import dev.mtdconnector.testing.TestApp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SyncHistoryTest {

    private static final String OSCAR = "607f1810-a465-447c-b136-da952f9affef";
    private static final String TABLET = "11111111-0000-4000-8000-000000000001";

    private final TestApp app = new TestApp().ready();

    private void sync() {
        app.post("/api/v1/connector/sync", "").expect(202);
        app.drain();
    }

    private List<JsonNode> runs() {
        List<JsonNode> runs = new ArrayList<>();
        app.get("/api/v1/connector/sync-runs").expect(200).json().path("runs").forEach(runs::add);
        return runs;
    }

    private long withoutChange() {
        return app.get("/api/v1/connector/sync-runs")
                .json()
                .at("/withoutChange/runs")
                .asLong();
    }

    private static UpstreamException fault(Kind kind) {
        return new UpstreamException(Service.GRAPH, kind, "as planned");
    }

    private void joins(String device) {
        app.directory.withDevice(device, LENA, "iOS", "18");
    }

    @Test
    void aRunSaysWhatBegunIt() {
        assertThat(runs().get(0).path("trigger").asText()).isEqualTo("settings");
        joins(TABLET);
        sync();
        assertThat(runs().get(0).path("trigger").asText()).isEqualTo("request");
        joins(OSCAR);
        app.pass(Duration.ofMinutes(6));
        assertThat(runs().get(0).path("trigger").asText()).isEqualTo("schedule");
        assertThat(runs()).hasSize(3).allSatisfy(run -> {
            assertThat(run.path("added").asInt()).isEqualTo(1);
            assertThat(run.path("times").asInt()).isEqualTo(1);
            assertThat(run.path("continuations").asInt()).isZero();
            assertThat(run.path("startedAt").asText()).isNotBlank();
            assertThat(run.path("finishedAt").asText()).isNotBlank();
        });
    }

    @Test
    void failuresAreInTheHistoryOnceForEachReasonWithFirstLastAndCount() {
        app.directory.failAfterDevices(0, fault(Kind.UNAVAILABLE));
        sync();
        JsonNode first = runs().get(0);
        assertThat(first.path("error").asText()).isEqualTo("directory.unavailable");
        assertThat(first.path("requests").asInt()).isEqualTo(1);
        app.pass(Duration.ofHours(1));
        assertThat(runs()).hasSize(2);
        JsonNode folded = runs().get(0);
        assertThat(folded.path("times").asInt()).isGreaterThan(10);
        assertThat(folded.path("requests").asInt())
                .isEqualTo(folded.path("times").asInt());
        assertThat(folded.path("startedAt")).isEqualTo(first.path("startedAt"));
        assertThat(folded.path("finishedAt").asText())
                .isGreaterThan(first.path("finishedAt").asText());

        app.directory.failAfterDevices(0, fault(Kind.REFUSED));
        app.pass(Duration.ofMinutes(6));
        assertThat(runs()).hasSize(3);
        assertThat(runs().get(0).path("error").asText()).isEqualTo("directory.refused");
        assertThat(runs().get(0).path("trigger").asText()).isEqualTo("retry");

        app.directory.heal();
        joins(TABLET);
        app.pass(Duration.ofMinutes(6));
        assertThat(runs()).hasSize(4);
        assertThat(runs().get(0).path("error").isNull()).isTrue();
        assertThat(runs().get(0).path("trigger").asText()).isEqualTo("retry");
        assertThat(app.get("/api/v1/connector").text("/sync/added")).isEqualTo("1");
    }

    @Test
    void whatTheConnectorShowsIsOfTheLastRunThatCameToItsEnd() {
        app.directory.failAfterDevices(0, fault(Kind.UNAVAILABLE));
        sync();
        assertThat(app.get("/api/v1/connector").text("/sync/added")).isEqualTo("1");
        assertThat(app.get("/api/v1/connector").text("/sync/error")).isEqualTo("directory.unavailable");
    }

    @Test
    void aGroupThatIsGoneIsOneEntryHoweverOftenItIsFound() {
        app.directory.removeGroup(GROUP);
        app.pass(Duration.ofHours(1));
        assertThat(runs()).hasSize(2);
        assertThat(runs().get(0).path("error").asText()).isEqualTo("enrollment.group-gone");
        assertThat(runs().get(0).path("times").asInt()).isGreaterThan(5);
        assertThat(withoutChange()).isZero();
    }

    @Test
    void runsThatEndAtTheSameInstantAreTwoEntries() {
        joins(TABLET);
        sync();
        joins(OSCAR);
        sync();
        assertThat(runs()).hasSize(3);
        assertThat(runs().get(0).path("finishedAt")).isEqualTo(runs().get(1).path("finishedAt"));
    }
}
