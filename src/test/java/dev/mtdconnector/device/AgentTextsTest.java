package dev.mtdconnector.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.threat.Classification;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Properties;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class AgentTextsTest {

    static final java.util.List<String> LANGUAGES = AgentTexts.LANGUAGES;

    private static Properties texts(String language) throws IOException {
        try (InputStream in = AgentTexts.class.getResourceAsStream("agent_" + language + ".properties")) {
            Properties texts = new Properties();
            texts.load(new InputStreamReader(Objects.requireNonNull(in), StandardCharsets.UTF_8));
            return texts;
        }
    }

    @ParameterizedTest
    @FieldSource("LANGUAGES")
    void everyLanguageHasEveryTextAndNoOther(String language) throws IOException {
        Properties texts = texts(language);
        assertThat(texts.stringPropertyNames()).isEqualTo(texts("en").stringPropertyNames());
        assertThat(texts.values()).allMatch(text -> !text.toString().isBlank());
        if (!language.equals("en")) {
            texts.forEach((key, text) -> assertThat(text).as("%s", key).isNotEqualTo(englishOf(key)));
        }
        assertThat(AgentTexts.accepted(language).language()).isEqualTo(language);
    }

    private static Object englishOf(Object key) {
        try {
            return Objects.requireNonNull(texts("en").get(key));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @FieldSource("LANGUAGES")
    void keysNameWhatThereIs(String language) throws IOException {
        for (String key : texts(language).stringPropertyNames()) {
            String name = key.substring(key.indexOf('.') + 1);
            assertThat(
                            switch (key.substring(0, key.indexOf('.'))) {
                                case "advice" -> Classification.ofName(name).isPresent();
                                case "refused" -> ErrorCode.ofCode(name).isPresent();
                                case "family", "state" -> true;
                                default -> false;
                            })
                    .as(key)
                    .isTrue();
        }
    }
}
