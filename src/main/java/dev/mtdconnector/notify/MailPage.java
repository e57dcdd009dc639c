package dev.mtdconnector.notify;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A mail's text as a page for mail programs that show HTML: the same words, with nothing that is loaded from anywhere.
 *
 * <p>Paragraphs stand apart by an empty line; a line that begins with a hyphen is an item of a list; an address is a link,
 * and one that is alone on its line stands out.
 */
final class MailPage {

    private static final Pattern ADDRESS = Pattern.compile("https?://[^\\s<>\"]+[^\\s<>\".,;:!?)]");
    private static final String BODY = "margin:0;padding:24px;background:#f3f4f6;color:#1b1b1f;"
            + "font:16px/1.5 -apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif";
    private static final String CARD =
            "max-width:600px;margin:0 auto;padding:24px 28px;background:#fff;border-radius:8px;overflow-wrap:anywhere";
    /** The address itself can be read: a mail should not ask anybody to trust a word that hides one. */
    private static final String ALONE =
            "display:block;padding:10px 14px;border-left:3px solid #0b57a4;" + "background:#eef4fb;color:#0b57a4";

    private MailPage() {}

    /**
     * @param language of the text, as in the lang attribute; null where it is not known
     */
    static String of(String subject, String text, @Nullable String language) {
        StringBuilder page = new StringBuilder("<!doctype html>\n<html");
        if (language != null) {
            page.append(" lang=\"").append(escaped(language)).append('"');
        }
        page.append("><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>")
                .append(escaped(subject))
                .append("</title></head>\n<body style=\"")
                .append(BODY)
                .append("\"><div style=\"")
                .append(CARD)
                .append("\">\n<h1 style=\"margin:0 0 16px;font-size:20px;line-height:1.3\">")
                .append(escaped(subject))
                .append("</h1>\n");
        for (String paragraph : text.strip().split("\\n\\s*\\n", -1)) {
            paragraph(page, paragraph);
        }
        return page.append("</div></body></html>\n").toString();
    }

    private static void paragraph(StringBuilder page, String paragraph) {
        StringBuilder words = new StringBuilder();
        StringBuilder items = new StringBuilder();
        for (String line : paragraph.split("\\n", -1)) {
            if (line.startsWith("- ")) {
                close(page, words, "p");
                items.append("<li>").append(linked(line.substring(2))).append("</li>");
            } else {
                close(page, items, "ul");
                words.append(words.isEmpty() ? "" : "<br>\n").append(linked(line));
            }
        }
        close(page, words, "p");
        close(page, items, "ul");
    }

    private static void close(StringBuilder page, StringBuilder content, String element) {
        if (!content.toString().isBlank()) {
            page.append('<')
                    .append(element)
                    .append(" style=\"margin:0 0 16px\">")
                    .append(content)
                    .append("</")
                    .append(element)
                    .append(">\n");
        }
        content.setLength(0);
    }

    private static String linked(String line) {
        Matcher address = ADDRESS.matcher(line);
        if (address.matches()) {
            return link(line, ALONE);
        }
        StringBuilder linked = new StringBuilder();
        int from = 0;
        address.reset();
        while (address.find()) {
            linked.append(escaped(line.substring(from, address.start())))
                    .append(link(address.group(), "color:#0b57a4"));
            from = address.end();
        }
        return linked.append(escaped(line.substring(from))).toString();
    }

    private static String link(String address, String style) {
        String safe = escaped(address);
        return "<a href=\"" + safe + "\" style=\"" + style + "\">" + safe + "</a>";
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
