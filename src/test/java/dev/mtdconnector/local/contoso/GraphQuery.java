package dev.mtdconnector.local.contoso;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The query options of a request. The dollar sign may be left out, as Graph allows.
 *
 * @param options by name with the dollar sign, in lower case
 * @param eventual whether the header {@code ConsistencyLevel: eventual} came along
 */
record GraphQuery(Map<String, String> options, boolean eventual, Set<Rule> off) {

    private static final Set<String> KNOWN = Set.of(
            "$select",
            "$filter",
            "$top",
            "$count",
            "$skiptoken",
            "$deltatoken",
            "$expand",
            "$orderby",
            "$search",
            "$skip");
    private static final Set<String> SIMULATED =
            Set.of("$select", "$filter", "$top", "$count", "$skiptoken", "$deltatoken", "$expand", "$search");
    private static final String ONE = "\\s*([A-Za-z]+)\\s+eq\\s+'((?:[^']|'')*)'\\s*";
    private static final Pattern COMPARISON = Pattern.compile(ONE, Pattern.CASE_INSENSITIVE);
    private static final Pattern COMPARISONS = Pattern.compile(ONE + "(?:or" + ONE + ")+", Pattern.CASE_INSENSITIVE);
    private static final Pattern EXPANSION = Pattern.compile(
            "\\s*([A-Za-z]+)\\s*(?:\\(\\s*\\$select\\s*=\\s*([A-Za-z, ]+)\\))?\\s*", Pattern.CASE_INSENSITIVE);
    private static final int MOST_ALTERNATIVES = 15;
    private static final Pattern STARTS_WITH = Pattern.compile(
            "\\s*startswith\\s*\\(\\s*([A-Za-z]+)\\s*,\\s*'((?:[^']|'')*)'\\s*\\)\\s*", Pattern.CASE_INSENSITIVE);

    /** A filter of one property: equality with one of the values, or the beginning of the value. */
    record Filter(String property, List<String> values, boolean prefix) {

        boolean matches(@Nullable String actual, boolean ignoreCase) {
            return actual != null
                    && values.stream().anyMatch(value -> {
                        int length = prefix ? value.length() : Math.max(value.length(), actual.length());
                        return actual.regionMatches(ignoreCase, 0, value, 0, length);
                    });
        }
    }

    static GraphQuery of(Map<String, String> raw, boolean eventual, Set<Rule> off) {
        Map<String, String> options = new LinkedHashMap<>();
        raw.forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (lower.startsWith("$")) {
                options.put(lower, value);
            } else if (KNOWN.contains("$" + lower)) {
                options.put("$" + lower, value);
            }
        });
        return new GraphQuery(options, eventual, off);
    }

    /** Refuses the options that this resource does not take. */
    GraphQuery allow(Set<String> allowed) {
        if (off.contains(Rule.QUERY_OPTIONS)) {
            return this;
        }
        for (String option : options.keySet()) {
            if (!KNOWN.contains(option)) {
                throw GraphError.badRequest("The query parameter '" + option + "' is not supported.");
            }
            if (!allowed.contains(option)) {
                throw GraphError.unsupported("'" + option + "' is not supported by the service."
                        + (SIMULATED.contains(option) ? "" : " (This simulator knows it for no resource yet.)"));
            }
        }
        return this;
    }

    /** The properties asked for, as the metadata spells them; empty when the request does not say. */
    List<String> select(String type, List<String> derived) {
        String select = options.get("$select");
        return select == null ? List.of() : names(select, type, derived);
    }

    /** As {@link #select(String, List)}, for names from elsewhere. */
    List<String> names(String select, String type, List<String> derived) {
        List<String> names = new ArrayList<>();
        for (String part : select.split(",", -1)) {
            String name = part.trim();
            if (name.equals("*")) {
                Csdl.v1().properties(type).values().forEach(property -> names.add(property.name()));
                continue;
            }
            String known = property(type, derived, name);
            if (known == null && !off.contains(Rule.SELECT_KNOWN)) {
                throw GraphError.badRequest("Parsing OData Select and Expand failed: Could not find a property named '"
                        + name + "' on type 'microsoft.graph." + type + "'.");
            }
            names.add(known == null ? name : known);
        }
        return names;
    }

    private static @Nullable String property(String type, List<String> derived, String name) {
        List<String> all = new ArrayList<>(List.of(type));
        all.addAll(derived);
        for (String one : all) {
            var property = Csdl.v1().property(one, name);
            if (property.isPresent()) {
                return property.get().name();
            }
        }
        return null;
    }

    /** The size of a page. */
    int top(int otherwise, int most) {
        String top = options.get("$top");
        if (top == null) {
            return off.contains(Rule.PAGE_SIZE) ? Integer.MAX_VALUE : otherwise;
        }
        int size;
        try {
            size = Integer.parseInt(top.trim());
        } catch (NumberFormatException e) {
            throw GraphError.badRequest(
                    "Invalid value '" + top + "' for $top query option found. The $top query option "
                            + "requires a non-negative integer value.");
        }
        if ((size < 1 || size > most) && !off.contains(Rule.TOP_LIMIT)) {
            throw GraphError.unsupported(
                    "Invalid page size specified: '" + size + "'. Must be between 1 and " + most + " inclusive.");
        }
        return Math.max(size, 1);
    }

    boolean count() {
        return Boolean.parseBoolean(options.getOrDefault("$count", "false"));
    }

    /** Whether an advanced query may run: both are needed. */
    boolean advanced() {
        return eventual && count();
    }

    /**
     * The filter; null when there is none.
     *
     * @param resource how Graph names the resource in its message
     * @param equality properties that can be compared
     * @param prefixes properties whose beginning can be compared
     */
    @Nullable
    Filter filter(String resource, Set<String> equality, Set<String> prefixes) {
        String filter = options.get("$filter");
        if (filter == null) {
            return null;
        }
        if (filter.chars().filter(c -> c == '\'').count() % 2 != 0) {
            throw GraphError.badRequest("Invalid filter clause: There is an unterminated string literal at position "
                    + filter.length() + " in '" + filter + "'.");
        }
        Matcher comparison = COMPARISON.matcher(filter);
        if (comparison.matches() && named(equality, comparison.group(1)) != null) {
            return new Filter(
                    String.valueOf(named(equality, comparison.group(1))), List.of(unquote(comparison.group(2))), false);
        }
        if (COMPARISONS.matcher(filter).matches()) {
            Filter any = anyOf(filter, equality);
            if (any != null) {
                return any;
            }
        }
        Matcher start = STARTS_WITH.matcher(filter);
        if (start.matches() && named(prefixes, start.group(1)) != null) {
            return new Filter(String.valueOf(named(prefixes, start.group(1))), List.of(unquote(start.group(2))), true);
        }
        if (off.contains(Rule.FILTER_SUPPORTED)) {
            return null;
        }
        Matcher property = Pattern.compile("[A-Za-z]+").matcher(filter);
        throw GraphError.unsupported("Unsupported or invalid query filter clause specified for property '"
                + (property.find() ? property.group() : "") + "' of resource '" + resource + "'.");
    }

    /** Comparisons joined by "or", if all are of one property. */
    private @Nullable Filter anyOf(String filter, Set<String> equality) {
        Set<String> properties = new LinkedHashSet<>();
        List<String> values = new ArrayList<>();
        Matcher one = COMPARISON.matcher(filter);
        while (one.find()) {
            properties.add(String.valueOf(named(equality, one.group(1))));
            values.add(unquote(one.group(2)));
        }
        String property = properties.iterator().next();
        if (properties.size() != 1 || property.equals("null")) {
            return null;
        }
        if (values.size() > MOST_ALTERNATIVES && !off.contains(Rule.FILTER_OR_LIMIT)) {
            throw GraphError.unsupported("Too many child clauses specified in search filter expression containing 'OR' "
                    + "operators: " + values.size() + ". Max allowed: " + MOST_ALTERNATIVES + ".");
        }
        return new Filter(property, values, false);
    }

    /**
     * The relationships to be written with each object, and which properties of theirs.
     *
     * @param known as the metadata spells them
     */
    Map<String, List<String>> expansions(Set<String> known) {
        String expand = options.get("$expand");
        if (expand == null) {
            return Map.of();
        }
        Matcher matcher = EXPANSION.matcher(expand);
        String name = matcher.matches() ? named(known, matcher.group(1)) : null;
        if (name == null) {
            throw GraphError.badRequest("Parsing OData Select and Expand failed: '" + expand
                    + "' cannot be expanded. (This simulator knows " + known + ", one of them a request.)");
        }
        String select = matcher.group(2);
        return Map.of(name, select == null ? List.of() : names(select, "directoryObject", GraphCall.DERIVED));
    }

    private static @Nullable String named(Set<String> names, String name) {
        Map<String, String> byLower = new HashMap<>();
        names.forEach(one -> byLower.put(one.toLowerCase(Locale.ROOT), one));
        return byLower.get(name.toLowerCase(Locale.ROOT));
    }

    private static String unquote(String literal) {
        return literal.replace("''", "'");
    }
}
