package dev.mtdconnector.local;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node modules of a program that the local world or a test starts, installed once by {@code npm ci} into a folder
 * of the cache that is named by the hash of what is installed.
 *
 * <p>A folder of that name is complete: the installation runs beside it and is renamed at the end. One process installs
 * at a time, under a file lock that the system releases when its holder dies; the next one clears up what was left.
 */
final class NodeModules {

    private static final Logger LOG = LoggerFactory.getLogger(NodeModules.class);
    private static final List<String> SOURCES = List.of("package.json", "package-lock.json", ".npmrc");
    private static final String PARTIAL = ".partial-";
    private static final int INSTALL_MINUTES = 10;
    private static final boolean WINDOWS = File.separatorChar == '\\';

    private NodeModules() {}

    /**
     * The folder with the node modules; installs them when they are missing (of Azurite, some 20 s).
     *
     * @param source the folder of the package's definition, with its lock file
     */
    static synchronized Path ensure(Path source, Path cache) {
        try {
            Path home = cache.resolve(hash(source));
            if (!Files.isDirectory(home)) {
                Files.createDirectories(cache);
                try (FileChannel channel = FileChannel.open(
                                cache.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                        FileLock ignored = channel.lock()) {
                    if (!Files.isDirectory(home)) {
                        install(source, cache, home);
                    }
                }
            }
            return home;
        } catch (IOException e) {
            throw new UncheckedIOException("The modules of " + source + " could not be installed into " + cache, e);
        }
    }

    private static void install(Path source, Path cache, Path home) throws IOException {
        try (Stream<Path> left = Files.list(cache)) {
            left.filter(path -> path.getFileName().toString().startsWith(PARTIAL))
                    .forEach(NodeModules::deleteTree);
        }
        Path partial = Files.createTempDirectory(cache, PARTIAL);
        for (String name : SOURCES) {
            Files.copy(source.resolve(name), partial.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
        LOG.info("Installing the modules of {} with npm (once)", source.getFileName());
        npmCi(partial);
        Files.move(partial, home, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void npmCi(Path folder) throws IOException {
        Path log = folder.resolve("npm.log");
        Process npm;
        try {
            npm = new ProcessBuilder(
                            WINDOWS ? "npm.cmd" : "npm", "ci", "--omit=dev", "--ignore-scripts", "--loglevel=error")
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
        } catch (IOException e) {
            throw new IOException("npm could not be started: Node.js 20 or later must be on the PATH", e);
        }
        try {
            if (!npm.waitFor(INSTALL_MINUTES, TimeUnit.MINUTES)) {
                throw new IOException("npm ci took more than " + INSTALL_MINUTES + " minutes");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while npm ci was running", e);
        } finally {
            npm.destroy();
        }
        if (npm.exitValue() != 0) {
            throw new IOException("npm ci failed:\n" + Files.readString(log));
        }
    }

    private static String hash(Path source) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String name : SOURCES) {
                digest.update(name.getBytes(StandardCharsets.UTF_8));
                digest.update(Files.readAllBytes(source.resolve(name)));
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Best effort: what cannot be deleted stays, under a name that nobody uses. */
    static void deleteTree(Path root) {
        try (Stream<Path> tree = Files.walk(root)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("Could not delete {}: {}", root, e.toString());
        }
    }
}
