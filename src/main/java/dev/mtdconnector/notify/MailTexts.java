package dev.mtdconnector.notify;

import java.text.MessageFormat;
import java.util.List;
import java.util.Locale;
import java.util.ResourceBundle;
import java.util.ResourceBundle.Control;

/**
 * The texts of mails in a language, from {@code mails_<language>.properties} (UTF-8, {@link MessageFormat} patterns).
 * Whatever the JVM's own language is, it plays no part.
 */
public final class MailTexts {

    /** The languages that there are; the first is used for any other. */
    public static final List<String> LANGUAGES = List.of("en", "nl", "sv", "fr", "ko");

    private static final int LONGEST_LINE = 150;

    private final Locale locale;
    private final ResourceBundle bundle;

    private MailTexts(Locale locale) {
        this.locale = locale;
        this.bundle = ResourceBundle.getBundle(
                MailTexts.class.getPackageName() + ".mails",
                locale,
                Control.getNoFallbackControl(Control.FORMAT_PROPERTIES));
    }

    public static MailTexts in(String language) {
        return new MailTexts(Locale.forLanguageTag(LANGUAGES.contains(language) ? language : LANGUAGES.get(0)));
    }

    /** A text; arguments stand in it as they are. */
    public String text(String key, Object... arguments) {
        return new MessageFormat(bundle.getString(key), locale).format(arguments);
    }

    /** A text as a subject: one line, whatever the arguments hold. */
    public String subject(String key, Object... arguments) {
        return oneLine(text(key, arguments));
    }

    /**
     * Text from outside as it may stand in a mail: on one line, without control characters and marks that turn the
     * direction of what follows, cut where nobody reads on.
     */
    public static String oneLine(String text) {
        String line =
                text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]+", " ").strip();
        return line.codePointCount(0, line.length()) > LONGEST_LINE
                ? line.substring(0, line.offsetByCodePoints(0, LONGEST_LINE)) + "…"
                : line;
    }
}
