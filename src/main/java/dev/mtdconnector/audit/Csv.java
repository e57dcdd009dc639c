package dev.mtdconnector.audit;

import org.jspecify.annotations.Nullable;

/**
 * Comma-separated values (RFC 4180) that a spreadsheet takes for text: what it would take for a formula has an apostrophe
 * before it, for the words in it may be anybody's.
 */
final class Csv {

    private static final String STARTS_A_FORMULA = "=+-@\t\r\n";

    private final StringBuilder text = new StringBuilder();

    Csv(String... names) {
        line(names);
    }

    void line(@Nullable String... values) {
        for (int i = 0; i < values.length; i++) {
            text.append(i == 0 ? "" : ",").append(cell(values[i]));
        }
        text.append("\r\n");
    }

    String text() {
        return text.toString();
    }

    private static String cell(@Nullable String value) {
        if (value == null || value.isEmpty()) {
            return "";
        }
        String safe = STARTS_A_FORMULA.indexOf(value.charAt(0)) >= 0 ? "'" + value : value;
        return "\"" + safe.replace("\"", "\"\"") + "\"";
    }
}
