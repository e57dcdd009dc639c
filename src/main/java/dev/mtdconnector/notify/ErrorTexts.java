package dev.mtdconnector.notify;

import dev.mtdconnector.common.ErrorCode;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.ResourceBundle;
import java.util.ResourceBundle.Control;
import org.jspecify.annotations.Nullable;

/**
 * What errors are called in a language, what to do about them and what they lead to, from
 * {@code errors_<language>.properties} (UTF-8). What is not translated is English, as {@link ErrorCode} has it.
 */
final class ErrorTexts {

    private final ResourceBundle bundle;

    private ErrorTexts(String language) {
        this.bundle = ResourceBundle.getBundle(
                ErrorTexts.class.getPackageName() + ".errors",
                Locale.forLanguageTag(language),
                Control.getNoFallbackControl(Control.FORMAT_PROPERTIES));
    }

    static ErrorTexts in(String language) {
        return new ErrorTexts(MailTexts.LANGUAGES.contains(language) ? language : MailTexts.LANGUAGES.get(0));
    }

    String title(ErrorCode code) {
        return Objects.requireNonNullElse(find(code.code() + ".title"), code.title());
    }

    String remedy(ErrorCode code) {
        return Objects.requireNonNullElse(find(code.code() + ".remedy"), code.remedy());
    }

    /** What does not work while these fail, a sentence each; those of the same meaning once. */
    List<String> consequences(List<String> subjects) {
        return subjects.stream()
                .map(subject -> find("consequence." + subject))
                .filter(Objects::nonNull)
                .map(Objects::requireNonNull)
                .distinct()
                .toList();
    }

    private @Nullable String find(String key) {
        return bundle.containsKey(key) ? bundle.getString(key) : null;
    }
}
