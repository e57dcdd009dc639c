package dev.mtdconnector.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keeps the benchmark from rotting: every part that takes seconds, at a size that says nothing of speed. */
class BenchTest {

    @TempDir
    private Path folder;

    @Test
    void everyPartComesToItsEndAndWritesOnlyWhatChanged() throws Exception {
        Properties properties = new Properties();
        properties.setProperty("bench", "sync,poll,change,allocation");
        properties.setProperty("bench.users", "200");
        properties.setProperty("bench.runs", "1");
        properties.setProperty("bench.storage", "memory");
        properties.setProperty("bench.folder", folder.toString());
        Figures figures = Bench.measure(BenchOptions.of(properties), new Figures(line -> {}));
        assertThat(figures.all())
                .extracting(Figures.Figure::what)
                .anyMatch(what -> what.startsWith("wall time / bare loop"))
                .anyMatch(what -> what.startsWith("requests of the full re-scan / ours"))
                .anyMatch(what -> what.startsWith("bytes an unchanged member"));
        assertThat(figures.all())
                .filteredOn(figure -> figure.what().startsWith("rows written"))
                .filteredOn(figure -> !figure.target().isEmpty())
                .hasSizeGreaterThan(3)
                .allMatch(figure -> figure.verdict().equals("met"));
        assertThat(figures.all())
                .filteredOn(figure -> figure.part().equals("poll without change")
                        && figure.what().startsWith("requests / floor"))
                .hasSize(3)
                .allMatch(figure -> figure.verdict().equals("met"));
        assertThat(Files.readString(folder.resolve("bench.md"))).contains("| first sync |");
    }

    @Test
    void aFeedIsReadWithTheLeastRequestsAndTransactions() {
        Properties properties = new Properties();
        properties.setProperty("bench", "feed");
        // Five events each: the last page is full.
        properties.setProperty("bench.devices", "400");
        properties.setProperty("bench.runs", "0");
        properties.setProperty("bench.heap", "false");
        properties.setProperty("bench.folder", folder.toString());
        Figures figures = Bench.measure(BenchOptions.of(properties), new Figures(line -> {}));
        assertThat(figures.all())
                .filteredOn(figure -> !figure.target().isEmpty())
                .hasSize(2 * 5 + 3)
                .allMatch(figure -> figure.verdict().equals("met"));
        assertThat(figures.all())
                .extracting(Figures.Figure::what)
                .anyMatch(
                        what -> what.equals("10 days of 400 devices, 2000 events: requests, of which the least is 3"));
    }
}
