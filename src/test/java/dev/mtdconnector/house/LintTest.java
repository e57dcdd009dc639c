package dev.mtdconnector.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LintTest {

    private static final int LARGEST = 24_000;
    private static final String SEED = "src/main/java/dev/mtdconnector/Seed.java";
    private static final String HERE = "src/test/java/dev/mtdconnector/house/";

    /** A rule that does not hold for one file, and why. */
    private record Exempt(String rule, String path, String reason) {}

    private static final List<Exempt> EXCEPTIONS = List.of(
            new Exempt(
                    "sleep",
                    "src/test/java/dev/mtdconnector/local/http/LocalServer.java",
                    "the delay of a fault is real time on the wire"),
            new Exempt(
                    "sleep",
                    "src/test/java/dev/mtdconnector/local/LocalWorld.java",
                    "makes the Sleeper of a world that runs in real time"),
            new Exempt(
                    "sleep",
                    "src/test/java/dev/mtdconnector/local/LocalWorldLauncher.java",
                    "makes the Sleeper of a connector that runs in real time"),
            new Exempt(
                    "print",
                    "src/test/java/dev/mtdconnector/local/LocalWorldLauncher.java",
                    "talks to the person who started it"),
            new Exempt(
                    "sleep",
                    "src/test/java/dev/mtdconnector/local/LivingWorld.java",
                    "pushes the clock of a world on as real time passes"),
            new Exempt(
                    "sleep",
                    "src/test/java/dev/mtdconnector/local/LivingContoso.java",
                    "keeps a world up in real time"),
            new Exempt(
                    "print",
                    "src/test/java/dev/mtdconnector/local/LivingContoso.java",
                    "talks to the person who started it"),
            new Exempt(
                    "sleep",
                    "src/test/java/dev/mtdconnector/story/KillTest.java",
                    "waits for another process, which has no clock of ours"),
            new Exempt(
                    "sleep",
                    "src/test/java/dev/mtdconnector/simulated/StreamOverRiskServiceTest.java",
                    "a stream runs in real time"),
            new Exempt(
                    "sleep",
                    "src/test/java/dev/mtdconnector/story/FollowedFeedTest.java",
                    "asks over HTTP until the stream has brought something"),
            new Exempt("sleep", "src/test/java/dev/mtdconnector/bench/Load.java", "a benchmark runs in real time"),
            new Exempt(
                    "print", "src/test/java/dev/mtdconnector/bench/Bench.java", "talks to the person who started it"),
            new Exempt(
                    "skipped test",
                    "src/test/java/dev/mtdconnector/local/story/StoryRunnerTest.java",
                    "runs the documented commands with curl, which the build does not ask for"),
            new Exempt("unfinished", HERE + "SourceRule.java", "names what it looks for"),
            new Exempt("unfinished", HERE + "LintTest.java", "shows what is found"));

    /** A line that breaks a rule. */
    record Seed(String rule, String path, String line) {
        Seed(String rule, String line) {
            this(rule, SEED, line);
        }
    }

    private static final List<Seed> SEEDS = List.of(
            new Seed("clock", "var now = Instant.now();"),
            new Seed("clock", "long now = System.currentTimeMillis();"),
            new Seed("clock", "var date = new Date();"),
            new Seed("clock", "var now = LocalDateTime.now();"),
            new Seed("print", "System.out.println(1);"),
            new Seed("print", "System.err.flush();"),
            new Seed("sleep", "Thread.sleep(10);"),
            new Seed("sleep", "TimeUnit.SECONDS.sleep(1);"),
            new Seed("stack trace", "e.printStackTrace();"),
            new Seed("name", "final class ClockHelper {}"),
            new Seed("name", "record StringUtils() {}"),
            new Seed("name", "class MailerImpl implements Mailer {}"),
            new Seed("name", "interface TableManager {}"),
            new Seed("skipped test", "@Disabled class Later {}"),
            new Seed("skipped test", "assumeTrue(false);"),
            new Seed("skipped test", "Assumptions.abort();"),
            new Seed("skipped test", "@EnabledIfSystemProperty class Sometimes {}"),
            new Seed("wildcard import", "import java.util.*;"),
            new Seed("wildcard import", "import static org.assertj.core.api.Assertions.*;"),
            new Seed("unfinished", "// TODO later"),
            new Seed("unfinished", "// FIXME"),
            new Seed("registry", "// from https://registry" + ".npmjs.org/azurite"),
            new Seed("registry", "// the host repo" + ".maven.apache.org"),
            new Seed("registry", "// https://packages.example" + "/artifactory/maven"),
            new Seed("path of a machine", "String home = \"/ho" + "me/somebody\";"),
            new Seed("path of a machine", "// see /tm" + "p/notes.txt"),
            new Seed("tab", "pom.xml", "\t<b/>"),
            new Seed("line end", "README.md", "one\r"),
            new Seed("resolved address", "a/package-lock.json", "\"resolved\": \"x\""));

    @Test
    void theSourcesKeepTheRules() throws IOException {
        List<String> findings = new ArrayList<>();
        Set<Exempt> used = new HashSet<>();
        SourceTree.read(Path.of("")).forEach((path, text) -> {
            for (SourceRule rule : SourceRule.ALL) {
                List<String> found = rule.findings(path, text);
                List<Exempt> exceptions = EXCEPTIONS.stream()
                        .filter(exception -> exception.rule().equals(rule.name())
                                && exception.path().equals(path))
                        .toList();
                if (exceptions.isEmpty()) {
                    findings.addAll(found);
                } else if (!found.isEmpty()) {
                    used.addAll(exceptions);
                }
            }
        });

        assertThat(findings).isEmpty();
        assertThat(used).as("an exception that nothing needs is deleted").containsAll(EXCEPTIONS);
    }

    @Test
    void noFileIsLargerThanAFewScreens() throws IOException {
        assertThat(tooLarge(SourceTree.read(Path.of("")))).isEmpty();
    }

    @Test
    void everyPackageSaysWhatItIs() throws IOException {
        assertThat(undescribed(SourceTree.read(Path.of("")))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void whatIsForbiddenIsFound(Seed seed) {
        assertThat(lint(seed.path(), "\n" + seed.line() + "\n"))
                .singleElement()
                .asString()
                .startsWith(seed.path() + ":2: " + seed.rule() + ": ");
    }

    @Test
    void everyRuleHasASeed() {
        assertThat(SEEDS)
                .extracting(Seed::rule)
                .containsAll(SourceRule.ALL.stream().map(SourceRule::name).toList());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "var now = clock.instant();",
                "var now = Instant.now(clock);",
                "long started = System.nanoTime();",
                "sleeper.sleep(Duration.ofSeconds(1));",
                "failure.printStackTrace(new PrintWriter(text));",
                "final class Implementation {}",
                "final class Managers {}",
                "String text = \"System.out.println(1)\"; // Thread.sleep(1) would wait",
                "/* Instant.now() */ char quote = '\"'; // import java.util.*;",
                "String text = \"\"\"\n    Thread.sleep(1) \"quoted\"\n    \"\"\";",
                "String path = \"/v1.0/users/\" + id;",
                "String page = address + \"/home\";"
            })
    void whatIsAllowedIsNot(String line) {
        assertThat(lint(SEED, line + "\n")).isEmpty();
    }

    @Test
    void aFindingNamesItsLineAlsoAfterACommentOfSeveral() {
        assertThat(lint("src/main/java/Seed.java", "/*\n two\n*/\nclass Seed {\n  Object a = Instant.now();\n}\n"))
                .singleElement()
                .asString()
                .startsWith("src/main/java/Seed.java:5: clock: ask the injected");
    }

    @Test
    void aFileThatIsTooLargeAndAPackageThatIsNotDescribedAreFound() {
        assertThat(tooLarge(Map.of("src/main/java/a/Seed.java", "x".repeat(LARGEST + 1))))
                .singleElement()
                .asString()
                .contains("split it");
        assertThat(undescribed(
                        Map.of("src/main/java/a/Seed.java", "", "src/main/java/a/package-info.java", "package a;")))
                .hasSize(1);
        assertThat(undescribed(Map.of(
                        "src/test/java/a/SeedTest.java", "",
                        "src/main/java/a/package-info.java", "/** What it is. */\n@NullMarked\npackage a;")))
                .isEmpty();
    }

    static List<Seed> seeds() {
        return SEEDS;
    }

    private static List<String> lint(String path, String text) {
        return SourceRule.ALL.stream()
                .flatMap(rule -> rule.findings(path, text).stream())
                .toList();
    }

    private static List<String> tooLarge(Map<String, String> files) {
        return files.entrySet().stream()
                .filter(file ->
                        file.getKey().startsWith("src/") && file.getKey().matches(".*\\.(java|cjs|js|css|html)"))
                .filter(file -> file.getValue().getBytes(StandardCharsets.UTF_8).length > LARGEST)
                .map(file -> file.getKey() + " is larger than " + LARGEST + " bytes: split it by what it does")
                .toList();
    }

    /** Packages with sources but no package-info, in neither source folder, that describes them as null-marked. */
    private static Set<String> undescribed(Map<String, String> files) {
        Set<String> packages = files.keySet().stream()
                .filter(path -> path.endsWith(".java"))
                .map(path -> path.replaceFirst("^src/(main|test)/java/", "").replaceFirst("/[^/]+$", ""))
                .collect(Collectors.toCollection(TreeSet::new));
        packages.removeIf(name -> List.of("main", "test").stream()
                .anyMatch(folder -> files.getOrDefault("src/" + folder + "/java/" + name + "/package-info.java", "")
                        .matches("(?s)/\\*\\*.*@NullMarked.*")));
        return packages;
    }
}
