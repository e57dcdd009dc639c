package dev.mtdconnector.partner;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.common.UpstreamException.Kind;
import dev.mtdconnector.common.UpstreamException.Service;
import dev.mtdconnector.connector.IntuneConnection.HeartbeatAnswer;
import dev.mtdconnector.connector.IntuneConnection.MessageError;
import dev.mtdconnector.intune.IntunePublisher.Progress;
import dev.mtdconnector.intune.IntunePublisher.UploadStatus;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads what the partner service answers, and refuses what it should not have answered. */
final class PartnerAnswers {

    private static final int LONGEST_DETAIL = 300;
    private static final int MOST_MESSAGE_ERRORS = 1_000;

    private PartnerAnswers() {}

    static HeartbeatAnswer heartbeat(JsonNode body) {
        Instant acknowledged = instant(body, "Timestamp");
        if (acknowledged == null) {
            throw unreadable("a heartbeat without its Timestamp");
        }
        JsonNode errors = body.path("MessageErrors");
        if (!errors.isMissingNode() && !errors.isNull() && !errors.isArray()) {
            throw unreadable("MessageErrors that are no list");
        }
        List<MessageError> messageErrors = new ArrayList<>();
        for (JsonNode error : errors) {
            if (messageErrors.size() < MOST_MESSAGE_ERRORS) {
                messageErrors.add(messageError(error));
            }
        }
        return new HeartbeatAnswer(acknowledged, instant(body, "ResyncTimestamp"), messageErrors);
    }

    static void upload(JsonNode body, UUID messageId) {
        JsonNode code = body.path("ErrorCode");
        boolean failed = code.isNumber() ? code.asLong() != 0 : !(code.isMissingNode() || code.isNull());
        if (failed) {
            throw new UpstreamException(
                    Service.INTUNE,
                    Kind.REFUSED,
                    "Intune refused message " + messageId + ": error " + detail(code) + " " + detail(body));
        }
        String echoed = body.path("MessageId").textValue();
        if (echoed != null && !echoed.equalsIgnoreCase(messageId.toString())) {
            throw unreadable("another message id than that of message " + messageId);
        }
    }

    static UploadStatus status(JsonNode body) {
        String status = body.path("Status").textValue();
        if (status == null) {
            throw unreadable("an upload without its Status");
        }
        return switch (status) {
            case "Completed" -> new UploadStatus(Progress.COMPLETED, null);
            case "Failed" -> new UploadStatus(Progress.FAILED, detail(body));
            default -> new UploadStatus(Progress.IN_PROGRESS, null);
        };
    }

    /** What the service says of an error, made fit to be shown; "(no detail)" where it says nothing. */
    static String detail(JsonNode body) {
        JsonNode detail = body;
        if (body.isObject()) {
            // The first is the protocol's, the others are OData's, version 3 and 4.
            detail = Stream.of("/ErrorDetail", "/odata.error/message/value", "/error/message")
                    .map(body::at)
                    .filter(JsonNode::isTextual)
                    .findFirst()
                    .orElseGet(MissingNode::getInstance);
        }
        String text = detail.isContainerNode() ? detail.toString() : detail.asText("");
        // A word that is longer than a GUID may be a secret or a token that was sent back to us.
        String shown = text.replaceAll("[^\\s\"',;:{}()]{37,}", "…")
                .replaceAll("\\p{Cntrl}+", " ")
                .strip();
        if (shown.isEmpty() || detail.isNull()) {
            return "(no detail)";
        }
        return shown.length() > LONGEST_DETAIL ? shown.substring(0, LONGEST_DETAIL) + "…" : shown;
    }

    static UpstreamException unreadable(String what) {
        return new UpstreamException(Service.INTUNE, Kind.REFUSED, "Intune answered " + what);
    }

    private static MessageError messageError(JsonNode error) {
        String messageId = error.path("MessageId").textValue();
        return new MessageError(messageId, detail(error));
    }

    /** A time; without an offset it is UTC, and the year 1 is how .NET writes "never". */
    private static @Nullable Instant instant(JsonNode body, String name) {
        JsonNode value = body.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        String text = value.asText();
        try {
            Instant instant = text.matches(".*(Z|[+-]\\d\\d:\\d\\d)")
                    ? OffsetDateTime.parse(text).toInstant()
                    : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
            return instant.isBefore(Instant.EPOCH) ? null : instant;
        } catch (DateTimeException e) {
            throw unreadable("a " + name + " that is no time");
        }
    }
}
