package dev.mtdconnector.local.host;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A route template of ASP.NET Core, as far as HTTP triggers here need it: literal segments (compared without case),
 * {@code {name}}, {@code {name?}} at the end, {@code {*rest}} at the end, and the constraints {@code int},
 * {@code guid}, {@code alpha}, {@code minlength(n)}, {@code maxlength(n)} and {@code length(n)}. Anything else is
 * refused when it is parsed.
 */
public final class RouteTemplate {

    private static final Pattern PARAMETER = Pattern.compile(
            "\\{(?<rest>\\*?)(?<name>[A-Za-z_][A-Za-z0-9_]*)(?<constraints>(?::[a-z]+(?:\\(\\d+\\))?)*)(?<optional>\\??)}");
    private static final Pattern CONSTRAINT = Pattern.compile(":([a-z]+)(?:\\((\\d+)\\))?");
    private static final Pattern GUID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    private record Segment(
            String name, boolean literal, boolean rest, boolean optional, Predicate<String> constraint) {}

    private final String template;
    private final List<Segment> segments;

    private RouteTemplate(String template, List<Segment> segments) {
        this.template = template;
        this.segments = List.copyOf(segments);
    }

    static RouteTemplate parse(String template) {
        if (template.startsWith("/") || template.startsWith("~")) {
            throw new IllegalArgumentException("A route does not begin with / or ~: " + template);
        }
        List<Segment> segments = new ArrayList<>();
        for (String text : template.isEmpty() ? new String[0] : template.split("/")) {
            Segment previous = segments.isEmpty() ? null : segments.get(segments.size() - 1);
            Segment segment = segment(text, template);
            if (previous != null && (previous.rest() || (previous.optional() && !segment.optional()))) {
                throw new IllegalArgumentException("Something follows an optional part in route " + template);
            }
            segments.add(segment);
        }
        return new RouteTemplate(template, segments);
    }

    private static Segment segment(String text, String template) {
        if (!text.contains("{") && !text.contains("}") && !text.isEmpty()) {
            return new Segment(text, true, false, false, value -> true);
        }
        Matcher matcher = PARAMETER.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("Part \"" + text + "\" of route \"" + template + "\" is not supported");
        }
        Predicate<String> constraint = value -> true;
        Matcher each = CONSTRAINT.matcher(matcher.group("constraints"));
        while (each.find()) {
            constraint = constraint.and(constraint(each.group(1), each.group(2), template));
        }
        boolean rest = !matcher.group("rest").isEmpty();
        boolean optional = rest || !matcher.group("optional").isEmpty();
        return new Segment(matcher.group("name"), false, rest, optional, constraint);
    }

    private static Predicate<String> constraint(String name, String argument, String template) {
        int number = argument == null ? -1 : Integer.parseInt(argument);
        return switch (name + (argument == null ? "" : "()")) {
            case "int" -> value -> value.matches("-?\\d{1,9}");
            case "guid" -> value -> GUID.matcher(value).matches();
            case "alpha" -> value -> value.matches("[A-Za-z]*");
            case "minlength()" -> value -> value.length() >= number;
            case "maxlength()" -> value -> value.length() <= number;
            case "length()" -> value -> value.length() == number;
            default ->
                throw new IllegalArgumentException(
                        "Constraint " + name + " of route \"" + template + "\" is not supported");
        };
    }

    /**
     * The values of the parameters when the path matches; a parameter that is absent has no entry.
     *
     * @param path decoded segments, without those that slashes at the end make
     */
    Optional<Map<String, String>> match(List<String> path) {
        Map<String, String> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        int at = 0;
        for (Segment segment : segments) {
            if (segment.rest()) {
                String rest = String.join("/", path.subList(at, path.size()));
                if (!rest.isEmpty()) {
                    values.put(segment.name(), rest);
                }
                return segment.constraint().test(rest) ? Optional.of(values) : Optional.empty();
            }
            if (at == path.size()) {
                if (!segment.optional()) {
                    return Optional.empty();
                }
                continue;
            }
            String value = path.get(at++);
            if (segment.literal() ? !value.equalsIgnoreCase(segment.name()) : value.isEmpty()) {
                return Optional.empty();
            }
            if (!segment.literal()) {
                if (!segment.constraint().test(value)) {
                    return Optional.empty();
                }
                values.put(segment.name(), value);
            }
        }
        return at == path.size() ? Optional.of(values) : Optional.empty();
    }

    @Override
    public String toString() {
        return template;
    }
}
