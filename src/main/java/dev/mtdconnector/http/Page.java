package dev.mtdconnector.http;

/** A plain page of the product: a heading and a body. The body is HTML already; {@link #text} escapes what goes in. */
public final class Page {

    private Page() {}

    /**
     * @param title plain text
     * @param body HTML, every outside text in it escaped
     */
    public static HttpAnswer of(int status, String title, String body) {
        return HttpAnswer.html(status, """
                <!doctype html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>%1$s · MTD Connector</title>
                <link rel="stylesheet" href="/assets/connector.css">
                </head>
                <body>
                <header><span class="mark" aria-hidden="true"></span>MTD Connector <span>for Microsoft Intune</span></header>
                <main>
                <h1>%1$s</h1>
                %2$s
                </main>
                </body>
                </html>
                """.formatted(text(title), body));
    }

    /** Text as it may stand in HTML, in elements and in quoted attributes. */
    public static String text(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.append(c);
            }
        }
        return escaped.toString();
    }
}
