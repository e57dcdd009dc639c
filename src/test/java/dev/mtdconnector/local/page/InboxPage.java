package dev.mtdconnector.local.page;

import dev.mtdconnector.local.http.Answer;
import dev.mtdconnector.local.http.Html;
import dev.mtdconnector.local.mail.CaughtMail;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** Renders the mail catcher's inbox. A mail is text: nothing in it is ever taken for HTML. */
final class InboxPage {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("d MMM yyyy, HH:mm:ss", Locale.ENGLISH).withZone(ZoneOffset.UTC);

    private InboxPage() {}

    /** All mails, newest first. */
    static Answer list(List<CaughtMail> mails) {
        StringBuilder out = new StringBuilder("<section class=\"card\"><h2>Inbox <span class=\"count\">");
        out.append(mails.size()).append("</span></h2>");
        if (mails.isEmpty()) {
            out.append("<p class=\"empty\">No mail yet. This page looks again by itself.</p>");
        } else {
            out.append(
                    "<table class=\"inbox\"><thead><tr><th>Subject</th><th>To</th><th>From</th><th>Received (UTC)</th>"
                            + "</tr></thead><tbody>");
            for (int i = mails.size() - 1; i >= 0; i--) {
                row(out, mails.get(i));
            }
            out.append("</tbody></table>");
        }
        return Shell.page(
                200,
                "Mail · Contoso",
                header("Mail", "Every mail of the local world; none is delivered."),
                out.append("</section>").toString());
    }

    /** One mail. */
    static Answer mail(CaughtMail mail) {
        StringBuilder out = new StringBuilder("<article class=\"card letter\"><h2>");
        out.append(Html.escape(title(mail))).append("</h2><dl>");
        field(out, "From", mail.from());
        field(out, "To", mail.to());
        field(out, "Received", time(mail.receivedAt()) + " UTC");
        field(out, "Message-ID", mail.messageId());
        if (!mail.unsubscribe().isEmpty()) {
            field(out, "List-Unsubscribe", mail.unsubscribe());
        }
        out.append("</dl>");
        if (!mail.html().isEmpty()) {
            out.append("<p><a href=\"/mail/")
                    .append(mail.number())
                    .append("/html\">As a mail program shows it</a></p>");
        }
        out.append("<div class=\"text\">").append(Links.linked(mail.text()));
        return Shell.page(
                200,
                title(mail) + " · Mail",
                header("Mail", "<a href=\"/mail\">Back to the inbox</a>"),
                out.append("</div></article>").toString());
    }

    static Answer missing() {
        return Shell.page(
                404,
                "Mail · Contoso",
                header("Mail", "<a href=\"/mail\">Back to the inbox</a>"),
                "<section class=\"card\"><p>There is no such mail.</p></section>");
    }

    private static String header(String title, String below) {
        return "<div class=\"brand\"><h1>" + title + "</h1><p>" + below
                + "</p></div><a class=\"mail\" href=\"/\">Entra and Intune</a>";
    }

    private static void row(StringBuilder out, CaughtMail mail) {
        out.append("<tr><td data-label=\"Subject\"><a href=\"/mail/")
                .append(mail.number())
                .append("\">")
                .append(Html.escape(title(mail)))
                .append("</a></td><td data-label=\"To\">")
                .append(Html.escape(mail.to()))
                .append("</td><td data-label=\"From\">")
                .append(Html.escape(mail.from()))
                .append("</td><td data-label=\"Received\">")
                .append(time(mail.receivedAt()))
                .append("</td></tr>");
    }

    private static void field(StringBuilder out, String label, String value) {
        out.append("<dt>")
                .append(label)
                .append("</dt><dd>")
                .append(Html.escape(value))
                .append("</dd>");
    }

    private static String title(CaughtMail mail) {
        return mail.subject().isEmpty() ? "(no subject)" : mail.subject();
    }

    private static String time(Instant instant) {
        return TIME.format(instant);
    }
}
