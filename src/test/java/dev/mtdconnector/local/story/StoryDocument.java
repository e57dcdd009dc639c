package dev.mtdconnector.local.story;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The requests of a page, in its order: each fenced block whose info string reads {@code http name status options}.
 *
 * <p>Options: {@code keep=a,b} keeps top-level string fields of a JSON answer under their names, {@code keep=a:name}
 * under another, {@code keep=Location:name} the header; {@code until=path:value} repeats the request until the value at
 * the dotted path of the JSON answer is that one.
 */
public final class StoryDocument {

    private static final Pattern INFO = Pattern.compile("```http (\\S+) (\\d{3})((?: \\S+)*)");
    private static final Pattern REQUEST_LINE = Pattern.compile("([A-Z]+) (\\S+)");

    /** Something to remember of an answer: a field of its body, or its Location. */
    public record Keep(String source, String name) {
        boolean isHeader() {
            return source.equals("Location");
        }
    }

    /** What a repeated request waits for. */
    public record Until(String path, String value) {}

    /**
     * One request; {@code ${name}} stands for a value kept before, or given at the start.
     *
     * @param body empty for none
     */
    public record Step(
            String name,
            int status,
            List<Keep> keeps,
            @Nullable Until until,
            String method,
            String url,
            Map<String, String> headers,
            String body) {

        /** True when the request comes from a browser, which has cookies: it presents no key. */
        boolean isBrowser() {
            return !headers.containsKey("Authorization");
        }
    }

    private final Map<String, Step> steps;

    private StoryDocument(Map<String, Step> steps) {
        this.steps = steps;
    }

    public static StoryDocument read(Path page) {
        try {
            return parse(Files.readString(page));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static StoryDocument parse(String page) {
        Map<String, Step> steps = new LinkedHashMap<>();
        List<String> lines = page.lines().toList();
        for (int at = 0; at < lines.size(); at++) {
            if (lines.get(at).startsWith("```http")) {
                int end = at + 1;
                while (end < lines.size() && !lines.get(end).equals("```")) {
                    end++;
                }
                Step step = step(lines.get(at), lines.subList(at + 1, end));
                if (steps.put(step.name(), step) != null) {
                    throw new IllegalArgumentException("Two requests have the name " + step.name());
                }
                at = end;
            }
        }
        return new StoryDocument(steps);
    }

    public List<Step> steps() {
        return List.copyOf(steps.values());
    }

    public Step step(String name) {
        Step step = steps.get(name);
        if (step == null) {
            throw new IllegalArgumentException("No request " + name + " among " + steps.keySet());
        }
        return step;
    }

    private static Step step(String info, List<String> lines) {
        Matcher head = INFO.matcher(info);
        Matcher request = REQUEST_LINE.matcher(lines.isEmpty() ? "" : lines.get(0));
        if (!head.matches() || !request.matches()) {
            throw new IllegalArgumentException("Not a request: " + info + " " + lines);
        }
        Map<String, String> headers = new LinkedHashMap<>();
        int at = 1;
        while (at < lines.size() && !lines.get(at).isEmpty()) {
            String[] header = lines.get(at).split(": ", 2);
            if (header.length != 2) {
                throw new IllegalArgumentException("Not a header in " + info + ": " + lines.get(at));
            }
            headers.put(header[0], header[1]);
            at++;
        }
        String body = String.join("\n", lines.subList(Math.min(at + 1, lines.size()), lines.size()));
        List<Keep> keeps = new ArrayList<>();
        Until until = null;
        for (String option : head.group(3).strip().split(" ", -1)) {
            if (option.startsWith("keep=")) {
                for (String keep : option.substring("keep=".length()).split(",", -1)) {
                    String[] parts = keep.split(":", 2);
                    keeps.add(new Keep(parts[0], parts[parts.length - 1]));
                }
            } else if (option.startsWith("until=")) {
                String[] parts = option.substring("until=".length()).split(":", 2);
                until = new Until(parts[0], parts[1]);
            } else if (!option.isEmpty()) {
                throw new IllegalArgumentException("Unknown option " + option + " of " + info);
            }
        }
        return new Step(
                head.group(1),
                Integer.parseInt(head.group(2)),
                List.copyOf(keeps),
                until,
                request.group(1),
                request.group(2),
                headers,
                body);
    }
}
