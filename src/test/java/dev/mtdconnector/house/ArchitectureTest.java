package dev.mtdconnector.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ArchitectureTest {

    private static final String ROOT = "dev.mtdconnector";
    private static final ImportOption PRODUCT = location -> !ofTests(location);
    private static final Pattern TEST_CLASS = Pattern.compile(".*(Test|IT)(\\$.*)?\\.class");
    private static final ImportOption LOCAL_WORLD = location -> ofTests(location) && !location.matches(TEST_CLASS);

    /** For each rule, sources that break it. */
    private static final Map<String, List<String>> SEEDS = Map.ofEntries(
            Map.entry(
                    "features know no platform",
                    List.of("package dev.mtdconnector.tenant; class Seed { java.net.http.HttpClient client; }")),
            Map.entry(
                    "features know no adapter and no shell",
                    List.of("package dev.mtdconnector.tenant; class Seed { dev.mtdconnector.storage.Table table; }")),
            Map.entry(
                    "only app reads the environment",
                    List.of("package dev.mtdconnector.graph; class Seed { String home = System.getenv(\"HOME\"); }")),
            Map.entry(
                    "only storage knows tables and queues",
                    List.of("package dev.mtdconnector.app; class Seed { com.azure.data.tables.TableClient client; }")),
            Map.entry(
                    "only graph knows the Graph SDK and credentials",
                    List.of("package dev.mtdconnector.partner; class Seed {"
                            + " com.microsoft.graph.serviceclient.GraphServiceClient client; }")),
            Map.entry(
                    "only mail knows SMTP",
                    List.of("package dev.mtdconnector.app; class Seed { jakarta.mail.Session session; }")),
            Map.entry(
                    "only functions knows the Functions API",
                    List.of("package dev.mtdconnector.app; class Seed {"
                            + " com.microsoft.azure.functions.ExecutionContext context; }")),
            Map.entry(
                    "adapters stand alone",
                    List.of("package dev.mtdconnector.mail; class Seed { dev.mtdconnector.storage.Table table; }")),
            Map.entry(
                    "functions know app, http and schedule",
                    List.of(
                            "package dev.mtdconnector.functions; class Seed { dev.mtdconnector.tenant.Tenant tenant; }")),
            Map.entry(
                    "nobody calls the triggers",
                    List.of("package dev.mtdconnector.app; class Seed { dev.mtdconnector.functions.Tick tick; }")),
            Map.entry(
                    "no cycles",
                    List.of(
                            "package dev.mtdconnector.device; public class Seed { dev.mtdconnector.threat.Seed other; }",
                            "package dev.mtdconnector.threat; public class Seed { dev.mtdconnector.device.Seed other; }")),
            Map.entry(
                    "the local world knows functions, app and ports",
                    List.of("package dev.mtdconnector.local.host; class Seed {"
                            + " dev.mtdconnector.storage.AzureQueues queues; }")),
            Map.entry(
                    "the simulator knows nothing of the product",
                    List.of("package dev.mtdconnector.local.contoso; class Seed {"
                            + " dev.mtdconnector.schedule.JobQueues port; }")),
            Map.entry(
                    "only the host and its launcher know the Functions API",
                    List.of("package dev.mtdconnector.local.page; class Seed {"
                            + " com.microsoft.azure.functions.ExecutionContext context; }")),
            Map.entry(
                    "no cycles in the local world",
                    List.of(
                            "package dev.mtdconnector.local.http; public class Seed { dev.mtdconnector.local.page.Seed other; }",
                            "package dev.mtdconnector.local.page; public class Seed { dev.mtdconnector.local.http.Seed other; }")));

    private static final JavaClasses PRODUCT_CLASSES =
            new ClassFileImporter().withImportOption(PRODUCT).importPackages(ROOT);
    private static final JavaClasses LOCAL_CLASSES =
            new ClassFileImporter().withImportOption(LOCAL_WORLD).importPackages(ROOT + ".local");

    @ParameterizedTest
    @MethodSource("productRules")
    void theProductKeeps(String name) {
        rule(Architecture.product(), name).check(PRODUCT_CLASSES);
    }

    @ParameterizedTest
    @MethodSource("localRules")
    void theLocalWorldKeeps(String name) {
        rule(Architecture.localWorld(), name).check(LOCAL_CLASSES);
    }

    @ParameterizedTest
    @MethodSource("allRules")
    void aClassThatBreaksARuleIsFound(String name, @TempDir Path folder) throws IOException {
        JavaClasses broken =
                SeededClasses.compile(folder, Objects.requireNonNull(SEEDS.get(name), "no seed for " + name));

        assertThat(rule(all(), name).evaluate(broken).getFailureReport().getDetails())
                .as(name)
                .isNotEmpty()
                .allMatch(violation -> violation.contains("Seed"));
    }

    @Test
    void theClassesAreReallyLookedAt() {
        assertThat(PRODUCT_CLASSES.contain(ROOT + ".app.App")).isTrue();
        assertThat(PRODUCT_CLASSES.contain(getClass())).isFalse();
        assertThat(LOCAL_CLASSES.contain(ROOT + ".local.Azurite")).isTrue();
        assertThat(LOCAL_CLASSES.contain(ROOT + ".local.AzuriteTest")).isFalse();
    }

    @Test
    void theLocalWorldMayUsePortsAndTheirValues(@TempDir Path folder) throws IOException {
        JavaClasses host = SeededClasses.compile(
                folder,
                List.of("package dev.mtdconnector.local.host; class Seed { dev.mtdconnector.schedule.JobQueues port;"
                        + " dev.mtdconnector.enrollment.Directory.Group value; dev.mtdconnector.app.App app; }"));

        rule(Architecture.localWorld(), "the local world knows functions, app and ports")
                .check(host);
    }

    static Set<String> productRules() {
        return Architecture.product().keySet();
    }

    static Set<String> localRules() {
        return Architecture.localWorld().keySet();
    }

    static Set<String> allRules() {
        return all().keySet();
    }

    private static Map<String, ArchRule> all() {
        Map<String, ArchRule> rules = new HashMap<>(Architecture.product());
        rules.putAll(Architecture.localWorld());
        return rules;
    }

    private static ArchRule rule(Map<String, ArchRule> rules, String name) {
        return Objects.requireNonNull(rules.get(name)).as(name);
    }

    private static boolean ofTests(Location location) {
        return location.contains("/test-classes/");
    }
}
