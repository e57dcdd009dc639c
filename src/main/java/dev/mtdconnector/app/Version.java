package dev.mtdconnector.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Which version this is; the build writes it into a resource. */
final class Version {

    private static final String DEVELOPMENT = "development";

    private Version() {}

    /** A word for whoever runs classes that Maven did not build. */
    static String ofBuild() {
        try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
            if (in == null) {
                return DEVELOPMENT;
            }
            Properties properties = new Properties();
            properties.load(in);
            String version = properties.getProperty("version", DEVELOPMENT);
            return version.startsWith("$") ? DEVELOPMENT : version;
        } catch (IOException e) {
            throw new UncheckedIOException("version.properties cannot be read", e);
        }
    }
}
