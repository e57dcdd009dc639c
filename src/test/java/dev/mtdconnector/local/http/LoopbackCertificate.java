package dev.mtdconnector.local.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A self-signed certificate for {@code localhost}, for servers of the local world and of tests. Its key is of no worth:
 * the store lies open in the working folder and nothing outside trusts it.
 */
public final class LoopbackCertificate {

    /** The name of the store in its directory. */
    public static final String FILE = "localhost.p12";

    /** Opens the store and its key; tests look for it where no password may stand. */
    public static final String PASSWORD = "canary-store-password";

    private static final String ALIAS = "localhost";

    private final Path file;
    private final KeyStore store;

    private LoopbackCertificate(Path file, KeyStore store) {
        this.file = file;
        this.store = store;
    }

    /** The certificate kept in a directory; made by the JDK's keytool when there is none (a second). */
    public static LoopbackCertificate in(Path directory) {
        Path file = directory.resolve(FILE);
        try {
            Files.createDirectories(directory);
            if (!Files.exists(file)) {
                make(file);
            }
            KeyStore store = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(file)) {
                store.load(in, PASSWORD.toCharArray());
            }
            return new LoopbackCertificate(file, store);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Delete " + file, e);
        }
    }

    /** Certificate and key in a PFX file, under {@link #PASSWORD}. */
    public Path pfx() {
        return file;
    }

    /** The same, written beside it as a PEM file without a password. */
    public Path pem() throws IOException, GeneralSecurityException {
        String pem =
                block("PRIVATE KEY", store.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded())
                        + block("CERTIFICATE", store.getCertificate(ALIAS).getEncoded());
        return Files.writeString(file.resolveSibling("localhost.pem"), pem);
    }

    /** For servers and clients: presents this certificate, and trusts it and no other. */
    public SSLContext context() {
        try {
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, PASSWORD.toCharArray());
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            trusted.setCertificateEntry(ALIAS, store.getCertificate(ALIAS));
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String block(String name, byte[] bytes) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
        return "-----BEGIN " + name + "-----\n" + body + "\n-----END " + name + "-----\n";
    }

    /** RSA, because the sign-in service takes assertions that are signed with nothing else. */
    private static void make(Path file) throws IOException {
        Path fresh = file.resolveSibling("localhost-" + ProcessHandle.current().pid() + ".p12");
        Files.deleteIfExists(fresh);
        Process keytool = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        ALIAS,
                        "-keyalg",
                        "RSA",
                        "-keysize",
                        "2048",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost,ip:127.0.0.1",
                        "-validity",
                        "3650",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        fresh.toString()))
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
                throw new IOException("keytool failed: " + said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while keytool ran", e);
        }
        // Atomic, because several tests may make it at once.
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
    }
}
