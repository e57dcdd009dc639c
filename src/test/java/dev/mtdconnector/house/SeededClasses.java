package dev.mtdconnector.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Compiles small classes that break a rule, so that no broken class has to stand in the sources. */
final class SeededClasses {

    private SeededClasses() {}

    /**
     * @param folder where sources and classes are written
     * @param sources each a compilation unit {@code package …; class Name …}
     */
    static JavaClasses compile(Path folder, List<String> sources) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<Path> files = new ArrayList<>();
        for (int i = 0; i < sources.size(); i++) {
            Path file = Files.createDirectories(folder.resolve("seed" + i)).resolve("Seed.java");
            files.add(Files.writeString(file, sources.get(i)));
        }
        Path classes = Files.createDirectories(folder.resolve("classes"));
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            List<String> options =
                    List.of("-proc:none", "-d", classes.toString(), "-cp", System.getProperty("java.class.path"));
            boolean compiled = compiler.getTask(
                            null, manager, null, options, null, manager.getJavaFileObjectsFromPaths(files))
                    .call();
            assertThat(compiled).as("the seeded classes compile").isTrue();
        }
        return new ClassFileImporter().importPath(classes);
    }
}
