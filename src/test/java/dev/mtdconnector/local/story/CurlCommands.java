package dev.mtdconnector.local.story;

import dev.mtdconnector.local.story.StoryDocument.Keep;
import dev.mtdconnector.local.story.StoryDocument.Step;
import dev.mtdconnector.local.story.StoryDocument.Until;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Steps of the story as lines for a shell (sh with curl, grep and sed), to be pasted one by one or all together. What a
 * step keeps becomes a variable of the shell.
 */
public final class CurlCommands {

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{(\\w+)}");
    private static final Pattern LINE_BREAK = Pattern.compile("\\s*\\n\\s*");

    private final StoryDocument document;
    private final Map<String, String> known;
    private final Map<String, String> addresses;
    private final String cookieFile;

    /**
     * @param known values that are written out; all others are variables of the shell
     * @param addresses what stands in the page, and what stands in its place
     */
    public CurlCommands(
            StoryDocument document, Map<String, String> known, Map<String, String> addresses, String cookieFile) {
        this.document = document;
        this.known = Map.copyOf(known);
        this.addresses = Map.copyOf(addresses);
        this.cookieFile = cookieFile;
    }

    /** The lines of these steps, in this order. */
    public List<String> lines(List<String> names) {
        return names.stream().map(document::step).map(this::line).toList();
    }

    private String line(Step step) {
        Until until = step.until();
        if (until != null) {
            String field = until.path().substring(until.path().lastIndexOf('.') + 1);
            return "until " + curl(step, "") + " | grep -q '\"" + field + "\" *: *\"" + until.value()
                    + "\"'; do sleep 1; done; " + curl(step, "") + "; echo";
        }
        List<Keep> keeps = step.keeps();
        if (keeps.isEmpty()) {
            return curl(step, "") + "; echo";
        }
        if (keeps.get(0).isHeader()) {
            return keeps.get(0).name() + "=$(" + curl(step, "-o /dev/null -w '%{redirect_url}' ") + ")";
        }
        String fields = keeps.stream()
                .map(keep -> "; " + keep.name() + "=$(echo \"$answer\" | sed -n 's/.*\"" + keep.source()
                        + "\" *: *\"\\([^\"]*\\)\".*/\\1/p')")
                .collect(Collectors.joining());
        return "answer=$(" + curl(step, "") + "); echo \"$answer\"" + fields;
    }

    private String curl(Step step, String options) {
        StringBuilder line = new StringBuilder("curl -sS ").append(options);
        if (step.isBrowser() && !step.url().contains("/control/")) {
            line.append("-b ")
                    .append(cookieFile)
                    .append(" -c ")
                    .append(cookieFile)
                    .append(' ');
        }
        boolean impliedMethod = step.method().equals(step.body().isEmpty() ? "GET" : "POST");
        if (!impliedMethod) {
            line.append("-X ").append(step.method()).append(' ');
        }
        line.append(quoted(step.url()));
        step.headers().forEach((name, value) -> line.append(" -H ").append(quoted(name + ": " + value)));
        if (!step.body().isEmpty()) {
            line.append(" -d ").append(quoted(LINE_BREAK.matcher(step.body()).replaceAll(" ")));
        } else if (step.method().equals("POST")) {
            line.append(" -d ''");
        }
        return line.toString();
    }

    /** Text in single quotes, variables of the shell in double ones, side by side. */
    private String quoted(String text) {
        String moved = text;
        for (Map.Entry<String, String> address : addresses.entrySet()) {
            moved = moved.replace(address.getKey(), address.getValue());
        }
        StringBuilder quoted = new StringBuilder();
        StringBuilder literal = new StringBuilder();
        Matcher variable = VARIABLE.matcher(moved);
        int at = 0;
        while (variable.find()) {
            literal.append(moved, at, variable.start());
            at = variable.end();
            String value = known.get(variable.group(1));
            if (value != null) {
                literal.append(value);
            } else {
                quoted.append(single(literal))
                        .append("\"$")
                        .append(variable.group(1))
                        .append('"');
                literal.setLength(0);
            }
        }
        literal.append(moved, at, moved.length());
        return quoted.append(single(literal)).toString();
    }

    private static String single(CharSequence text) {
        return text.length() == 0 ? "" : "'" + text.toString().replace("'", "'\\''") + "'";
    }
}
