package dev.mtdconnector.local.mail;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mtdconnector.local.http.Answer;
import dev.mtdconnector.local.http.Json;
import dev.mtdconnector.local.http.LocalServer;
import dev.mtdconnector.local.http.Routes;
import java.util.List;

/** The mail catcher's part of the control API: mails newest first, and forgetting them. */
public final class MailRoutes implements Routes {

    private final MailCatcher catcher;

    public MailRoutes(MailCatcher catcher) {
        this.catcher = catcher;
    }

    @Override
    public void register(LocalServer server) {
        server.route("GET", "/control/mails", request -> mails());
        server.route("DELETE", "/control/mails", request -> {
            catcher.clear();
            return Answer.empty(204);
        });
    }

    private Answer mails() {
        ObjectNode answer = Json.object();
        ArrayNode list = answer.putArray("mails");
        List<CaughtMail> mails = catcher.mails();
        for (int i = mails.size() - 1; i >= 0; i--) {
            CaughtMail mail = mails.get(i);
            list.addObject()
                    .put("from", mail.from())
                    .put("to", mail.to())
                    .put("subject", mail.subject())
                    .put("messageId", mail.messageId())
                    .put("text", mail.text())
                    .put("html", mail.html())
                    .put("unsubscribe", mail.unsubscribe())
                    .put("receivedAt", mail.receivedAt().toString());
        }
        return Answer.json(200, answer);
    }
}
