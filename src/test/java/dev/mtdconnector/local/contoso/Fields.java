package dev.mtdconnector.local.contoso;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of a control request and refuses what is missing, of the wrong type or not known, each with an
 * {@link IllegalArgumentException} that says so.
 */
public final class Fields {

    private final ObjectNode object;
    private final Set<String> read = new HashSet<>();

    public Fields(JsonNode node) {
        if (!(node instanceof ObjectNode given)) {
            throw new IllegalArgumentException("A JSON object is expected");
        }
        this.object = given;
    }

    public String text(String name) {
        String value = optionalText(name);
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException("The field " + name + " is missing");
        }
        return value;
    }

    public @Nullable String optionalText(String name) {
        JsonNode value = value(name);
        if (value == null) {
            return null;
        }
        if (!value.isTextual()) {
            throw new IllegalArgumentException("The field " + name + " must be a text");
        }
        return value.asText();
    }

    public @Nullable String optionalGuid(String name) {
        String text = optionalText(name);
        if (text == null) {
            return null;
        }
        try {
            String guid = UUID.fromString(text).toString();
            if (guid.equalsIgnoreCase(text)) {
                return guid;
            }
        } catch (IllegalArgumentException e) {
            // Said below, in words that name the field.
        }
        throw new IllegalArgumentException("The field " + name + " must be a GUID");
    }

    public boolean flag(String name) {
        Boolean value = optionalFlag(name);
        if (value == null) {
            throw new IllegalArgumentException("The field " + name + " is missing");
        }
        return value;
    }

    public boolean flag(String name, boolean otherwise) {
        Boolean value = optionalFlag(name);
        return value == null ? otherwise : value;
    }

    public @Nullable Long optionalNumber(String name, long least, long most) {
        JsonNode value = value(name);
        if (value == null) {
            return null;
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw new IllegalArgumentException("The field " + name + " must be a whole number");
        }
        long number = value.asLong();
        if (number < least || number > most) {
            throw new IllegalArgumentException("The field " + name + " must be " + least + " to " + most);
        }
        return number;
    }

    /** A list of texts; empty when the field is not there. */
    public List<String> texts(String name) {
        JsonNode value = value(name);
        List<String> texts = new ArrayList<>();
        if (value == null) {
            return texts;
        }
        for (JsonNode one : value) {
            if (!one.isTextual()) {
                throw new IllegalArgumentException("The field " + name + " must be a list of texts");
            }
            texts.add(one.asText());
        }
        if (!value.isArray()) {
            throw new IllegalArgumentException("The field " + name + " must be a list of texts");
        }
        return texts;
    }

    public @Nullable Instant optionalInstant(String name) {
        String text = optionalText(name);
        try {
            return text == null ? null : Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("The field " + name + " must be a time like 2026-11-21T10:00:00Z", e);
        }
    }

    public @Nullable ObjectNode optionalObject(String name) {
        JsonNode value = value(name);
        if (value != null && !value.isObject()) {
            throw new IllegalArgumentException("The field " + name + " must be an object");
        }
        return (ObjectNode) value;
    }

    /** To be called last: refuses fields that nobody read. */
    public void done() {
        Iterator<String> names = object.fieldNames();
        while (names.hasNext()) {
            String name = names.next();
            if (!read.contains(name)) {
                throw new IllegalArgumentException("The field " + name + " is not known");
            }
        }
    }

    private @Nullable Boolean optionalFlag(String name) {
        JsonNode value = value(name);
        if (value == null) {
            return null;
        }
        if (!value.isBoolean()) {
            throw new IllegalArgumentException("The field " + name + " must be true or false");
        }
        return value.asBoolean();
    }

    private @Nullable JsonNode value(String name) {
        read.add(name);
        JsonNode value = object.get(name);
        return value == null || value.isNull() ? null : value;
    }
}
