package dev.mtdconnector.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mtdconnector.testing.GoldenFile;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The folder that is deployed, as the package phase made it. */
final class PackageIT {

    private static final Path FOLDER = Path.of("target", "azure-functions", "mtd-connector");
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void itsFunctionsAreTheReviewedOnes() throws IOException {
        List<String> lines = new ArrayList<>();
        for (Path file : functions()) {
            lines.add(line(
                    Objects.requireNonNull(file.getParent()).getFileName().toString(), JSON.readTree(file.toFile())));
        }

        GoldenFile.list("functions.txt").matches(lines.stream().sorted().collect(Collectors.joining()));
    }

    @Test
    void everyFunctionPointsAtAMethodOfTheShippedJar() throws IOException {
        for (Path file : functions()) {
            JsonNode function = JSON.readTree(file.toFile());
            Path jar = Objects.requireNonNull(file.getParent())
                    .resolve(function.path("scriptFile").asText())
                    .normalize();
            String entryPoint = function.path("entryPoint").asText();
            String type = entryPoint.substring(0, entryPoint.lastIndexOf('.')).replace('.', '/');
            try (JarFile opened = new JarFile(jar.toFile())) {
                assertThat(opened.getJarEntry(type + ".class")).as(entryPoint).isNotNull();
            }
        }
    }

    @Test
    void itCarriesTheHostsConfigurationAndNoSettings() throws IOException {
        assertThat(FOLDER.resolve("host.json")).hasSameTextualContentAs(Path.of("host.json"));
        assertThat(FOLDER.resolve("local.settings.json")).doesNotExist();
        assertThat(JSON.readTree(FOLDER.resolve("host.json").toFile())
                        .at("/extensions/http/routePrefix")
                        .asText("absent"))
                .as("an empty prefix, or every route moves")
                .isEmpty();
    }

    @Test
    void itsJarHoldsTheProductAloneForJava17() throws IOException {
        try (JarFile jar = new JarFile(jars(FOLDER).get(0).toFile())) {
            for (JarEntry entry :
                    jar.stream().filter(each -> !each.isDirectory()).toList()) {
                assertThat(entry.getName())
                        .doesNotMatch(".*(Test|IT)(\\$.*)?\\.class")
                        .doesNotStartWith("dev/mtdconnector/local/")
                        .doesNotStartWith("dev/mtdconnector/testing/")
                        .isNotEqualTo("logback-test.xml");
                if (entry.getName().endsWith(".class")) {
                    try (DataInputStream in = new DataInputStream(jar.getInputStream(entry))) {
                        in.readInt();
                        in.readUnsignedShort();
                        assertThat(in.readUnsignedShort()).as(entry.getName()).isEqualTo(61);
                    }
                }
            }
        }
    }

    @Test
    void noTestLibraryShips() throws IOException {
        assertThat(jars(FOLDER.resolve("lib")))
                .hasSizeGreaterThan(20)
                .extracting(jar -> jar.getFileName().toString())
                .noneMatch(name -> name.matches("(junit|assertj|mockito|byte-buddy|archunit|greenmail|netty|jna).*"));
    }

    /** In the words of the list that the annotations give. */
    private static String line(String name, JsonNode function) {
        JsonNode trigger = function.path("bindings").get(0);
        return name + ": "
                + switch (trigger.path("type").asText()) {
                    case "httpTrigger" ->
                        "http route=%s methods=%s auth=%s"
                                .formatted(
                                        trigger.path("route").asText(),
                                        texts(trigger.path("methods")),
                                        trigger.path("authLevel").asText());
                    case "timerTrigger" ->
                        "timer schedule=%s".formatted(trigger.path("schedule").asText());
                    case "queueTrigger" ->
                        "queue queue=%s connection=%s"
                                .formatted(
                                        trigger.path("queueName").asText(),
                                        trigger.path("connection").asText());
                    default -> throw new AssertionError("A trigger that nobody reviewed: " + trigger);
                }
                + "\n";
    }

    private static String texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(element -> texts.add(element.asText()));
        return texts.stream().sorted().collect(Collectors.joining(","));
    }

    private static List<Path> functions() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(folder -> folder.resolve("function.json"))
                    .filter(Files::exists)
                    .toList();
        }
    }

    private static List<Path> jars(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted(Comparator.naturalOrder())
                    .toList();
        }
    }
}
