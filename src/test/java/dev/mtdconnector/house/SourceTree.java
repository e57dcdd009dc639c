package dev.mtdconnector.house;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The text files of the repository, without what is built, installed or this machine's own. */
final class SourceTree {

    /** As .gitignore has it: walking the folders works without git too. */
    private static final Set<String> LEFT_OUT =
            Set.of(".git", ".idea", ".vscode", ".local", ".DS_Store", "target", "node_modules", "local.settings.json");

    private SourceTree() {}

    /** Text by path in the repository, with {@code /}. */
    static Map<String, String> read(Path root) throws IOException {
        Map<String, String> texts = new TreeMap<>();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                return leftOut(folder) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (!leftOut(file) && !file.toString().endsWith(".iml")) {
                    put(root, file, texts);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return texts;
    }

    private static void put(Path root, Path file, Map<String, String> texts) throws IOException {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
                    .toString();
            texts.put(root.relativize(file).toString().replace('\\', '/'), text);
        } catch (CharacterCodingException e) {
            // A picture or the like: no text, so no rule.
        }
    }

    private static boolean leftOut(Path path) {
        Path name = path.getFileName();
        return name != null && LEFT_OUT.contains(name.toString());
    }
}
