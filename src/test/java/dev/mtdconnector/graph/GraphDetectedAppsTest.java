package dev.mtdconnector.graph;

import static dev.mtdconnector.graph.GraphBench.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mtdconnector.apps.DetectedApps.DetectedApp;
import dev.mtdconnector.apps.DetectedApps.Installation;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.stub.StubServer.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What no simulated Intune says, but a real one may. */
class GraphDetectedAppsTest {

    private static final String PHONE = "082fb7b9-70be-41a9-8d0b-d84fe7f17291";
    private static final String TABLET = "11111111-0000-4000-8000-000000000001";
    private static final String RECORD = "22222222-0000-4000-8000-000000000001";

    private final GraphBench bench = new GraphBench();
    private final GraphDetectedApps apps = new GraphDetectedApps(bench.client, bench.settings, bench.clock);

    @AfterEach
    void stop() {
        bench.close();
    }

    private List<DetectedApp> list(String rows) {
        bench.graph.then(Answer.json(200, "{\"value\":[" + rows + "]}"));
        List<DetectedApp> read = new ArrayList<>();
        apps.each(TENANT, read::add);
        return read;
    }

    @Test
    void appsWithoutANameOrWithAnIdThatLeadsElsewhereAreLeftOut() {
        assertThat(
                        list(
                                "{\"id\":\"a\",\"displayName\":\"Torch\",\"platform\":\"ios\"},"
                                        + "{\"id\":\"b\",\"displayName\":null,\"platform\":\"ios\"},"
                                        + "{\"id\":\"../users\",\"displayName\":\"X\",\"platform\":\"ios\"},"
                                        + "{\"displayName\":\"Y\",\"platform\":\"ios\"},"
                                        + "{\"id\":\"c\",\"displayName\":\"Z\",\"platform\":\"unknownFutureValue\",\"publisher\":\" \"}"))
                .containsExactly(new DetectedApp("a", "Torch", null, true), new DetectedApp("c", "Z", null, false));
    }

    @Test
    void aNameIsBoundedAndStandsInOneLine() {
        String name = "a".repeat(255) + "\\ud83d\\ude00";
        assertThat(list("{\"id\":\"a\",\"displayName\":\"" + name + "\",\"platform\":\"iOS\","
                        + "\"publisher\":\"A\\nB\"}"))
                .containsExactly(new DetectedApp("a", "a".repeat(255), "A B", true));
    }

    @Test
    void devicesThatComeWithoutTheirEntraIdOrOwnershipAreReadByTheirOwn() {
        bench.graph.then(Answer.json(
                200,
                "{\"value\":[{\"id\":\"" + RECORD + "\",\"azureADDeviceId\":null},"
                        + "{\"id\":\"x\",\"azureADDeviceId\":\"" + PHONE.toUpperCase(Locale.ROOT)
                        + "\",\"managedDeviceOwnerType\":\"personal\"}]}"));
        bench.graph.then(Answer.json(
                200,
                "{\"responses\":[{\"id\":\"0\",\"status\":200,\"body\":{\"id\":\"" + RECORD
                        + "\",\"azureADDeviceId\":\"" + TABLET + "\",\"managedDeviceOwnerType\":\"company\"}}]}"));
        List<Installation> on = new ArrayList<>();
        apps.installations(TENANT, "a", on::add);
        assertThat(on).containsExactly(new Installation(PHONE, false), new Installation(TABLET, true));
    }

    @Test
    void aDeviceOfWhichNobodySaysWhoseItIsCountsAsPersonalAndOneWithoutAnEntraIdNotAtAll() {
        bench.graph.then(Answer.json(
                200,
                "{\"value\":[{\"id\":\"" + RECORD + "\",\"azureADDeviceId\":\"" + PHONE
                        + "\",\"managedDeviceOwnerType\":\"unknown\"},{\"id\":\"" + TABLET + "\"}]}"));
        bench.graph.then(Answer.json(
                200,
                "{\"responses\":[{\"id\":\"0\",\"status\":200,\"body\":{\"azureADDeviceId\":\"" + PHONE
                        + "\",\"managedDeviceOwnerType\":\"unknown\"}},"
                        + "{\"id\":\"1\",\"status\":200,\"body\":{\"azureADDeviceId\":"
                        + "\"00000000-0000-0000-0000-000000000000\"}}]}"));
        List<Installation> on = new ArrayList<>();
        apps.installations(TENANT, "a", on::add);
        assertThat(on).containsExactly(new Installation(PHONE, false));
    }

    @Test
    void anAnswerThatIsNoListIsRefused() {
        bench.graph.then(Answer.json(200, "{\"value\":7}"));
        assertThat(catchThrowableOfType(UpstreamException.class, () -> apps.each(TENANT, app -> {})))
                .isNotNull();
        assertThatThrownBy(() -> apps.installations(TENANT, "../users", one -> {}))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
