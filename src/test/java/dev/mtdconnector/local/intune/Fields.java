package dev.mtdconnector.local.intune;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The fields of one JSON object of the partner protocol, each read strictly. Failures are {@link IntuneRefusal}s. */
final class Fields {

    private static final Pattern GUID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    private final String where;
    private final JsonNode object;

    /**
     * @param where the object's place, for messages; empty for the body itself
     * @throws IntuneRefusal when it is no object, or has a field that is not known
     */
    Fields(String where, JsonNode object, Set<String> known, Set<IntuneRule> off) {
        this.where = where;
        this.object = object;
        if (!object.isObject()) {
            throw IntuneRefusal.badRequest((where.isEmpty() ? "The body" : where) + " must be a JSON object");
        }
        for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!known.contains(name) && !off.contains(IntuneRule.FIELDS_ARE_KNOWN)) {
                throw wrong(name, "is not a known field");
            }
        }
    }

    static boolean isGuid(String text) {
        return GUID.matcher(text).matches();
    }

    IntuneRefusal wrong(String name, String why) {
        return IntuneRefusal.badRequest((where.isEmpty() ? "" : where + ".") + name + " " + why);
    }

    String text(String name) {
        JsonNode value = object.path(name);
        if (!value.isTextual() || value.textValue().isEmpty()) {
            throw wrong(name, "must be a text");
        }
        return value.textValue();
    }

    String guid(String name) {
        String text = text(name);
        if (!isGuid(text)) {
            throw wrong(name, "must be a GUID");
        }
        return text.toLowerCase(Locale.ROOT);
    }

    void optionalGuid(String name) {
        if (!object.path(name).isMissingNode() && !object.path(name).isNull()) {
            guid(name);
        }
    }

    void tenant(String name, String tenantId) {
        if (!guid(name).equals(tenantId)) {
            throw wrong(name, "is not the tenant of the token");
        }
    }

    int number(String name) {
        JsonNode value = object.path(name);
        if (!value.isInt()) {
            throw wrong(name, "must be a number");
        }
        return value.intValue();
    }

    void number(String name, int expected) {
        if (number(name) != expected) {
            throw wrong(name, "must be " + expected);
        }
    }

    /** ISO 8601 with an offset or Z: a time without one would mean something else on every machine. */
    Instant time(String name) {
        String text = text(name);
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw wrong(name, "must be an ISO 8601 time with a zone");
        }
    }

    Optional<String> optionalUrl(String name) {
        if (object.path(name).isMissingNode() || object.path(name).isNull()) {
            return Optional.empty();
        }
        String text = text(name);
        try {
            URI uri = URI.create(text);
            if (("https".equals(uri.getScheme()) || "http".equals(uri.getScheme())) && uri.getHost() != null) {
                return Optional.of(text);
            }
        } catch (IllegalArgumentException e) {
            // Falls through to the same refusal.
        }
        throw wrong(name, "must be an http(s) address");
    }
}
