package dev.mtdconnector.threat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.testing.GoldenFile;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Objects;
import java.util.Properties;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What is said of each classification, to people and by the document. */
class ClassificationTest {

    private static final ClassificationTexts TEXTS = new ClassificationTexts(Locale.ENGLISH);

    @Test
    void theDocumentHasEveryClassification() {
        GoldenFile.section(Path.of("docs", "policy.md"), "classifications")
                .matches(
                        "\n| Classification | Type | Platforms | Default | Whose | What it is |\n|---|---|---|---|---|---|\n"
                                + Arrays.stream(Classification.values())
                                        .sorted(Comparator.comparing(Classification::type)
                                                .thenComparing(Comparator.comparing(Classification::defaultLevel)
                                                        .reversed()))
                                        .map(one -> "| `%s` | %s | %s | %s | %s | %s |\n"
                                                .formatted(
                                                        one.name(),
                                                        one.type().label(),
                                                        String.join(", ", one.platforms()),
                                                        one.defaultLevel().label(),
                                                        one.isPublished() ? "published" : "ours",
                                                        TEXTS.description(one)))
                                        .collect(Collectors.joining())
                                + "\n");
    }

    @Test
    void everyClassificationHasOneSentenceOfItsOwn() throws IOException {
        Properties file = new Properties();
        try (var in =
                Objects.requireNonNull(ClassificationTexts.class.getResourceAsStream("classifications.properties"))) {
            file.load(new InputStreamReader(in, StandardCharsets.UTF_8));
        }
        assertThat(file.stringPropertyNames())
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Classification.values()).map(Enum::name).toList());
        assertThat(file.values())
                .doesNotHaveDuplicates()
                .allSatisfy(text -> assertThat((String) text).matches("[A-Z][^|]{20,160}\\."));
    }

    @Test
    void aLanguageWithoutTextsGetsTheEnglishOnes() {
        assertThat(new ClassificationTexts(Locale.KOREAN).description(Classification.WORM))
                .isEqualTo(TEXTS.description(Classification.WORM));
    }

    @Test
    void whatOccursOnOnePlatformOnlySaysSo() {
        assertThat(Arrays.stream(Classification.values())
                        .filter(one -> one.platforms().size() == 1)
                        .map(one -> one.platforms().get(0) + " " + one))
                .containsExactlyInAnyOrder(
                        "android ROOT_ENABLER",
                        "android TOLL_FRAUD",
                        "android CLICK_FRAUD",
                        "android SPAM",
                        "android CHARGEWARE",
                        "ios NON_APP_STORE_SIGNER",
                        "android UNENCRYPTED",
                        "android USB_DEBUGGING_ENABLED",
                        "android UNKNOWN_SOURCES_ENABLED",
                        "android OUT_OF_DATE_ASPL",
                        "android STORAGE_PERMISSION_NOT_ACCEPTED",
                        "android DEVICE_ADMIN_NOT_ACTIVATED");
    }
}
