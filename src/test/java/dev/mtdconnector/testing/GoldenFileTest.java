package dev.mtdconnector.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GoldenFileTest {

    @TempDir
    private Path folder;

    @Test
    void aFileThatDiffersTurnsTheTestRedAndIsLeftAsItIs() throws IOException {
        Path file = Files.writeString(folder.resolve("list.txt"), "one\n");

        GoldenFile.whole(file, false).matches("one\n");
        assertThatThrownBy(() -> GoldenFile.whole(file, false).matches("two\n"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("golden.update=true");
        assertThat(file).hasContent("one\n");
    }

    @Test
    void aFileThatIsNotThereTurnsTheTestRed() {
        assertThatThrownBy(() ->
                        GoldenFile.whole(folder.resolve("absent.txt"), false).matches("one\n"))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void theSwitchWritesTheFileAndItsFolder() {
        Path file = folder.resolve("new").resolve("list.txt");

        GoldenFile.whole(file, true).matches("one\n");

        assertThat(file).hasContent("one\n");
    }

    @Test
    void aSectionIsComparedAndWrittenBetweenItsMarkers() throws IOException {
        Path file = Files.writeString(folder.resolve("doc.md"), "before\n<!-- a -->\nold\n<!-- /a -->\nafter\n");

        GoldenFile.section(file, "a", false).matches("old\n");
        assertThatThrownBy(() -> GoldenFile.section(file, "a", false).matches("new\n"))
                .isInstanceOf(AssertionError.class);
        GoldenFile.section(file, "a", true).matches("new\n");

        assertThat(file).hasContent("before\n<!-- a -->\nnew\n<!-- /a -->\nafter\n");
    }

    @Test
    void aSectionWithoutMarkersTurnsTheTestRed() throws IOException {
        Path file = Files.writeString(folder.resolve("doc.md"), "nothing here\n");

        assertThatThrownBy(() -> GoldenFile.section(file, "a", true).matches("new\n"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("has no line");
    }
}
