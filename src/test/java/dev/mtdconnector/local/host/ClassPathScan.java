package dev.mtdconnector.local.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Stream;

/** Finds the classes of a package in the folders and jars of the class path, without initialising them. */
final class ClassPathScan {

    private static final String SUFFIX = ".class";

    private ClassPathScan() {}

    static Set<Class<?>> classesOf(String packageName) {
        ClassLoader loader = ClassPathScan.class.getClassLoader();
        String folder = packageName.replace('.', '/');
        Set<Class<?>> classes = new LinkedHashSet<>();
        try {
            for (URL url : Collections.list(loader.getResources(folder))) {
                for (String file : url.getProtocol().equals("jar") ? jarEntries(url, folder) : files(url, folder)) {
                    if (file.endsWith(SUFFIX) && !file.endsWith("-info.class")) {
                        String name = file.substring(0, file.length() - SUFFIX.length())
                                .replace('/', '.');
                        classes.add(Class.forName(name, false, loader));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException | ClassNotFoundException e) {
            throw new IllegalStateException("The class path changed under the scan of " + packageName, e);
        }
        return classes;
    }

    private static Set<String> files(URL url, String folder) throws IOException, URISyntaxException {
        Path root = Path.of(new URI(url.toString()));
        Set<String> names = new LinkedHashSet<>();
        try (Stream<Path> tree = Files.walk(root)) {
            tree.filter(Files::isRegularFile)
                    .forEach(path -> names.add(
                            folder + "/" + root.relativize(path).toString().replace('\\', '/')));
        }
        return names;
    }

    private static Set<String> jarEntries(URL url, String folder) throws IOException {
        Set<String> names = new LinkedHashSet<>();
        var jar = ((JarURLConnection) url.openConnection()).getJarFile();
        jar.stream()
                .filter(entry -> entry.getName().startsWith(folder + "/"))
                .forEach(entry -> names.add(entry.getName()));
        return names;
    }
}
