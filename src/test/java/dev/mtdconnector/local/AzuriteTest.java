package dev.mtdconnector.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.storage.AzureTables;
import dev.mtdconnector.storage.Change;
import dev.mtdconnector.storage.Row;
import dev.mtdconnector.storage.StorageSettings;
import dev.mtdconnector.storage.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AzuriteTest {

    private static final Path SOURCE = Path.of("src/test/azurite");

    @TempDir
    private Path folder;

    @Test
    void dataIsThereAgainAfterARestart() {
        Row row = Row.of("p", "k", Map.of("N", 1));
        try (Azurite azurite = Azurite.start(folder, Azurite.Ports.FREE)) {
            table(azurite).transact(List.of(new Change.Insert(row)));
        }
        try (Azurite azurite = Azurite.start(folder, Azurite.Ports.FREE)) {
            assertThat(table(azurite).get("p", "k")).map(Row::properties).contains(row.properties());
            assertThat(Azurite.isListening(azurite.ports())).isTrue();
        }
    }

    @Test
    void afterItIsClosedNothingListens() {
        Azurite azurite = Azurite.startInMemory(Azurite.Ports.FREE);
        azurite.close();
        azurite.close();

        assertThat(Azurite.isListening(azurite.ports())).isFalse();
    }

    @Test
    void itSavesAndEndsWhenTheJvmIsKilled() throws Exception {
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Holder.class.getName(),
                        folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("holder.log").toFile())
                .start();
        try {
            assertThat(jvm.waitFor(90, TimeUnit.SECONDS)).isTrue();
        } finally {
            jvm.destroyForcibly();
        }
        long pid = Long.parseLong(Files.readString(folder.resolve("pid")));
        Optional<ProcessHandle> orphan = ProcessHandle.of(pid);
        if (orphan.isPresent()) {
            orphan.get().onExit().get(30, TimeUnit.SECONDS);
        }

        try (Azurite azurite = Azurite.start(folder, Azurite.Ports.FREE)) {
            assertThat(table(azurite).get("p", "k")).isPresent();
        }
    }

    @Test
    void nothingIsInstalledASecondTime() throws IOException {
        Path cache = Path.of(".local/azurite-node");
        Path home = NodeModules.ensure(SOURCE, cache);
        Object before = Files.readAttributes(home, "creationTime,fileKey").get("fileKey");

        assertThat(NodeModules.ensure(SOURCE, cache)).isEqualTo(home);

        assertThat(Files.readAttributes(home, "creationTime,fileKey").get("fileKey"))
                .isEqualTo(before);
        assertThat(home.resolve("package-lock.json")).hasSameTextualContentAs(SOURCE.resolve("package-lock.json"));
    }

    @Test
    void theLockFileNamesNoRegistry() throws IOException {
        assertThat(Files.readString(SOURCE.resolve("package-lock.json")))
                .contains("\"integrity\"")
                .doesNotContain("\"resolved\"");
    }

    private static Table table(Azurite azurite) {
        return new AzureTables(StorageSettings.of(azurite.connectionString())).table("kept");
    }

    /** A JVM that starts an Azurite, writes a row, and dies without any of its hooks. */
    static final class Holder {

        private Holder() {}

        public static void main(String[] args) throws IOException {
            Path folder = Path.of(args[0]);
            Azurite azurite = Azurite.start(folder, Azurite.Ports.FREE);
            table(azurite).transact(List.of(new Change.Insert(Row.of("p", "k", Map.of()))));
            Files.writeString(folder.resolve("pid"), "" + azurite.pid());
            Runtime.getRuntime().halt(137);
        }
    }
}
