package dev.mtdconnector.local.contoso;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The segments of a path under {@code /v1.0}: a key in parentheses becomes a segment of its own, as OData allows both
 * ways of writing it. An alternate key keeps its name: {@code devices(deviceId='x')} becomes {@code devices},
 * {@code deviceId='x'}.
 */
record GraphPath(List<String> segments) {

    private static final Pattern KEYED = Pattern.compile("([A-Za-z.$]+)\\((.+)\\)");

    static GraphPath of(List<String> raw) {
        List<String> segments = new ArrayList<>();
        for (String segment : raw) {
            Matcher keyed = KEYED.matcher(segment);
            if (!keyed.matches()) {
                segments.add(segment.endsWith("()") ? segment.substring(0, segment.length() - 2) : segment);
                continue;
            }
            segments.add(keyed.group(1));
            String key = keyed.group(2);
            boolean quoted = key.length() > 1 && key.startsWith("'") && key.endsWith("'");
            segments.add(quoted ? key.substring(1, key.length() - 1).replace("''", "'") : key);
        }
        return new GraphPath(List.copyOf(segments));
    }

    int size() {
        return segments.size();
    }

    String get(int index) {
        return segments.get(index);
    }

    boolean is(int index, String name) {
        return index < segments.size() && segments.get(index).equalsIgnoreCase(name);
    }
}
