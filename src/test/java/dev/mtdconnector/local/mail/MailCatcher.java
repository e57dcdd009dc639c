package dev.mtdconnector.local.mail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.icegreen.greenmail.mail.MailAddress;
import com.icegreen.greenmail.mail.MovingMessage;
import com.icegreen.greenmail.user.GreenMailUser;
import com.icegreen.greenmail.user.UserException;
import com.icegreen.greenmail.user.UserManager;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.mtdconnector.local.contoso.Journal;
import dev.mtdconnector.local.http.Json;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeUtility;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An SMTP server on the loopback address that takes mail to anybody and keeps it, in the journal too: the inbox is the
 * same after a restart. Safe for use by several threads. A mail to several recipients is kept once for each.
 */
public final class MailCatcher implements AutoCloseable {

    private static final String KIND = "mail";
    private static final String CLEARED = "cleared";

    private final GreenMail server;
    private final Clock clock;
    private final Journal journal;
    private final List<CaughtMail> mails = new ArrayList<>();
    private int received;

    /**
     * Starts listening.
     *
     * @param port 0 for any free port
     * @throws IllegalStateException when the port is taken
     */
    public MailCatcher(int port, Clock clock, Journal journal) {
        this.clock = clock;
        this.journal = journal;
        journal.replay(KIND, this::take);
        this.server = new GreenMail(new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        server.start();
        UserManager users = server.getManagers().getUserManager();
        users.setMessageDeliveryHandler((message, recipient) -> {
            keep(message, recipient);
            return mailbox(users, recipient);
        });
    }

    /** The port that it listens on. */
    public int port() {
        return server.getSmtp().getPort();
    }

    /** The mails received, oldest first. */
    public synchronized List<CaughtMail> mails() {
        return List.copyOf(mails);
    }

    /** Forgets all mails. */
    public synchronized void clear() {
        record(Json.object().put(CLEARED, true));
    }

    @Override
    public void close() {
        server.stop();
    }

    private synchronized void keep(MovingMessage moving, MailAddress recipient) throws MessagingException {
        MimeMessage message = moving.getMessage();
        record(Json.object()
                .put("from", decoded(message.getHeader("From", ", ")))
                .put("to", recipient.getEmail())
                .put("subject", decoded(message.getSubject()))
                .put("messageId", orEmpty(message.getMessageID()).replaceAll("^<|>$", ""))
                .put("text", content(message, "text/plain"))
                .put("html", content(message, "text/html"))
                .put(
                        "unsubscribe",
                        orEmpty(message.getHeader("List-Unsubscribe", ", ")).replaceAll("^<|>$", ""))
                .put("receivedAt", clock.instant().toString()));
    }

    private void record(ObjectNode fact) {
        journal.append(KIND, fact);
        take(fact);
    }

    private void take(JsonNode fact) {
        if (fact.has(CLEARED)) {
            mails.clear();
            return;
        }
        received++;
        mails.add(new CaughtMail(
                received,
                fact.path("from").asText(),
                fact.path("to").asText(),
                fact.path("subject").asText(),
                fact.path("messageId").asText(),
                fact.path("text").asText(),
                fact.path("html").asText(),
                fact.path("unsubscribe").asText(),
                Instant.parse(fact.path("receivedAt").asText())));
    }

    /** GreenMail wants a mailbox to deliver to; nobody reads it. */
    private static GreenMailUser mailbox(UserManager users, MailAddress recipient) throws UserException {
        GreenMailUser user = users.getUserByEmail(recipient.getEmail());
        return user != null ? user : users.createUser(recipient.getEmail(), recipient.getEmail(), "");
    }

    private static String decoded(@Nullable String header) {
        try {
            return MimeUtility.decodeText(orEmpty(header));
        } catch (IOException e) {
            return orEmpty(header);
        }
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static String content(Part part, String type) throws MessagingException {
        try {
            if (part.isMimeType(type) && part.getContent() instanceof String text) {
                return text.replace("\r\n", "\n");
            }
            if (part.getContent() instanceof Multipart parts) {
                for (int i = 0; i < parts.getCount(); i++) {
                    String text = content(parts.getBodyPart(i), type);
                    if (!text.isEmpty()) {
                        return text;
                    }
                }
            }
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
