package dev.mtdconnector.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** What was measured, as a table; each figure is told as soon as it is known. */
final class Figures {

    private final List<Figure> all = new ArrayList<>();
    private final Consumer<String> told;

    Figures(Consumer<String> told) {
        this.told = told;
    }

    /** A figure beside its target, which is empty where there is none. */
    record Figure(String part, String what, String value, String target, String verdict) {

        private String line() {
            return "| " + String.join(" | ", part, what, value, target, verdict) + " |";
        }
    }

    void note(String part, String what, String value) {
        add(new Figure(part, what, value, "", ""));
    }

    void atMost(String part, String what, double value, double target) {
        add(new Figure(part, what, number(value), "at most " + number(target), value <= target ? "met" : "MISSED"));
    }

    void atLeast(String part, String what, double value, double target) {
        add(new Figure(part, what, number(value), "at least " + number(target), value >= target ? "met" : "MISSED"));
    }

    private void add(Figure figure) {
        all.add(figure);
        told.accept(figure.line());
    }

    List<Figure> all() {
        return List.copyOf(all);
    }

    /** Writes the table to {@code bench.md}. */
    void write(Path folder, String heading) {
        StringBuilder text =
                new StringBuilder(heading).append("\n\n| Part | What | Figure | Target | |\n|---|---|---|---|---|\n");
        all.forEach(figure -> text.append(figure.line()).append('\n'));
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("bench.md"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static double median(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** The median, and all of them in the order in which they came. */
    static String spread(List<Double> values, String unit) {
        return number(median(values)) + unit + " (median of "
                + Arrays.toString(values.stream().map(Figures::number).toArray()) + ")";
    }

    static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    static String number(double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            return String.format(Locale.ROOT, "%,d", (long) value);
        }
        return String.format(Locale.ROOT, Math.abs(value) < 10 ? "%.3f" : "%,.1f", value);
    }
}
