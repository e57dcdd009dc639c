package dev.mtdconnector.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.notify.MailOutbox;
import dev.mtdconnector.signin.Key;
import dev.mtdconnector.signin.Role;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.text.MessageFormat;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyMailsTest {

    private static final Instant AT = Instant.parse("2026-11-21T23:30:00Z");
    private static final List<String> LANGUAGES = List.of("en", "nl", "sv", "fr", "ko");

    private static Tenant tenant(String language, @Nullable String name) {
        return new Tenant(
                "9b5dbe3f-0c99-4f71-ae4a-ab3e23a9a412",
                new Details(name, "group", null, null, "a@b.example", language),
                "enterprise",
                Standing.ACTIVE,
                Map.of(),
                AT);
    }

    private static TenantKey key(Key.Kind kind, String name) {
        return new TenantKey(
                kind,
                "0123456789abcdef",
                "the-hash",
                kind == Key.Kind.API ? Role.FULL : null,
                name,
                AT,
                "operator",
                AT.plus(Duration.ofDays(90)),
                null);
    }

    private static Properties file(String language) throws IOException {
        String suffix = language.equals("en") ? "" : "_" + language;
        String path = "/" + KeyMails.BUNDLE.replace('.', '/') + suffix + ".properties";
        Properties texts = new Properties();
        try (var in = Objects.requireNonNull(KeyMailsTest.class.getResourceAsStream(path), path);
                var reader = new InputStreamReader(
                        in, StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT))) {
            texts.load(reader);
        }
        return texts;
    }

    private static Set<String> placeholders(String text) {
        Set<String> found = new TreeSet<>();
        Matcher matcher = Pattern.compile("\\{[^}]*}").matcher(text);
        while (matcher.find()) {
            found.add(matcher.group());
        }
        return found;
    }

    @Test
    void everyLanguageHasTheSameTextsWithTheSamePlaceholders() throws IOException {
        Properties english = file("en");
        Set<String> subjects = new HashSet<>();
        for (String language : LANGUAGES) {
            Properties texts = file(language);
            assertThat(texts.stringPropertyNames()).as(language).isEqualTo(english.stringPropertyNames());
            for (String name : english.stringPropertyNames()) {
                String text = texts.getProperty(name);
                assertThat(placeholders(text))
                        .as(language + " " + name)
                        .isEqualTo(placeholders(english.getProperty(name)));
                assertThat(text).as("a plain apostrophe quotes").doesNotContain("'");
                assertThat(new MessageFormat(text, Locale.ROOT).getFormatsByArgumentIndex())
                        .as("placeholders are plain: dates and numbers are made here")
                        .allMatch(Objects::isNull);
                assertThat(text).isNotBlank();
            }
            subjects.add(texts.getProperty("expires.subject"));
        }
        assertThat(subjects).hasSize(LANGUAGES.size());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "en | MTD connector: feed key “Feed” expires on 2027-02-19 23:30 UTC",
                "nl | MTD-connector: feedsleutel “Feed” verloopt op 2027-02-19 23:30 UTC",
                "sv | MTD-anslutning: flödesnyckeln ”Feed” upphör att gälla 2027-02-19 23:30 UTC",
                "fr | Connecteur MTD : la clé de flux « Feed » expire le 2027-02-19 23:30 UTC",
                "ko | MTD 커넥터: 피드 키 “Feed” 만료 예정(2027-02-19 23:30 UTC)",
                "de | MTD connector: feed key “Feed” expires on 2027-02-19 23:30 UTC"
            })
    void theContactReadsItsLanguageWhateverTheJavaRuntimeSpeaks(String language, String subject) {
        Locale before = Locale.getDefault();
        try {
            for (String runtime : List.of("en-US", "ko-KR", "nl-NL", "ar-EG-u-nu-arab")) {
                Locale.setDefault(Locale.forLanguageTag(runtime));
                MailOutbox.Draft draft = KeyMails.about(
                        tenant(language, "Contoso"), key(Key.Kind.FEED, "Feed"), KeyWarning.MONTH_BEFORE);
                assertThat(draft.subject()).as(runtime).isEqualTo(subject);
            }
        } finally {
            Locale.setDefault(before);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{0} {1,number} '{2}' it''s",
                "<b>bold</b> & \"quoted\" %s ${x}",
                "\\n\\r\\u000a",
                "=cmd|' /C calc'!A0",
                "שלום עולם"
            })
    void aNameStandsInAMailAsItIsAndNothingOfItIsRead(String name) {
        for (String language : LANGUAGES) {
            Map<KeyWarning, String> ids = new HashMap<>();
            for (KeyWarning warning : KeyWarning.values()) {
                MailOutbox.Draft draft = KeyMails.about(tenant(language, null), key(Key.Kind.API, name), warning);
                assertThat(draft.subject()).contains(name).doesNotContain("\n").doesNotContain("\r");
                assertThat(draft.text().lines()).hasSize(5);
                assertThat(draft.text())
                        .contains(name)
                        .contains("9b5dbe3f-0c99-4f71-ae4a-ab3e23a9a412")
                        .contains("0123456789abcdef")
                        .contains("2027-02-19 23:30 UTC")
                        .doesNotContain("the-hash");
                assertThat(draft.id()).matches("[a-z0-9-]+");
                ids.put(warning, draft.id());
            }
            assertThat(ids.values()).doesNotHaveDuplicates();
        }
    }
}
