package dev.mtdconnector.notify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MailTextsTest {

    private static Properties file(String language) throws IOException {
        try (InputStream in =
                Objects.requireNonNull(MailTexts.class.getResourceAsStream("mails_" + language + ".properties"))) {
            // Strict: what is not UTF-8 fails.
            Reader reader = new InputStreamReader(
                    in, StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT));
            Properties properties = new Properties();
            properties.load(reader);
            return properties;
        }
    }

    /** Every key with the placeholders of its text. */
    private static Map<String, Set<String>> placeholders(String language) throws IOException {
        Map<String, Set<String>> placeholders = new TreeMap<>();
        file(language)
                .forEach((key, value) -> placeholders.put(
                        (String) key,
                        Pattern.compile("\\{[^}]*\\}")
                                .matcher((String) value)
                                .results()
                                .map(MatchResult::group)
                                .collect(Collectors.toCollection(TreeSet::new))));
        return placeholders;
    }

    @ParameterizedTest
    @ValueSource(strings = {"nl", "sv", "fr", "ko"})
    void everyLanguageHasTheSameTextsWithTheSamePlaceholders(String language) throws IOException {
        assertThat(placeholders(language)).isEqualTo(placeholders("en"));
        assertThat(file(language))
                .as("translated")
                .doesNotContainValue(file("en").getProperty("invitation.subject"));
    }

    @Test
    void noTextHoldsWhatTheFormatWouldSwallow() throws IOException {
        for (String language : MailTexts.LANGUAGES) {
            file(language)
                    .forEach((key, value) -> assertThat((String) value)
                            .as("%s in %s", key, language)
                            .doesNotContain("'")
                            .isNotBlank());
        }
    }

    @Test
    void theJvmsOwnLanguagePlaysNoPart() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.FRENCH);
            assertThat(MailTexts.in("en").subject("invitation.subject")).startsWith("Connect your");
            assertThat(MailTexts.in("xx").subject("invitation.subject")).startsWith("Connect your");
            assertThat(MailTexts.in("ko").subject("invitation.subject")).startsWith("조직을");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void aSubjectIsOneLineAndEndsSomewhere() {
        assertThat(MailTexts.in("en").subject("consent-back.subject", "a\r\nBcc: b\u0085c\u2029d\u202e"))
                .isEqualTo("The MTD connector works again for a Bcc: b c d");
        assertThat(MailTexts.oneLine("\ud83d\ude00".repeat(500))).isEqualTo("\ud83d\ude00".repeat(150) + "…");
        assertThat(MailTexts.oneLine("half \ud83d of a pair")).isEqualTo("half   of a pair");
    }
}
