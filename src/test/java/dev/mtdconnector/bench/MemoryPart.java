package dev.mtdconnector.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The heap of a first sync, and of one of a tenant five times as large: in a process of its own. */
final class MemoryPart {

    private static final String NAME = "heap";
    private static final int LIMIT_MB = 256;
    private static final int TIMES = 5;
    private static final double MEGA = 1 << 20;

    private final BenchOptions options;
    private final Figures figures;

    MemoryPart(BenchOptions options, Figures figures) {
        this.options = options;
        this.figures = figures;
    }

    void run() {
        double one = live(options.users());
        figures.atMost(NAME, "MB in use at most, " + options.users() + " users", one, LIMIT_MB);
        double many = live(options.users() * TIMES);
        figures.atMost(NAME, "MB in use at most, " + options.users() * TIMES + " users", many, LIMIT_MB);
        figures.atMost(NAME, TIMES + " times the users: heap / heap", many / one, 1.2);
        figures.atMost(NAME, TIMES + " times the users: heap / limit", many / LIMIT_MB, 1.2);
    }

    private double live(int users) {
        try (ContosoProcess contoso = ContosoProcess.start(ContosoProcess.people(users))) {
            contoso.deltaPage(options.pages().get(options.pages().size() - 1));
            Path file = Files.createTempFile("bench-memory", ".txt");
            String[] said = new String[1];
            double seconds =
                    Load.seconds(() -> said[0] = run(file, contoso.address().toString(), contoso.token()));
            Files.delete(file);
            String[] parts = said[0].split(" ", -1);
            figures.note(
                    NAME,
                    "with -Xmx" + LIMIT_MB + "m: MB after any collection at most, " + users + " users",
                    Figures.number(Long.parseLong(parts[2]) / MEGA) + ", in " + Figures.number(seconds) + " s");
            return Long.parseLong(parts[1]) / MEGA;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String run(Path file, String address, String token) {
        try {
            Process process = Jvm.start(
                    List.of("-Xmx" + LIMIT_MB + "m", "-XX:+UseSerialGC"),
                    MemoryRun.class,
                    List.of(address, token, file.toString()));
            return Jvm.awaitFile(process, file, "DONE ");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
