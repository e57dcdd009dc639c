package dev.mtdconnector.local.page;

import dev.mtdconnector.local.http.Html;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes the web addresses in a text clickable. */
final class Links {

    private static final Pattern LINK = Pattern.compile("https?://[^\\s<>\"]+");

    private Links() {}

    /** Escaped text in which http(s) addresses are links. A full stop or bracket that ends a sentence is left out. */
    static String linked(String text) {
        StringBuilder out = new StringBuilder();
        Matcher link = LINK.matcher(text);
        int end = 0;
        while (link.find()) {
            String address = link.group().replaceFirst("[.,;:!?)\\]']+$", "");
            out.append(Html.escape(text.substring(end, link.start())));
            out.append("<a href=\"")
                    .append(Html.escape(address))
                    .append("\" rel=\"noreferrer\">")
                    .append(Html.escape(address))
                    .append("</a>");
            end = link.start() + address.length();
        }
        return out.append(Html.escape(text.substring(end))).toString();
    }
}
