package dev.mtdconnector.threat;

import java.util.Locale;
import java.util.ResourceBundle;

/** What a classification means, in words for people. English is there for each; a language is a file more. */
public final class ClassificationTexts {

    static final String BUNDLE = "dev.mtdconnector.threat.classifications";

    private final ResourceBundle texts;

    /** The texts in this language, or in English where there are none. */
    public ClassificationTexts(Locale locale) {
        this.texts = ResourceBundle.getBundle(
                BUNDLE,
                locale,
                ClassificationTexts.class.getClassLoader(),
                ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES));
    }

    public String description(Classification classification) {
        return texts.getString(classification.name());
    }
}
