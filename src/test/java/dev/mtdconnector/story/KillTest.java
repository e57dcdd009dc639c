package dev.mtdconnector.story;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.local.Azurite;
import dev.mtdconnector.local.LocalOptions;
import dev.mtdconnector.local.LocalOptions.Storage;
import dev.mtdconnector.local.LocalWorld;
import dev.mtdconnector.local.http.LoopbackCertificate;
import dev.mtdconnector.local.story.StoryDocument;
import dev.mtdconnector.local.story.StoryRunner;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The story, with the connector as a process of its own that is killed (SIGKILL) three times in the middle of its work:
 * while it reads the directory, while it tells Intune of an activation, while it takes a threat. Storage (real Azurite)
 * and the simulator live on, as they do in Azure.
 */
class KillTest {

    /** A run that died holds its job for up to a minute, so a step may have to wait that long. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @Test
    void aConnectorThatIsKilledThreeTimesEndsAsOneThatWasNot() throws Exception {
        try (Azurite azurite = Azurite.startInMemory(Azurite.Ports.FREE);
                LocalWorld world =
                        LocalWorld.start(LocalOptions.forTest(Storage.MEMORY).automatic())) {
            world.stopConnector();
            ConnectorProcess connector = new ConnectorProcess(world.settings(), azurite.connectionString());
            try {
                connector.start();
                StoryRunner story = story(world);
                story.run("onboard", "connector-error-management");

                story.run("sync-now");
                connector.killAndStart();
                story.run("device-pending", "agent-token");

                story.run("activate");
                connector.killAndStart();
                story.run("intune-activated", "device-event");

                story.run("threat-event");
                connector.killAndStart();
                story.run("intune-high", "intune-secured-again");

                Snapshot end = Snapshot.of(world, story);
                assertThat(end.toldStates()).containsExactly("activated", "secured", "highSeverity", "secured");
                assertThat(end.devices()).hasSize(9).anyMatch(device -> device.contains("secured secured []"));
                assertThat(end.mailSubjects()).hasSize(1);
                assertThat(end.tenant()).isEqualTo("granted granted");
                assertThat(end.intuneDevice()).isEqualTo("secured compliant");
            } finally {
                connector.kill();
            }
        }
    }

    private static StoryRunner story(LocalWorld world) {
        return new StoryRunner(
                StoryDocument.read(Path.of("docs/local-world.md")),
                String.valueOf(world.settings().get("MTD_PUBLIC_URL")),
                world.contoso(),
                Map.of("operatorKey", String.valueOf(world.settings().get("MTD_OPERATOR_KEY"))),
                () -> TimeUnit.MILLISECONDS.sleep(200),
                PATIENCE);
    }

    /** {@code mvn -Plocal -Dlocal.simulator=false} without Maven: the launcher in a JVM of its own. */
    private static final class ConnectorProcess {

        private final Map<String, String> settings;
        private final String storage;
        private @Nullable Process process;

        private ConnectorProcess(Map<String, String> settings, String storage) {
            this.settings = settings;
            this.storage = storage;
        }

        private void start() throws IOException {
            ProcessBuilder builder = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Dsun.net.httpserver.nodelay=true",
                            "-Dlocal.simulator=false",
                            "-Dlocal.lease=2",
                            // The simulator's certificate is in the store as a key, which the JDK trusts as well.
                            "-Djavax.net.ssl.trustStore=target/contoso/" + LoopbackCertificate.FILE,
                            "-Djavax.net.ssl.trustStorePassword=" + LoopbackCertificate.PASSWORD,
                            "-cp",
                            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                            "dev.mtdconnector.local.LocalWorld")
                    .redirectErrorStream(true);
            builder.environment().keySet().removeIf(name -> name.startsWith("MTD_"));
            builder.environment().putAll(settings);
            builder.environment().put("STATE_STORAGE", storage);
            Process started = builder.start();
            process = started;
            awaitReady(started.inputReader());
        }

        private static void awaitReady(BufferedReader lines) throws IOException {
            StringBuilder output = new StringBuilder();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                output.append(line).append('\n');
                if (line.startsWith("READY")) {
                    Thread drain = new Thread(() -> lines.lines().forEach(ignored -> {}), "connector-output");
                    drain.setDaemon(true);
                    drain.start();
                    return;
                }
            }
            throw new AssertionError("The connector did not start:\n" + output);
        }

        private void killAndStart() throws IOException, InterruptedException {
            kill();
            start();
        }

        private void kill() throws InterruptedException {
            if (process != null) {
                process.destroyForcibly().waitFor();
            }
        }
    }
}
