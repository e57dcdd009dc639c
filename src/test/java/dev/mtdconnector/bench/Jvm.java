package dev.mtdconnector.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Other processes with this one's classes. They read their standard input to its end, which is this process's end. */
final class Jvm {

    private static final int POLL_MILLIS = 20;

    private Jvm() {}

    static Process start(List<String> flags, Class<?> main, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** What the process writes to the file, once that begins as it should. */
    static String awaitFile(Process process, Path file, String prefix) throws IOException {
        while (true) {
            boolean ended = isOver(process);
            String said = Files.readString(file);
            if (said.startsWith(prefix)) {
                return said;
            }
            if (ended) {
                throw new IOException("The process ended with " + process.exitValue());
            }
        }
    }

    private static boolean isOver(Process process) {
        try {
            return process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
