package dev.mtdconnector.local.page;

import dev.mtdconnector.local.http.Answer;
import dev.mtdconnector.local.http.Html;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The frame of every page: style, shapes and the script that keeps a page up to date, all inline and named by hash in
 * the Content-Security-Policy, so that nothing that a name or a mail contains can run or load.
 */
final class Shell {

    private static final String STYLE = resource("page.css");
    private static final String SCRIPT = resource("page.js");
    private static final String SHAPES = resource("shapes.svg");
    private static final String POLICY = "default-src 'none'; style-src '" + hash(STYLE) + "'; script-src '"
            + hash(SCRIPT) + "'; connect-src 'self'; img-src data:; form-action 'self'; base-uri 'none';"
            + " frame-ancestors 'none'";

    private Shell() {}

    /**
     * A whole page.
     *
     * @param title plain text
     * @param header the bar's content, HTML
     * @param main the page's content, HTML; it and the bar are what the script replaces when it has changed
     */
    static Answer page(int status, String title, String header, String main) {
        String html = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                + "<meta name=\"color-scheme\" content=\"light dark\">\n<title>" + Html.escape(title) + "</title>\n"
                + "<link rel=\"icon\" href=\"data:,\">\n<style>" + STYLE + "</style>\n"
                + "<noscript><meta http-equiv=\"refresh\" content=\"5\"></noscript>\n</head>\n<body>\n" + SHAPES
                + "\n<div id=\"live\">\n<header>" + header + "</header>\n<main>\n" + main
                + "</main>\n</div>\n<script>" + SCRIPT + "</script>\n</body>\n</html>\n";
        return Answer.html(status, html)
                .withHeader("Content-Security-Policy", POLICY)
                .withHeader("X-Content-Type-Options", "nosniff")
                .withHeader("Referrer-Policy", "same-origin");
    }

    private static String resource(String name) {
        try (InputStream in = Shell.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("Missing resource " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String hash(String inline) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(inline.getBytes(StandardCharsets.UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
