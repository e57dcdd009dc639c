package dev.mtdconnector.local.page;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Writes text into HTML so that it stays text. */
final class Html {

    private static final Pattern LINK = Pattern.compile("https?://[^\\s<>\"]+");

    private Html() {}

    /** Safe in an element and in a quoted attribute. */
    static String escape(String text) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.append(c);
            }
        }
        return out.toString();
    }

    /** Escaped text in which http(s) addresses are links. A full stop or bracket that ends a sentence is left out. */
    static String linked(String text) {
        StringBuilder out = new StringBuilder();
        Matcher link = LINK.matcher(text);
        int end = 0;
        while (link.find()) {
            String address = link.group().replaceFirst("[.,;:!?)\\]']+$", "");
            out.append(escape(text.substring(end, link.start())));
            out.append("<a href=\"")
                    .append(escape(address))
                    .append("\" rel=\"noreferrer\">")
                    .append(escape(address))
                    .append("</a>");
            end = link.start() + address.length();
        }
        return out.append(escape(text.substring(end))).toString();
    }
}
