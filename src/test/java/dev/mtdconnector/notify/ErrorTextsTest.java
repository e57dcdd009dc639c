package dev.mtdconnector.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.schedule.JobKind;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorTextsTest {

    private static final List<ErrorCode> REPORTED =
            Arrays.stream(ErrorCode.values()).filter(ErrorCatalogue::isReported).toList();

    @ParameterizedTest
    @ValueSource(strings = {"nl", "sv", "fr", "ko"})
    void everyErrorThatIsReportedIsTranslated(String language) {
        ErrorTexts texts = ErrorTexts.in(language);
        assertThat(REPORTED).isNotEmpty().allSatisfy(code -> {
            assertThat(texts.title(code)).isNotEqualTo(code.title()).doesNotEndWith(".");
            assertThat(texts.remedy(code)).isNotEqualTo(code.remedy()).endsWith(".");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"en", "nl", "sv", "fr", "ko"})
    void whatAJobsFailureLeadsToIsSaidInEveryLanguage(String language) {
        Stream<String> subjects = Stream.concat(
                Arrays.stream(JobKind.values()).map(JobKind::queue),
                Stream.of(
                        FailedRequests.REQUESTS,
                        FailedRequests.EVENTS,
                        "access-groups",
                        "held-removals",
                        "held-publishes",
                        "failed-publishes",
                        "former-target"));
        assertThat(subjects)
                .allSatisfy(subject -> assertThat(ErrorTexts.in(language).consequences(List.of(subject)))
                        .as("%s in %s", subject, language)
                        .hasSize(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"en", "xx"})
    void englishIsAsTheErrorCodesHaveIt(String language) {
        assertThat(ErrorTexts.in(language).title(ErrorCode.INTERNAL)).isEqualTo(ErrorCode.INTERNAL.title());
    }
}
