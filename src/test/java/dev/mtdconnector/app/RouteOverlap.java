package dev.mtdconnector.app;

import java.util.List;

/** Whether one path can match two templates, as the platform compares them: segment by segment, in any case. */
public final class RouteOverlap {

    private RouteOverlap() {}

    /**
     * @param one literal segments, {@code {name}}, and at the end perhaps {@code {*rest}}; a leading slash is optional
     * @param other likewise
     */
    public static boolean overlap(String one, String other) {
        return overlap(segments(one), segments(other));
    }

    private static boolean overlap(List<String> one, List<String> other) {
        if (isRest(one) || isRest(other)) {
            return true;
        }
        if (one.isEmpty() || other.isEmpty()) {
            return one.isEmpty() && other.isEmpty();
        }
        String first = one.get(0);
        String second = other.get(0);
        boolean same = first.startsWith("{") || second.startsWith("{") || first.equalsIgnoreCase(second);
        return same && overlap(one.subList(1, one.size()), other.subList(1, other.size()));
    }

    private static boolean isRest(List<String> segments) {
        return segments.size() == 1 && segments.get(0).startsWith("{*");
    }

    private static List<String> segments(String template) {
        String path = template.startsWith("/") ? template.substring(1) : template;
        return path.isEmpty() ? List.of() : List.of(path.split("/", -1));
    }
}
