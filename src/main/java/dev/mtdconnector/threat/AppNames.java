package dev.mtdconnector.threat;

import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/** Names of apps and publishers, as they are compared: people and stores write the same name in more than one way. */
public final class AppNames {

    private static final Pattern BLANK = Pattern.compile("[\\p{IsWhite_Space}\\p{Cf}]+");

    private static final char SIGMA = '\u03c3';
    private static final char FINAL_SIGMA = '\u03c2';

    private AppNames() {}

    /**
     * The name without differences of letter case, of width (full and half), of compatible forms, and of white space. Idempotent;
     * empty for a name that has nothing else.
     */
    public static String folded(String name) {
        String compatible = Normalizer.normalize(name, Normalizer.Form.NFKC);
        // To and fro: some letters have no capital, some capitals two small letters, and a capital sharp s is a small
        // one's only once.
        String small = compatible
                .toLowerCase(Locale.ROOT)
                .toUpperCase(Locale.ROOT)
                .toLowerCase(Locale.ROOT)
                .replace(FINAL_SIGMA, SIGMA);
        return BLANK.matcher(Normalizer.normalize(small, Normalizer.Form.NFKC))
                .replaceAll(" ")
                .strip();
    }
}
