package dev.mtdconnector.local.risk;

import dev.mtdconnector.local.http.Refusal;
import dev.mtdconnector.local.http.Request;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The parameters of a request; what is not known or not readable is refused with 400. */
final class RiskQuery {

    static final Set<String> TYPES = Set.of("DEVICE", "THREAT", "AUDIT", "SMISHING_ALERT");

    private final Map<String, String> values;
    private final RiskErrors errors;
    private final Set<RiskRule> off;

    RiskQuery(Request request, Set<String> known, RiskErrors errors, Set<RiskRule> off) {
        this.values = request.query();
        this.errors = errors;
        this.off = off;
        for (String name : values.keySet()) {
            if (!known.contains(name) && !off.contains(RiskRule.PARAMETERS_ARE_KNOWN)) {
                throw bad(name + " is not a parameter of this resource");
            }
        }
    }

    @Nullable
    String text(String name) {
        return values.get(name);
    }

    /** An id; null when it is not there. */
    @Nullable
    String id(String name) {
        String text = values.get(name);
        if (text == null || text.isEmpty()) {
            return null;
        }
        if (!RiskIds.isId(text)) {
            throw bad(name + " must be a UUID");
        }
        return text.toLowerCase(Locale.ROOT);
    }

    int limit(int least, int otherwise, RiskRule rule) {
        String text = values.get("limit");
        if (text == null) {
            return otherwise;
        }
        try {
            int limit = Integer.parseInt(text);
            if (limit >= least && limit <= 1000) {
                return limit;
            }
        } catch (NumberFormatException e) {
            // Refused below, like a number out of range.
        }
        if (off.contains(rule)) {
            return otherwise;
        }
        throw bad("limit must be " + least + " to 1000");
    }

    /** A time with its offset; a plus sign that was not escaped has become a space and is refused. */
    @Nullable
    Instant time(String name) {
        String text = values.get(name);
        try {
            return text == null ? null : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw bad(name + " must be an ISO 8601 time with an offset");
        }
    }

    /** Types of events; empty for all. */
    Set<String> types(String... names) {
        Set<String> types = new LinkedHashSet<>();
        for (String name : names) {
            String text = values.get(name);
            if (text != null) {
                for (String type : text.split(",", -1)) {
                    if (!TYPES.contains(type) && !off.contains(RiskRule.VALUES_ARE_KNOWN)) {
                        throw bad(name + " holds " + type + ", which is no type of event");
                    }
                    types.add(type);
                }
            }
        }
        return types;
    }

    /**
     * One of some values, or with {@code !} before it all but that one; what has no value passes only without the
     * parameter.
     *
     * @param known the values; empty for any
     */
    Predicate<@Nullable String> filter(String name, List<String> known) {
        String text = values.get(name);
        if (text == null) {
            return value -> true;
        }
        boolean not = text.startsWith("!") && !off.contains(RiskRule.NOT_PREFIX);
        String wanted = not ? text.substring(1) : text;
        if (!known.isEmpty()
                && !known.contains(wanted)
                && !off.contains(RiskRule.VALUES_ARE_KNOWN)
                && !off.contains(RiskRule.NOT_PREFIX)) {
            throw bad(name + " must be one of " + String.join(", ", known));
        }
        return value -> value != null && wanted.equals(value) != not;
    }

    Refusal bad(String error) {
        return errors.refusal(400, error);
    }
}
