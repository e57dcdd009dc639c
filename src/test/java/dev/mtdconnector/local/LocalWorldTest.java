package dev.mtdconnector.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mtdconnector.local.LocalOptions.Ports;
import dev.mtdconnector.local.LocalOptions.Storage;
import dev.mtdconnector.local.story.StoryRunner;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LocalWorldTest {

    @Test
    void aWorldDrivenByHandTellsTheWholeStoryAndLeavesNothingBehind() throws Exception {
        List<String> addresses;
        try (LocalWorld world = LocalWorld.start(LocalOptions.forTest(Storage.MEMORY))) {
            addresses = List.of(world.connector(), world.contoso());
            world.awaitReady();
            StoryRunner story = world.story();
            story.run("onboard", "intune-high");

            world.restartConnector();

            story.run("threat-resolved", "intune-secured-again");
            assertThat(world.simulator().mails().mails()).isNotEmpty();
        }
        for (String address : addresses) {
            assertThat(isListening(URI.create(address).getPort())).as(address).isFalse();
        }
    }

    @Test
    void aLiveWorldOverAzuriteRunsByItself() throws Exception {
        try (LocalWorld world =
                LocalWorld.start(LocalOptions.forTest(Storage.FRESH_AZURITE).automatic())) {
            StoryRunner story = world.story();

            story.run("onboard", "device-pending");
        }
    }

    @Test
    void movingContososClockRunsTheTimersThatAreDueByIt() throws Exception {
        try (LocalWorld world = LocalWorld.start(LocalOptions.forTest(Storage.MEMORY))) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(world.contoso() + "/control/clock"))
                    .POST(BodyPublishers.ofString("{\"advanceSeconds\": 600}"))
                    .build();

            assertThat(world.host().runDueTimers()).isEmpty();
            assertThat(HttpClient.newHttpClient()
                            .send(request, BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(200);
            assertThat(world.host().runDueTimers()).extracting("function").contains("Tick");
        }
    }

    @Test
    void aTakenPortIsNamedBeforeAnythingStarts() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            LocalOptions options =
                    LocalOptions.forTest(Storage.MEMORY).withPorts(new Ports(0, 0, taken.getLocalPort(), 0));

            assertThatThrownBy(() -> LocalWorld.start(options))
                    .isInstanceOf(LocalWorldException.class)
                    .hasMessageContaining("port " + taken.getLocalPort() + " (Contoso's sign-in service)")
                    .hasMessageContaining("lsof");
        }
    }

    @Test
    void aWorldThatCannotStartLeavesNothingRunning(@TempDir Path folder) {
        LocalOptions options = LocalOptions.forTest(Storage.MEMORY).withFolder(folder);
        LocalWorld.start(options).close();

        assertThatThrownBy(() -> LocalWorld.start(options.withUsers(13)))
                .isInstanceOf(LocalWorldException.class)
                .hasMessageContaining("-Dlocal.reset");
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread ->
                        thread.getName().startsWith("host-") || thread.getName().startsWith("local-"));
    }

    @Test
    void whatItKeptIsThereAtTheNextStart(@TempDir Path folder) {
        LocalOptions options = LocalOptions.forTest(Storage.MEMORY).withFolder(folder);
        StoryRunner story;
        try (LocalWorld world = LocalWorld.start(options)) {
            story = world.story();
            story.run("platform-on");
        }
        try (LocalWorld world = LocalWorld.start(options)) {
            assertThat(world.simulator().contoso().parts().contoso().intune().iosEnabled())
                    .isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"local.users, many", "local.users, 1", "local.seed, x", "local.lease, 0"})
    void anOptionThatIsNoNumberIsSaid(String name, String value) {
        Properties properties = new Properties();
        properties.setProperty(name, value);

        assertThatThrownBy(() -> LocalOptions.fromProperties(properties))
                .isInstanceOf(LocalWorldException.class)
                .hasMessageContaining("-D" + name + "=" + value);
    }

    private static boolean isListening(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return !socket.isBound();
        } catch (IOException e) {
            return true;
        }
    }
}
