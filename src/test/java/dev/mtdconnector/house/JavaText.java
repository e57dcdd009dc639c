package dev.mtdconnector.house;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Java source as text. */
final class JavaText {

    /** A comment, a text block, a string or a character, whichever begins first. */
    private static final Pattern NO_CODE = Pattern.compile("//[^\n]*"
            + "|(?s:/\\*.*?\\*/)"
            + "|\"\"\"(?s:(?:\\\\.|(?!\"\"\").)*+)\"\"\""
            + "|\"(?:\\\\.|[^\"\\\\\n])*+\""
            + "|'(?:\\\\.|[^'\\\\\n])*+'");

    private JavaText() {}

    /** The source without comments and the contents of strings; its lines stay where they are. */
    static String codeOf(String source) {
        return NO_CODE.matcher(source)
                .replaceAll(match -> Matcher.quoteReplacement(match.group().replaceAll("[^\n]", "")));
    }
}
