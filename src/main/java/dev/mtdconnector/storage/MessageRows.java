package dev.mtdconnector.storage;

import dev.mtdconnector.connector.PublishTarget;
import dev.mtdconnector.intune.Outbox.Message;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Messages as rows: on their way, and for some days after, so that it is known which devices one was about. */
final class MessageRows {

    private MessageRows() {}

    static String key(Message message) {
        return Keys.join("m", message.id().toString());
    }

    static String pastKey(String messageId) {
        return Keys.join("l", messageId);
    }

    static Row row(String partition, Message message) {
        return Row.of(
                partition,
                key(message),
                Columns.ofRow()
                        .text("deviceIds", String.join(" ", message.deviceIds()))
                        .text("content", message.content())
                        .instant("createdAt", message.createdAt())
                        .text("target", message.target().text())
                        .flag("isWithdrawal", message.isWithdrawal())
                        .flag("isSent", false)
                        .number("failures", message.failures())
                        .map());
    }

    static List<Message> onTheirWay(Table table, String partition) {
        return Queries.rows(table, Table.Range.prefix(partition, Keys.prefix("m")), TableRules.MAX_PAGE).stream()
                .map(MessageRows::message)
                .sorted((a, b) -> a.createdAt().compareTo(b.createdAt()))
                .toList();
    }

    private static Message message(Row row) {
        String target = row.text("target");
        return new Message(
                UUID.fromString(Keys.split(row.key()).get(1)),
                deviceIds(row),
                row.requiredText("content"),
                row.requiredInstant("createdAt"),
                target == null ? PublishTarget.PARTNER : PublishTarget.of(target),
                row.flag("isWithdrawal"),
                row.flag("isSent"),
                (int) row.number("failures", 0));
    }

    static Row past(String partition, Message message, Instant at, Instant expiresAt) {
        return Row.of(
                partition,
                pastKey(message.id().toString()),
                Columns.ofRow()
                        .text("deviceIds", String.join(" ", message.deviceIds()))
                        .text("unseen", String.join(" ", message.deviceIds()))
                        .text("target", message.target().text())
                        .instant("at", at)
                        .instant("expiresAt", expiresAt)
                        .map());
    }

    static List<String> deviceIds(Row row) {
        return List.of(row.requiredText("deviceIds").split(" ", -1));
    }
}
