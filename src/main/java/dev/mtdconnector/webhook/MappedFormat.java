package dev.mtdconnector.webhook;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.common.AppException.FieldError;
import dev.mtdconnector.http.Fields;
import dev.mtdconnector.intake.EventBody;
import dev.mtdconnector.intake.FeedFormat;
import dev.mtdconnector.intake.RiskEvents;
import dev.mtdconnector.signin.Secrets;
import dev.mtdconnector.tenant.Tenant;
import dev.mtdconnector.threat.Classification;
import dev.mtdconnector.webhook.Mapping.Words;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Any vendor's JSON, by a mapping. Ids that are no GUIDs become GUIDs that are always the same for the same feed and id; an
 * event without an id has one that follows from what is read of it, so that it is the same event when it is sent again.
 */
final class MappedFormat implements FeedFormat {

    /** Leaves room for what tells an event on the device from one on its threat. */
    private static final int LONGEST_ID = 90;

    /** An exponent of many digits would cost minutes to write out. */
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,20}(\\.[0-9]{1,20})?([eE]\\+?[0-9]{1,2})?");

    private final String feed;
    private final Mapping mapping;
    private final RiskEvents events;

    MappedFormat(String feed, Mapping mapping, Tenant tenant) {
        this.feed = feed;
        this.mapping = mapping;
        this.events = new RiskEvents(tenant);
    }

    @Override
    public List<String> split(String body) {
        return EventBody.splitAt(body, mapping.events());
    }

    @Override
    public Said said(JsonNode event) {
        return new Reading(event).said();
    }

    @Override
    public String nameAsSent(String field) {
        return switch (field) {
            case "created_time" -> Mapping.nameOf(mapping.time().at());
            case "id" -> mapping.id() == null ? field : Mapping.nameOf(mapping.id());
            default -> field;
        };
    }

    /** One event. */
    private final class Reading {
        private final JsonNode event;
        private final List<FieldError> errors = new ArrayList<>();

        private Reading(JsonNode event) {
            this.event = event;
        }

        private Said said() {
            if (!event.isObject()) {
                return new Said(List.of(), List.of(new FieldError("", "must be an object")));
            }
            String time = time();
            RiskEvents.DeviceName device = device();
            RiskEvents.Found found = found();
            String activation = ourWord(mapping.activation());
            if (!errors.isEmpty()) {
                return new Said(List.of(), errors);
            }
            String id = id(String.join("\n", time, device.guid(), String.valueOf(found), String.valueOf(activation)));
            List<JsonNode> said = new ArrayList<>();
            // First that the device is there: what is known by its name goes to it.
            if (Mapping.ACTIVATIONS.contains(String.valueOf(activation))) {
                said.add(events.device(id + "/device", time, device, "activated".equals(activation)));
            }
            if (found != null) {
                said.add(events.threat(id, time, device, found));
            }
            if (said.isEmpty()) {
                said.add(events.other(id, time));
            }
            return new Said(said, List.of());
        }

        private String id(String whatIsRead) {
            String id = Mapping.word(event, mapping.id());
            if (id == null) {
                return Secrets.hash(feed + "\n" + whatIsRead);
            }
            return id.matches("[!-~]{1," + LONGEST_ID + "}") ? id : Secrets.hash(feed + "\n" + id);
        }

        private String time() {
            JsonPointer at = mapping.time().at();
            String text = required(at);
            if (text.isEmpty() || mapping.time().form() == Mapping.TimeForm.ISO) {
                return text;
            }
            try {
                BigDecimal number = new BigDecimal(NUMBER.matcher(text).matches() ? text : "");
                int digits = mapping.time().form() == Mapping.TimeForm.EPOCH_SECONDS ? 3 : 0;
                return Instant.ofEpochMilli(
                                number.movePointRight(digits).toBigInteger().longValueExact())
                        .toString();
            } catch (NumberFormatException | ArithmeticException | DateTimeException e) {
                problem(
                        at,
                        "must be a number of "
                                + (mapping.time().form() == Mapping.TimeForm.EPOCH_SECONDS ? "" : "milli")
                                + "seconds since 1970");
                return "";
            }
        }

        private RiskEvents.DeviceName device() {
            Mapping.DeviceName name = mapping.device();
            String id = required(name.at());
            if (!name.isEntraId()) {
                String entra = Mapping.word(event, name.entraDeviceId());
                return new RiskEvents.DeviceName(
                        RiskEvents.guid(feed, "device", id), entra != null && Fields.isGuid(entra) ? entra : null);
            }
            if (!id.isEmpty() && !Fields.isGuid(id)) {
                problem(name.at(), "must be an Entra device id");
            }
            String entra = id.toLowerCase(Locale.ROOT);
            return new RiskEvents.DeviceName(RiskEvents.guid(feed, "device", entra), entra);
        }

        /** The threat of which the event tells; null when it tells of none. */
        private RiskEvents.@Nullable Found found() {
            String threat = Mapping.word(event, mapping.threat());
            if (threat == null) {
                return null;
            }
            String status = ourWord(mapping.status());
            if (status == null) {
                Words words = mapping.status();
                problem(words == null || words.at() == null ? JsonPointer.empty() : words.at(), "is required");
                return null;
            }
            List<String> classifications = classifications();
            String severity = ourWord(mapping.severity());
            Optional<Classification> first = Classification.ofName(classifications.get(0));
            return new RiskEvents.Found(
                    Fields.isGuid(threat) ? threat.toLowerCase(Locale.ROOT) : RiskEvents.guid(feed, "threat", threat),
                    status.toUpperCase(Locale.ROOT),
                    (severity == null ? "low" : severity).toUpperCase(Locale.ROOT),
                    classifications,
                    first.map(Classification::type)
                            .filter(type -> type != Classification.Type.ANY)
                            .map(Enum::name)
                            .orElse(null));
        }

        /** At least one; a word that nobody mapped is a name that is not known, and counts as such. */
        private List<String> classifications() {
            Words words = mapping.classification();
            JsonNode list = words.at() == null ? event.path("") : event.at(words.at());
            List<String> names = new ArrayList<>();
            for (JsonNode one : list.isArray() ? list : List.of(list)) {
                String word = Mapping.word(one, JsonPointer.empty());
                if (word != null && names.size() < 50) {
                    names.add(ours(words, word)
                            .orElseGet(() -> cut(word.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9_]", "_"))));
                }
            }
            String absent = words.absent();
            return names.isEmpty() ? List.of(absent == null ? Classification.UNKNOWN.name() : absent) : names;
        }

        /** Our word, or the vendor's where nobody said what it stands for; null when there is none. */
        private @Nullable String ourWord(@Nullable Words words) {
            if (words == null) {
                return null;
            }
            String word = Mapping.word(event, words.at());
            return word == null ? words.absent() : ours(words, word).orElse(cut(word));
        }

        private static Optional<String> ours(Words words, String word) {
            return Optional.ofNullable(words.ours().get(word.toLowerCase(Locale.ROOT)));
        }

        private String required(JsonPointer at) {
            String word = Mapping.word(event, at);
            if (word == null) {
                problem(at, event.at(at).isMissingNode() ? "is required" : "must be text of 1 to 1000 characters");
                return "";
            }
            return word;
        }

        private void problem(JsonPointer at, String message) {
            errors.add(new FieldError(Mapping.nameOf(at), message));
        }
    }

    private static String cut(String word) {
        int end = Math.min(word.length(), 100);
        return word.substring(0, end > 0 && Character.isHighSurrogate(word.charAt(end - 1)) ? end - 1 : end);
    }
}
