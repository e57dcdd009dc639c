package dev.mtdconnector.house;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * One rule of the sources: a pattern that must not occur.
 *
 * @param name short and stable; exceptions name it
 * @param files which files it looks at, by their path in the repository with {@code /}
 * @param codeOnly whether comments and the contents of strings are left out
 * @param instead what to use instead
 */
record SourceRule(String name, Predicate<String> files, boolean codeOnly, Pattern forbidden, String instead) {

    static final List<SourceRule> ALL = List.of(
            code(
                    "clock",
                    "\\b(Instant|LocalDate|LocalTime|LocalDateTime|OffsetDateTime|ZonedDateTime|Year|YearMonth)\\.now\\(\\s*\\)"
                            + "|\\bSystem\\.currentTimeMillis\\(|\\bnew Date\\(\\s*\\)",
                    "ask the injected java.time.Clock, so that tests can move it"),
            code("print", "\\bSystem\\.(out|err)\\b", "log with slf4j, or return the text"),
            code(
                    "sleep",
                    "\\bThread\\.sleep\\(|\\b(TimeUnit\\.)?(NANO|MICRO|MILLI)?SECONDS\\.sleep\\(|\\bMINUTES\\.sleep\\(",
                    "wait with the injected common.Sleeper, or for a condition"),
            code("stack trace", "\\.printStackTrace\\(\\s*\\)", "log the exception with slf4j, or let it go up"),
            code(
                    "name",
                    "\\b(class|record|enum|interface)\\s+\\w*(Impl|Utils?|Helper|Manager)\\b",
                    "name the thing by what it is in the domain"),
            code(
                    "skipped test",
                    "@Disabled\\b|@(En|Dis)abled(If|On|For)\\w*|\\bassum(e|ing)(True|False|That)\\(|\\bAssumptions\\b",
                    "make the test run everywhere, or delete it: a skipped test is taken for a green one"),
            code("wildcard import", "(?m)^import .*\\*;", "import each class by its name"),
            new SourceRule(
                    "unfinished",
                    path -> true,
                    false,
                    Pattern.compile("\\b(TODO|FIXME|XXX)\\b"),
                    "finish it, or open an issue and say what is missing in the text"),
            new SourceRule("tab", path -> true, false, Pattern.compile("\t"), "indent with spaces"),
            new SourceRule("line end", path -> true, false, Pattern.compile("\r"), "end lines with LF alone"),
            new SourceRule(
                    "registry",
                    path -> true,
                    false,
                    Pattern.compile("(?i)repo1?\\.maven\\.(apache\\.)?org|registry\\.(npmjs|yarnpkg)|oss\\.sonatype"
                            + "|central\\.sonatype|plugins\\.gradle\\.org|pypi\\.org|deb\\.debian\\.org|https?://[^\\s\"]*"
                            + "(artifactory|nexus|/maven2|/npm/)"),
                    "leave the registry to each machine's own configuration"),
            new SourceRule(
                    "path of a machine",
                    path -> true,
                    false,
                    Pattern.compile("(?<![\\w.:}/])/(home|work|root|tmp|Users)/\\w|\\b[A-Z]:\\\\Users\\\\"),
                    "use a path in the repository, or a temporary folder that the test is given"),
            new SourceRule(
                    "resolved address",
                    path -> path.endsWith("package-lock.json"),
                    false,
                    Pattern.compile("\"resolved\"\\s*:"),
                    "install with omit-lockfile-registry-resolved, as the .npmrc beside it says"));

    private static SourceRule code(String name, String forbidden, String instead) {
        return new SourceRule(name, path -> path.endsWith(".java"), true, Pattern.compile(forbidden), instead);
    }

    /** What the file does against this rule, a line each. */
    List<String> findings(String path, String text) {
        List<String> findings = new ArrayList<>();
        if (files.test(path)) {
            String looked = codeOnly ? JavaText.codeOf(text) : text;
            forbidden.matcher(looked).results().forEach(match -> {
                long line = 1
                        + looked.substring(0, match.start())
                                .chars()
                                .filter(c -> c == '\n')
                                .count();
                findings.add("%s:%d: %s: %s".formatted(path, line, name, instead));
            });
        }
        return findings;
    }
}
