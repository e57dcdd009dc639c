package dev.mtdconnector.local.contoso;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mtdconnector.local.http.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the simulator remembers between starts: one JSON value a line, in the order in which it happened. Each part of
 * the simulator has kinds of its own, and replays them when it is made. A last line that was torn by a crash is dropped.
 */
public final class Journal implements AutoCloseable {

    private final @Nullable Path file;
    private final List<ObjectNode> entries = new ArrayList<>();
    private @Nullable OutputStream out;

    private Journal(@Nullable Path file) {
        this.file = file;
    }

    /** A journal that forgets when the process ends. */
    public static Journal inMemory() {
        return new Journal(null);
    }

    /**
     * The journal of a directory, which is made if it is not there.
     *
     * @throws UncheckedIOException when it cannot be read, or a line that is not the last is damaged
     */
    public static Journal in(Path directory) {
        try {
            Files.createDirectories(directory);
            Journal journal = new Journal(directory.resolve("contoso.jsonl"));
            journal.load();
            return journal;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Adds an entry; it is with the operating system when this returns. */
    public synchronized void append(String kind, JsonNode data) {
        ObjectNode entry = Json.object().put("kind", kind);
        entry.set("data", data);
        entries.add(entry);
        if (file == null) {
            return;
        }
        try {
            stream(file).write((Json.text(entry) + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Hands over all entries of a kind so far, oldest first. */
    public void replay(String kind, Consumer<JsonNode> consumer) {
        List<ObjectNode> snapshot;
        synchronized (this) {
            snapshot = List.copyOf(entries);
        }
        for (ObjectNode entry : snapshot) {
            if (entry.path("kind").asText().equals(kind)) {
                consumer.accept(entry.path("data"));
            }
        }
    }

    /** Forgets everything; to be done before other parts are made. */
    public synchronized void reset() {
        entries.clear();
        close();
        if (file != null) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public synchronized void close() {
        try {
            if (out != null) {
                out.close();
                out = null;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private OutputStream stream(Path path) throws IOException {
        OutputStream open = out;
        if (open == null) {
            open = Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            out = open;
        }
        return open;
    }

    private void load() throws IOException {
        if (file == null || !Files.exists(file)) {
            return;
        }
        byte[] all = Files.readAllBytes(file);
        int start = 0;
        for (int i = 0; i < all.length; i++) {
            if (all[i] == '\n') {
                JsonNode entry = Json.parse(Arrays.copyOfRange(all, start, i));
                entries.add((ObjectNode) entry);
                start = i + 1;
            }
        }
        if (start < all.length) {
            // The write of the last line was cut short: what it said had not been answered yet.
            Files.write(file, Arrays.copyOf(all, start));
        }
    }
}
