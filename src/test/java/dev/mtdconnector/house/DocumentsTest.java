package dev.mtdconnector.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mtdconnector.app.SettingKey;
import dev.mtdconnector.app.Settings;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.notify.ErrorCatalogue;
import dev.mtdconnector.testing.GoldenFile;
import dev.mtdconnector.testing.TestApp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is written down for people is what the code does. */
final class DocumentsTest {

    @Test
    void theReadmeNamesEverySetting() {
        GoldenFile.section(Path.of("README.md"), "settings")
                .matches("\n| Setting | Default | What it is |\n|---|---|---|\n"
                        + Arrays.stream(SettingKey.values())
                                .map(key -> "| `%s` | %s | %s |\n"
                                        .formatted(key.name(), inReadme(key.byDefault()), key.description()))
                                .collect(Collectors.joining())
                        + "\n");
    }

    @Test
    void theListOfSettingsIsReviewed() {
        GoldenFile.list("settings.txt")
                .matches(Arrays.stream(SettingKey.values())
                        .map(key -> key.name() + " "
                                + (key.byDefault() == null ? "(required)" : "\"" + key.byDefault() + "\"") + "\n")
                        .sorted()
                        .collect(Collectors.joining()));
    }

    @Test
    void everyErrorIsDocumented() {
        GoldenFile.whole(Path.of("docs", "errors.md"))
                .matches("""
                        # Errors

                        Every failure is answered with a problem document (RFC 9457, `application/problem+json`). Clients decide by its
                        `code`, which never gets another meaning; `title`, `detail` and `remedy` are for people, and `correlationId` finds
                        the request in the connector's log. Failed jobs of a tenant carry the same codes; they have no status of their own.

                        Who gets a report: *recipient* is the connector's error recipient, or the primary contact where there is none
                        (see [error reports](error-reports.md)); *sender* is whoever sent the request, in its answer and nowhere else.

                        | Code | Status | Meaning | Remedy | Who gets a report |
                        |---|---|---|---|---|
                        """
                        + Arrays.stream(ErrorCode.values())
                                .sorted(Comparator.comparing(ErrorCode::code))
                                .map(error -> "| `%s` | %d | %s | %s | %s |\n"
                                        .formatted(
                                                error.code(),
                                                error.status(),
                                                error.title(),
                                                error.remedy(),
                                                ErrorCatalogue.isReported(error) ? "recipient" : "sender"))
                                .collect(Collectors.joining()));
    }

    @Test
    void everyAuditActionIsDocumented() {
        GoldenFile.whole(Path.of("docs", "audit-log.md"))
                .matches("""
                        # Audit trail

                        What administrators and operators do is recorded before it is done, and how it ended afterwards, with what differs in
                        the API's words: `GET /api/v1/audit`, for operators `GET /api/v1/operator/tenants/{tenantId}/audit` and, for acts on
                        no tenant, `GET /api/v1/operator/audit`. Filters: `from`, `to` (times, RFC 3339), `actor`, `action`; `limit` up to
                        1000; `cursor` is the `next` of the page before (`X-Next-Cursor` with `format=csv`). Nothing in the product changes
                        an entry or takes one away, except that all of a tenant goes when it is deleted.

                        What was refused changed nothing and is not recorded. `outcome` is `done`, `failed`, or `unknown`: the process ended in
                        between. `actor` is
                        `user:<object id>`, `key:<key id>` or `operator:<name>`. Two acts at the same moment may each show what the other
                        changed. A route that changes something and has no action stops the app from starting.

                        | Action | Routes |
                        |---|---|
                        """
                        + new TestApp()
                                .app().auditActions().entrySet().stream()
                                        .map(action -> "| `%s` | %s |\n"
                                                .formatted(
                                                        action.getKey(),
                                                        action.getValue().stream()
                                                                .map(route -> "`" + route + "`")
                                                                .collect(Collectors.joining(", "))))
                                        .collect(Collectors.joining()));
    }

    @Test
    void theListOfErrorsIsReviewed() {
        GoldenFile.list("errors.txt")
                .matches(Arrays.stream(ErrorCode.values())
                        .map(error -> error.code() + " " + error.status() + "\n")
                        .sorted()
                        .collect(Collectors.joining()));
    }

    @Test
    void errorCodesAreUniqueAndInOneForm() {
        assertThat(ErrorCode.values()).extracting(ErrorCode::code).doesNotHaveDuplicates();
        assertThat(ErrorCode.values())
                .allMatch(error -> error.code().matches("[a-z]+(\\.[a-z]+(-[a-z]+)*)?"))
                .allMatch(error -> error.status() >= 400 && error.status() < 600)
                .allMatch(
                        error -> !error.title().endsWith(".") && error.remedy().endsWith("."));
    }

    @Test
    void theSampleNamesEverySettingAndIsItselfUsable() throws IOException {
        Map<String, String> sample = new HashMap<>();
        JsonNode values = new ObjectMapper()
                .readTree(Files.readString(Path.of("local.settings.sample.json")))
                .path("Values");
        values.fields()
                .forEachRemaining(
                        field -> sample.put(field.getKey(), field.getValue().asText()));

        assertThat(sample.keySet())
                .containsAll(
                        Arrays.stream(SettingKey.values()).map(SettingKey::name).toList());
        assertThat(Settings.from(sample).publicUrl()).isEqualTo("http://localhost:7071");
    }

    private static String inReadme(@Nullable String byDefault) {
        if (byDefault == null) {
            return "*required*";
        }
        return byDefault.isEmpty() ? "" : "`" + byDefault + "`";
    }
}
