package dev.mtdconnector.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.AppException.FieldError;
import dev.mtdconnector.common.ErrorCode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of a JSON object and collects everything that is wrong with them, so that one answer names all.
 *
 * <p>Read every field, then call {@link #done()}, which refuses the body if any field was wrong or was never asked for.
 * Values read before that are placeholders where they were wrong and must not be used. Messages name fields and rules,
 * never the values sent.
 */
public final class Fields {

    private static final Pattern GUID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    /** How the parser says that a name stands twice. */
    private static final Pattern TWICE = Pattern.compile("^Duplicate field '(.{1,1000})'", Pattern.DOTALL);

    /** Plain ASCII before the at sign: mail servers that take more are still rare. */
    private static final Pattern EMAIL = Pattern.compile(
            "(?=[^@]{1,64}@)[\\w!#$%&'*+/=?^`{|}~-]+(\\.[\\w!#$%&'*+/=?^`{|}~-]+)*@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)+[A-Za-z]{2,63}");

    private static final Set<Byte> HIDDEN = Set.of(
            Character.FORMAT,
            Character.LINE_SEPARATOR,
            Character.PARAGRAPH_SEPARATOR,
            Character.PRIVATE_USE,
            Character.UNASSIGNED);

    private final ObjectNode object;
    private final List<FieldError> errors = new ArrayList<>();
    private final Set<String> known = new HashSet<>();

    private Fields(ObjectNode object) {
        this.object = object;
    }

    /**
     * The fields of a body that must be a JSON object.
     *
     * @throws AppException REQUEST_INVALID when it is not JSON, or not an object
     */
    public static Fields of(String body) {
        return of(parse(body));
    }

    /** The same for a body that was parsed already. */
    public static Fields of(JsonNode node) {
        if (node instanceof ObjectNode object) {
            return new Fields(object);
        }
        throw invalid("The body must be a JSON object.");
    }

    /**
     * Any JSON value.
     *
     * @throws AppException REQUEST_INVALID when the text is empty or not JSON
     */
    public static JsonNode parse(String body) {
        if (body.isBlank()) {
            throw invalid("A JSON body is required.");
        }
        try {
            return Json.MAPPER.readTree(body);
        } catch (JsonProcessingException e) {
            throw notJson(e);
        }
    }

    /** REQUEST_INVALID that says where the body stops being JSON; a name that stands twice is named. */
    public static AppException notJson(JsonProcessingException e) {
        var at = e.getLocation();
        Matcher twice = TWICE.matcher(e.getOriginalMessage());
        List<FieldError> errors = twice.find()
                ? List.of(new FieldError(printable(twice.group(1)), "stands twice in one object"))
                : List.of();
        return new AppException(
                ErrorCode.REQUEST_INVALID,
                "The body is not valid JSON"
                        + (at == null ? "." : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")."),
                errors);
    }

    /** A GUID, in lower case. */
    public String guid(String name) {
        JsonNode node = required(name);
        return node == null ? "" : guidOf(node, name);
    }

    public @Nullable String optionalGuid(String name) {
        JsonNode node = optional(name);
        return node == null ? null : guidOf(node, name);
    }

    private String guidOf(JsonNode node, String path) {
        if (node.isTextual() && GUID.matcher(node.textValue()).matches()) {
            return node.textValue().toLowerCase(Locale.ROOT);
        }
        errors.add(new FieldError(path, "must be a GUID"));
        return "";
    }

    /** True when the text has the form of a GUID. */
    public static boolean isGuid(String text) {
        return GUID.matcher(text).matches();
    }

    /** An e-mail address of the ordinary form. */
    public String email(String name) {
        JsonNode node = required(name);
        if (node == null) {
            return "";
        }
        if (node.isTextual() && isEmail(node.textValue())) {
            return node.textValue();
        }
        errors.add(new FieldError(name, "must be an e-mail address"));
        return "";
    }

    /** True when the text has the ordinary form of an e-mail address. */
    public static boolean isEmail(String text) {
        return text.length() <= 254 && EMAIL.matcher(text).matches();
    }

    /** True for text of 1 to {@code maximum} characters, not blank, without control characters and halves of pairs. */
    public static boolean isText(String text, int maximum) {
        return !text.isBlank()
                && text.length() <= maximum
                && text.chars().noneMatch(Character::isISOControl)
                && text.codePoints().noneMatch(c -> Character.getType(c) == Character.SURROGATE);
    }

    /** Text as {@link #isText} has it. */
    public String text(String name, int maximum) {
        JsonNode node = required(name);
        return node == null ? "" : textOf(node, name, maximum);
    }

    public @Nullable String optionalText(String name, int maximum) {
        JsonNode node = optional(name);
        return node == null ? null : textOf(node, name, maximum);
    }

    private String textOf(JsonNode node, String path, int maximum) {
        if (!node.isTextual() || !isText(node.textValue(), maximum)) {
            errors.add(new FieldError(path, "must be text of 1 to " + maximum + " characters"));
            return "";
        }
        return node.textValue();
    }

    /** Text for people that stands in one line and hides nothing: no control, formatting or direction characters. */
    public String label(String name, int maximum) {
        String text = text(name, maximum);
        if (text.codePoints().anyMatch(c -> HIDDEN.contains((byte) Character.getType(c)))) {
            errors.add(new FieldError(name, "must not hold characters that cannot be seen or that turn the text"));
        }
        return text;
    }

    public String labelOr(String name, int maximum, String absent) {
        return optional(name) == null ? absent : label(name, maximum);
    }

    /** A list of 1 to {@code maximum} different texts. */
    public List<String> textList(String name, int maximum, int maximumLength) {
        JsonNode node = required(name);
        if (node == null) {
            return List.of();
        }
        if (!node.isArray() || node.isEmpty() || node.size() > maximum) {
            errors.add(new FieldError(name, "must be a list of 1 to " + maximum + " texts"));
            return List.of();
        }
        Set<String> values = new LinkedHashSet<>();
        for (int i = 0; i < node.size(); i++) {
            String path = name + "[" + i + "]";
            String value = textOf(node.get(i), path, maximumLength);
            if (!value.isEmpty() && !values.add(value)) {
                errors.add(new FieldError(path, "stands in the list twice"));
            }
        }
        return List.copyOf(values);
    }

    /** A list of whatever values; an empty one is allowed. */
    public Iterable<JsonNode> list(String name) {
        JsonNode node = required(name);
        if (node == null || !node.isArray()) {
            if (node != null) {
                errors.add(new FieldError(name, "must be a list"));
            }
            return List.of();
        }
        return node;
    }

    /**
     * A list of 1 to {@code maximum} objects, each as the reader makes it of its fields; what is wrong with one is named under
     * its place, as {@code threats[0].guid}. The reader does not call {@link #done()}, and may be given placeholders.
     */
    public <T> List<T> objects(String name, int maximum, Function<Fields, T> reader) {
        JsonNode node = required(name);
        if (node == null) {
            return List.of();
        }
        if (!node.isArray() || node.isEmpty() || node.size() > maximum) {
            errors.add(new FieldError(name, "must be a list of 1 to " + maximum + " objects"));
            return List.of();
        }
        List<T> values = new ArrayList<>();
        for (int i = 0; i < node.size(); i++) {
            T value = read(node.get(i), name + "[" + i + "]", reader);
            if (value != null) {
                values.add(value);
            }
        }
        return values;
    }

    /** An object as the reader makes it of its fields, as with {@link #objects}; null when there is none. */
    public <T> @Nullable T optionalObject(String name, Function<Fields, T> reader) {
        JsonNode node = optional(name);
        return node == null ? null : read(node, name, reader);
    }

    /** Null when it is not valid, which is noted. */
    private <T> @Nullable T read(JsonNode node, String path, Function<Fields, T> reader) {
        if (!(node instanceof ObjectNode inner)) {
            errors.add(new FieldError(path, "must be an object"));
            return null;
        }
        Fields fields = new Fields(inner);
        T value = reader.apply(fields);
        List<FieldError> problems = fields.problems();
        problems.forEach(problem -> errors.add(new FieldError(path + "." + problem.field(), problem.message())));
        return problems.isEmpty() ? value : null;
    }

    /** A time with an offset in these bounds, exact to microseconds; null when there is none. */
    public @Nullable Instant optionalTime(String name, Instant earliest, Instant latest) {
        JsonNode node = optional(name);
        if (node == null) {
            return null;
        }
        try {
            Instant time = OffsetDateTime.parse(node.isTextual() ? node.textValue() : "")
                    .toInstant();
            if (!time.isBefore(earliest) && !time.isAfter(latest)) {
                return time.truncatedTo(ChronoUnit.MICROS);
            }
        } catch (DateTimeException e) {
            // Answered below, like every other value that is no time.
        }
        errors.add(new FieldError(name, "must be a time with an offset, neither long ago nor in the future"));
        return null;
    }

    /** A list of 1 to {@code maximum} different GUIDs, in lower case. */
    public List<String> guids(String name, int maximum) {
        JsonNode node = required(name);
        if (node == null) {
            return List.of();
        }
        if (!node.isArray() || node.isEmpty() || node.size() > maximum) {
            errors.add(new FieldError(name, "must be a list of 1 to " + maximum + " GUIDs"));
            return List.of();
        }
        Set<String> guids = new LinkedHashSet<>();
        for (int i = 0; i < node.size(); i++) {
            guids.add(guidOf(node.get(i), name + "[" + i + "]"));
        }
        return List.copyOf(guids);
    }

    /** Names that consist of letters, digits and underlines only: a list of 1 to {@code maximum}. */
    public List<String> names(String name, int maximum, int maximumLength) {
        List<String> texts = textList(name, maximum, maximumLength);
        if (texts.stream().anyMatch(text -> !text.matches("[A-Za-z0-9_]+"))) {
            errors.add(new FieldError(name, "must hold only letters, digits and underlines"));
        }
        return texts;
    }

    /** A boolean, or {@code absent} when there is none. */
    public boolean flagOr(String name, boolean absent) {
        return optional(name) == null ? absent : flag(name);
    }

    /** A whole number in these bounds, both included. */
    public int between(String name, int least, int most) {
        JsonNode node = required(name);
        return node == null ? least : betweenOf(node, name, least, most);
    }

    public int betweenOr(String name, int least, int most, int absent) {
        JsonNode node = optional(name);
        return node == null ? absent : betweenOf(node, name, least, most);
    }

    private int betweenOf(JsonNode node, String path, int least, int most) {
        if (node.isIntegralNumber() && node.canConvertToInt() && node.intValue() >= least && node.intValue() <= most) {
            return node.intValue();
        }
        errors.add(new FieldError(path, "must be a whole number from " + least + " to " + most));
        return least;
    }

    public boolean flag(String name) {
        JsonNode node = required(name);
        if (node == null) {
            return false;
        }
        if (!node.isBoolean()) {
            errors.add(new FieldError(name, "must be true or false"));
        }
        return node.booleanValue();
    }

    /** True when the body names the field, with whatever value; a null counts too. */
    public boolean has(String name) {
        return object.has(name);
    }

    /** One of these words, or {@code absent} when there is none. */
    public String oneOfOr(String name, List<String> words, String absent) {
        return optional(name) == null ? absent : oneOf(name, words);
    }

    /** One of these words. */
    public String oneOf(String name, List<String> words) {
        JsonNode node = required(name);
        if (node == null) {
            return words.get(0);
        }
        if (node.isTextual() && words.contains(node.textValue())) {
            return node.textValue();
        }
        errors.add(new FieldError(name, "must be one of " + String.join(", ", words)));
        return words.get(0);
    }

    /** An object of at least one of these names, each with one of these words. */
    public Map<String, String> choices(String name, Set<String> names, List<String> words) {
        JsonNode node = required(name);
        if (node == null) {
            return Map.of();
        }
        if (!node.isObject() || node.isEmpty()) {
            errors.add(new FieldError(name, "must be an object of at least one name"));
            return Map.of();
        }
        Map<String, String> choices = new LinkedHashMap<>();
        node.fields().forEachRemaining(field -> {
            String path = name + "." + printable(field.getKey());
            JsonNode value = field.getValue();
            if (!names.contains(field.getKey())) {
                errors.add(new FieldError(path, "is not a known name"));
            } else if (!value.isTextual() || !words.contains(value.textValue())) {
                errors.add(new FieldError(path, "must be one of " + String.join(", ", words)));
            } else {
                choices.put(field.getKey(), value.textValue());
            }
        });
        return choices;
    }

    /** An object of at most so many names of whatever form, each with one of these words; empty when there is none. */
    public Map<String, String> dictionary(String name, int maximum, int maximumLength, List<String> words) {
        JsonNode node = optional(name);
        if (node == null) {
            return Map.of();
        }
        if (!node.isObject() || node.size() > maximum) {
            errors.add(new FieldError(name, "must be an object of at most " + maximum + " names"));
            return Map.of();
        }
        Map<String, String> dictionary = new LinkedHashMap<>();
        node.fields().forEachRemaining(field -> {
            String path = name + "." + printable(field.getKey());
            if (!isText(field.getKey(), maximumLength)) {
                errors.add(new FieldError(path, "must be named by text of 1 to " + maximumLength + " characters"));
            } else if (!words.contains(field.getValue().asText())) {
                errors.add(new FieldError(path, "must be one of " + String.join(", ", words)));
            } else {
                dictionary.put(field.getKey(), field.getValue().asText());
            }
        });
        return dictionary;
    }

    /** Notes something that is wrong with a field for a reason that only the reader knows. */
    public void refuse(String name, String message) {
        errors.add(new FieldError(name, message));
    }

    /**
     * Ends the reading.
     *
     * @throws AppException REQUEST_INVALID naming every wrong, missing or unknown field
     */
    public void done() {
        if (!problems().isEmpty()) {
            throw AppException.invalid(errors);
        }
    }

    private List<FieldError> problems() {
        object.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                errors.add(new FieldError(printable(name), "is not a known field"));
            }
        });
        return errors;
    }

    private @Nullable JsonNode required(String name) {
        JsonNode node = optional(name);
        if (node == null) {
            errors.add(new FieldError(name, "is required"));
        }
        return node;
    }

    private @Nullable JsonNode optional(String name) {
        known.add(name);
        JsonNode node = object.get(name);
        return node == null || node.isNull() ? null : node;
    }

    /** Names of unknown fields come from outside: cut, and without what could mislead a reader of a log. */
    private static String printable(String name) {
        String safe = name.replaceAll("[^\\x20-\\x7e]", "?");
        return safe.length() > 60 ? safe.substring(0, 60) : safe;
    }

    private static AppException invalid(String detail) {
        return new AppException(ErrorCode.REQUEST_INVALID, detail);
    }
}
