package dev.mtdconnector.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/**
 * Text that stands in the repository and must equal what the code says: lists for reviewers, tables for readers.
 *
 * <p>A change of the code turns the test red until the file is written anew, by the same test with
 * {@code -Dgolden.update=true}, and is reviewed with the change.
 */
public final class GoldenFile {

    private static final String SWITCH = "golden.update";

    private final Path file;
    private final boolean update;
    private final UnaryOperator<String> find;
    private final UnaryOperator<String> replace;

    private GoldenFile(Path file, boolean update, UnaryOperator<String> find, UnaryOperator<String> replace) {
        this.file = file;
        this.update = update;
        this.find = find;
        this.replace = replace;
    }

    /** A list under {@code src/test/resources/golden}. */
    public static GoldenFile list(String name) {
        return whole(Path.of("src", "test", "resources", "golden", name));
    }

    /** A whole file of the repository. */
    public static GoldenFile whole(Path file) {
        return whole(file, Boolean.getBoolean(SWITCH));
    }

    static GoldenFile whole(Path file, boolean update) {
        // Replaced in full: what the file held before does not matter, so it need not exist.
        return new GoldenFile(file, update, UnaryOperator.identity(), expected -> expected);
    }

    /** The part of a document between the lines {@code <!-- name -->} and {@code <!-- /name -->}. */
    public static GoldenFile section(Path file, String name) {
        return section(file, name, Boolean.getBoolean(SWITCH));
    }

    static GoldenFile section(Path file, String name, boolean update) {
        Section section = new Section(read(file), "<!-- " + name + " -->\n", "<!-- /" + name + " -->", file);
        return new GoldenFile(file, update, ignored -> section.text(), section::with);
    }

    /** Fails when the file does not hold exactly this text; with the switch on, writes it and passes. */
    public void matches(String expected) {
        if (update) {
            write(file, replace.apply(expected));
            return;
        }
        String actual = Files.exists(file) ? find.apply(read(file)) : "";
        assertThat(actual)
                .as("%s differs from the code. If the change is meant, run this test with -D%s=true", file, SWITCH)
                .isEqualTo(expected);
    }

    private record Section(String document, String from, String to, Path file) {

        String text() {
            return document.substring(start(), end());
        }

        String with(String text) {
            return document.substring(0, start()) + text + document.substring(end());
        }

        private int start() {
            return found(document.indexOf(from), from) + from.length();
        }

        private int end() {
            return found(document.indexOf(to, start()), to);
        }

        private int found(int index, String marker) {
            if (index < 0) {
                throw new AssertionError(file + " has no line " + marker.strip());
            }
            return index;
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, String text) {
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            Files.writeString(file, text, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
