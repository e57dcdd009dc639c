package dev.mtdconnector.webhook;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.http.Fields;
import dev.mtdconnector.threat.Classification;
import dev.mtdconnector.threat.RiskLevel;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a vendor's JSON says what, by JSON pointers (RFC 6901), and which of our words its words stand for. All pointers but
 * {@code events} are within one event.
 *
 * @param events the list of events in a body; the whole body when empty
 * @param id an id that is the same when the event is sent again; null when the vendor gives none
 * @param threat the vendor's id of the threat; null when the feed tells only of its agents
 * @param status null exactly when {@code threat} is
 * @param activation whether the vendor's agent is on the device; null when the feed does not tell
 */
record Mapping(
        JsonPointer events,
        @Nullable JsonPointer id,
        Time time,
        DeviceName device,
        @Nullable JsonPointer threat,
        @Nullable Words status,
        Words classification,
        Words severity,
        @Nullable Words activation) {

    static final List<String> STATUSES = List.of("open", "resolved", "ignored");
    static final List<String> ACTIVATIONS = List.of("activated", "deactivated");

    private static final List<String> CLASSIFICATIONS =
            Arrays.stream(Classification.values()).map(Enum::name).toList();
    private static final List<String> LEVELS =
            Arrays.stream(RiskLevel.values()).map(RiskLevel::label).toList();
    private static final Pattern POINTER = Pattern.compile("(/([^~/]|~[01])*)*");
    private static final int LONGEST_POINTER = 200;
    private static final int MOST_WORDS = 300;
    private static final int LONGEST_WORD = 100;

    /** How a time is written. */
    enum TimeForm {
        /** ISO 8601 with an offset. */
        ISO,
        EPOCH_SECONDS,
        EPOCH_MILLISECONDS;

        static final List<String> LABELS = List.of("iso", "epoch-seconds", "epoch-milliseconds");
    }

    record Time(JsonPointer at, TimeForm form) {}

    /**
     * @param isEntraId true when what stands there is the Entra device id, false when it is the vendor's own id
     * @param entraDeviceId where beside the vendor's id the Entra device id may stand
     */
    record DeviceName(
            JsonPointer at, boolean isEntraId, @Nullable JsonPointer entraDeviceId) {

        static final List<String> LABELS = List.of("entra-device-id", "vendor-id");
    }

    /**
     * A vendor's words for something.
     *
     * @param at null when the vendor does not say it at all
     * @param ours by the vendor's word in lower case
     * @param absent our word where an event says nothing; null for none
     */
    record Words(
            @Nullable JsonPointer at,
            Map<String, String> ours,
            @Nullable String absent) {
        Words {
            ours = Map.copyOf(ours);
        }

        static final Words NONE = new Words(null, Map.of(), null);
    }

    /**
     * Reads a mapping as the API and storage have it. What is wrong is noted with the fields; the caller ends the reading.
     */
    static Mapping of(Fields fields) {
        JsonPointer events = pointerOr(fields, "events", JsonPointer.empty());
        JsonPointer id = optionalPointer(fields, "id");
        Time time = fields.optionalObject("time", Mapping::time);
        if (!fields.has("time")) {
            fields.refuse("time", "is required");
        }
        DeviceName device = fields.optionalObject("device", Mapping::deviceName);
        if (!fields.has("device")) {
            fields.refuse("device", "is required");
        }
        JsonPointer threat = optionalPointer(fields, "threat");
        Words status = fields.optionalObject("status", inner -> words(inner, STATUSES));
        Words classification = fields.optionalObject("classification", inner -> words(inner, CLASSIFICATIONS));
        Words severity = fields.optionalObject("severity", inner -> words(inner, LEVELS));
        Words activation = fields.optionalObject("activation", inner -> words(inner, ACTIVATIONS));
        if (fields.has("threat") != fields.has("status")) {
            fields.refuse(fields.has("threat") ? "status" : "threat", "is required: the two go together");
        } else if (!fields.has("threat") && !fields.has("activation")) {
            fields.refuse("threat", "is required where there is no activation");
        }
        Time placeholder = new Time(JsonPointer.empty(), TimeForm.ISO);
        return new Mapping(
                events,
                id,
                time == null ? placeholder : time,
                device == null ? new DeviceName(JsonPointer.empty(), true, null) : device,
                threat,
                status,
                classification == null ? Words.NONE : classification,
                severity == null ? Words.NONE : severity,
                activation);
    }

    private static Time time(Fields fields) {
        JsonPointer at = pointer(fields, "at");
        String form = fields.oneOfOr("as", TimeForm.LABELS, "iso");
        return new Time(at, TimeForm.values()[TimeForm.LABELS.indexOf(form)]);
    }

    private static DeviceName deviceName(Fields fields) {
        JsonPointer at = pointer(fields, "at");
        boolean isEntraId =
                fields.oneOfOr("as", DeviceName.LABELS, "entra-device-id").equals("entra-device-id");
        JsonPointer entraDeviceId = optionalPointer(fields, "entraDeviceId");
        if (isEntraId && entraDeviceId != null) {
            fields.refuse("entraDeviceId", "is only for a device that is named by the vendor's id");
        }
        return new DeviceName(at, isEntraId, entraDeviceId);
    }

    private static Words words(Fields fields, List<String> ours) {
        JsonPointer at = optionalPointer(fields, "at");
        Map<String, String> sent = fields.dictionary("words", MOST_WORDS, LONGEST_WORD, ours);
        String absent = fields.has("absent") ? fields.oneOf("absent", ours) : null;
        if (at == null && absent == null) {
            fields.refuse("at", "is required where there is no absent");
        }
        Map<String, String> words = new LinkedHashMap<>();
        sent.forEach((word, our) -> {
            if (words.put(word.toLowerCase(Locale.ROOT), our) != null) {
                fields.refuse("words", "must not hold a word twice, large and small letters being the same");
            }
        });
        return new Words(at, words, absent);
    }

    private static JsonPointer pointer(Fields fields, String name) {
        return pointerOf(fields, name, fields.text(name, LONGEST_POINTER));
    }

    private static @Nullable JsonPointer optionalPointer(Fields fields, String name) {
        String text = fields.optionalText(name, LONGEST_POINTER);
        return text == null ? null : pointerOf(fields, name, text);
    }

    /** The whole of what it points into is an empty text, which is no text elsewhere. */
    private static JsonPointer pointerOr(Fields fields, String name, JsonPointer absent) {
        String text = fields.optionalText(name, LONGEST_POINTER);
        return text == null ? absent : pointerOf(fields, name, text);
    }

    private static JsonPointer pointerOf(Fields fields, String name, String text) {
        if (text.isEmpty()) {
            return JsonPointer.empty(); // No text: that is noted already.
        }
        if (!POINTER.matcher(text).matches()) {
            fields.refuse(name, "must be a JSON pointer, as /alert/id");
            return JsonPointer.empty();
        }
        return JsonPointer.compile(text);
    }

    /** A pointer as fields are named in answers: {@code alert.id}. */
    static String nameOf(JsonPointer pointer) {
        String text = pointer.toString();
        return text.isEmpty() ? "" : text.substring(1).replace('/', '.');
    }

    /** What an event has at the place, as a word; null when it has none there. */
    static @Nullable String word(JsonNode event, @Nullable JsonPointer at) {
        JsonNode value = at == null ? null : event.at(at);
        return value != null && value.isValueNode() && !value.isNull() && Fields.isText(value.asText(), 1000)
                ? value.asText()
                : null;
    }
}
