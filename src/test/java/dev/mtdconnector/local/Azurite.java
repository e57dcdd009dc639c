package dev.mtdconnector.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An Azurite (Azure Storage emulator) that runs as a child process and ends, saving its data, when this JVM ends,
 * however it ends. Listens on the loopback address only.
 */
public final class Azurite implements AutoCloseable {

    /** Where Azurite listens; 0 lets the system choose, without a race. */
    public record Ports(int blob, int queue, int table) {
        /** The ports that every tool expects, and that {@code UseDevelopmentStorage=true} means. */
        public static final Ports WELL_KNOWN = new Ports(10000, 10001, 10002);

        public static final Ports FREE = new Ports(0, 0, 0);
    }

    /** The emulator's account key, which is the same everywhere and no secret (documentation of Azurite). */
    private static final String KEY =
            "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private static final Logger LOG = LoggerFactory.getLogger(Azurite.class);
    private static final Pattern LISTENING =
            Pattern.compile("Azurite (Blob|Queue|Table) service is successfully listening at http://[^:]+:(\\d+)");
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
    private static final int POLL_MILLIS = 20;

    private final Process process;
    private final Ports ports;
    private final @Nullable Path scratch;

    private Azurite(Process process, Ports ports, @Nullable Path scratch) {
        this.process = process;
        this.ports = ports;
        this.scratch = scratch;
    }

    /** Keeps its data in {@code folder}, where the next start finds it, and its log in {@code azurite.log} there. */
    public static Azurite start(Path folder, Ports wanted) {
        return start(
                folder, wanted, List.of("--location", folder.toAbsolutePath().toString()), null);
    }

    /** Forgets everything when it ends. */
    public static Azurite startInMemory(Ports wanted) {
        try {
            Path scratch = Files.createTempDirectory("azurite-");
            try {
                return start(scratch, wanted, List.of("--inMemoryPersistence"), scratch);
            } catch (RuntimeException e) {
                NodeModules.deleteTree(scratch);
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The one Azurite in memory that all tests of this JVM share, started when first asked for. Tests keep apart by
     * names of tables and queues of their own.
     */
    public static Azurite shared() {
        return Shared.INSTANCE;
    }

    /** True when something answers on all of these ports. */
    public static boolean isListening(Ports ports) {
        return answers(ports.blob()) && answers(ports.queue()) && answers(ports.table());
    }

    private static Azurite start(Path folder, Ports wanted, List<String> options, @Nullable Path scratch) {
        Path project = project();
        Path source = project.resolve("src/test/azurite");
        Path home = NodeModules.ensure(source, project.resolve(".local/azurite-node"));
        List<String> command = new ArrayList<>();
        command.addAll(List.of("node", source.resolve("start.cjs").toString(), home.toString()));
        command.addAll(List.of("--silent", "--disableTelemetry"));
        command.addAll(List.of("--blobPort", "" + wanted.blob(), "--queuePort", "" + wanted.queue()));
        command.addAll(List.of("--tablePort", "" + wanted.table()));
        command.addAll(options);
        Path log = folder.resolve("azurite.log");
        try {
            Files.createDirectories(folder);
            Files.deleteIfExists(log);
            // A file, not a pipe: a pipe breaks when this JVM is killed, and Azurite still has to save then.
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            try {
                Ports ports = awaitPorts(process, log);
                LOG.info("Azurite {} listens on {}", process.pid(), ports);
                return new Azurite(process, ports, scratch);
            } catch (IOException | RuntimeException e) {
                process.destroyForcibly();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Azurite did not start; see " + log, e);
        }
    }

    private static Ports awaitPorts(Process process, Path log) throws IOException {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (System.nanoTime() < deadline) {
            boolean ended = exits(process, Duration.ofMillis(POLL_MILLIS));
            String output = Files.readString(log);
            if (ended) {
                throw new IOException("Azurite ended at once:\n" + output);
            }
            int[] found = new int[3];
            Matcher line = LISTENING.matcher(output);
            while (line.find()) {
                found[List.of("Blob", "Queue", "Table").indexOf(line.group(1))] = Integer.parseInt(line.group(2));
            }
            Ports ports = new Ports(found[0], found[1], found[2]);
            if (found[0] > 0 && found[1] > 0 && found[2] > 0 && isListening(ports)) {
                return ports;
            }
        }
        throw new IOException("Azurite was not ready within " + START_LIMIT);
    }

    private static boolean answers(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean exits(Process process, Duration limit) {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for Azurite", e);
        }
    }

    /** The folder above the working directory (or it) that has the project's Azurite definition. */
    private static Path project() {
        Path start = Path.of("").toAbsolutePath();
        for (Path folder = start; folder != null; folder = folder.getParent()) {
            if (Files.isRegularFile(folder.resolve("src/test/azurite/package-lock.json"))) {
                return folder;
            }
        }
        throw new IllegalStateException("No src/test/azurite in " + start + " or above it");
    }

    public Ports ports() {
        return ports;
    }

    long pid() {
        return process.pid();
    }

    /** For {@code STATE_STORAGE} and {@code AzureWebJobsStorage}. */
    public String connectionString() {
        return connectionString(ports);
    }

    /** The connection string of an Azurite that listens on these ports, ours or not. */
    public static String connectionString(Ports ports) {
        return "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=" + KEY
                + ";BlobEndpoint=" + endpoint(ports.blob())
                + ";QueueEndpoint=" + endpoint(ports.queue())
                + ";TableEndpoint=" + endpoint(ports.table()) + ";";
    }

    private static String endpoint(int port) {
        return "http://127.0.0.1:" + port + "/devstoreaccount1";
    }

    /** Stops the process and waits until its data is saved. Idempotent. */
    @Override
    public void close() {
        process.destroy();
        if (!exits(process, STOP_LIMIT)) {
            LOG.warn("Azurite {} did not stop within {}; it is killed", process.pid(), STOP_LIMIT);
            process.destroyForcibly();
        }
        if (scratch != null && Files.exists(scratch)) {
            NodeModules.deleteTree(scratch);
        }
    }

    private static final class Shared {
        private static final Azurite INSTANCE = startInMemory(Ports.FREE);

        static {
            Runtime.getRuntime().addShutdownHook(new Thread(INSTANCE::close, "azurite-stop"));
        }
    }
}
