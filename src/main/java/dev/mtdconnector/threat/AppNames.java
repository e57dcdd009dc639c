package dev.mtdconnector.threat;

import java.text.Normalizer;
import java.util.Locale;

/** Names of apps and publishers, as they are compared: people and stores write the same name in more than one way. */
public final class AppNames {

    private AppNames() {}

    /**
     * The name without differences of letter case, of width (full and half), of compatible forms, and of white space. Idempotent;
     * empty for a name that has nothing else.
     */
    public static String folded(String name) {
        String compatible = Normalizer.normalize(name, Normalizer.Form.NFKC);
        // Both ways: some letters have no capital, some capitals two small letters.
        String small = compatible.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
        return Normalizer.normalize(small, Normalizer.Form.NFKC)
                .replaceAll("[\\p{IsWhite_Space}\\p{Cf}]+", " ")
                .strip();
    }
}
