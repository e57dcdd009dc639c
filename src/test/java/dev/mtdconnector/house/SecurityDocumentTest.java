package dev.mtdconnector.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.tenant.Registration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What docs/security.md claims can be checked: its tests exist, and its permissions are those that are asked for. */
final class SecurityDocumentTest {

    private static final Path PAGE = Path.of("docs", "security.md");
    private static final Pattern NAMED_TEST = Pattern.compile("`([A-Z]\\w*Test)(?:\\.(\\w+))?`");
    private static final Pattern PERMISSION =
            Pattern.compile("(?m)^\\| ([\\w-]+) \\| `([\\w.]+)` \\| .*`[A-Z]+ .*\\|$");

    @Test
    void everyTestThatIsNamedExists() throws IOException {
        Map<String, String> tests = tests();
        List<String> missing = new ArrayList<>();
        Matcher named = NAMED_TEST.matcher(Files.readString(PAGE));
        int count = 0;
        while (named.find()) {
            count++;
            String source = tests.get(named.group(1));
            String method = named.group(2);
            if (source == null || !has(source, method)) {
                missing.add(named.group());
            }
        }
        assertThat(count).isGreaterThan(80);
        assertThat(missing).isEmpty();
    }

    private static boolean has(String source, @Nullable String method) {
        return method == null || source.contains("void " + method + "(");
    }

    /** Sources by the simple name of their class; where two classes share a name, both. */
    private static Map<String, String> tests() throws IOException {
        Map<String, String> tests = new HashMap<>();
        try (Stream<Path> files = Files.walk(Path.of("src", "test", "java"))) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith("Test.java")).toList()) {
                tests.merge(file.getFileName().toString().replace(".java", ""), Files.readString(file), String::concat);
            }
        }
        return tests;
    }

    @Test
    void thePermissionsAreThoseThatAreAskedFor() throws IOException {
        String page = Files.readString(PAGE);
        String section = page.substring(page.indexOf("<!-- permissions -->"), page.indexOf("<!-- /permissions -->"));
        Set<String> documented = new TreeSet<>();
        Matcher row = PERMISSION.matcher(section);
        while (row.find()) {
            documented.add(row.group(1) + " " + row.group(2));
        }
        Set<String> asked = new TreeSet<>();
        for (Registration registration : Registration.values()) {
            registration.requiredRoles().forEach(role -> asked.add(registration.label() + " " + role.value()));
            registration.optionalRoles().forEach(role -> asked.add(registration.label() + " " + role.value()));
        }
        assertThat(documented).isEqualTo(asked);
    }

    @Test
    void everyChapterOfTheStandardIsAnswered() throws IOException {
        String page = Files.readString(PAGE);
        for (int chapter = 1; chapter <= 17; chapter++) {
            assertThat(page).containsPattern("(?m)^\\| V" + chapter + " [A-Z].*\\|.*\\|.*\\|.*\\|.*\\|$");
        }
    }
}
