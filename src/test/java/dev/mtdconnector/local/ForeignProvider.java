package dev.mtdconnector.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mtdconnector.local.http.Json;
import dev.mtdconnector.local.http.LoopbackCertificate;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * An OpenID provider that is not ours (npm {@code oidc-provider}) as a child process on a free loopback port, with the
 * addresses and claims of Entra. It ends when this JVM ends, however that ends.
 */
public final class ForeignProvider implements AutoCloseable {

    private static final Path SOURCE = Path.of("src/test/openid-provider");
    private static final Path CACHE = Path.of(".local/openid-provider-node");
    private static final int START_SECONDS = 60;
    private static final int STOP_SECONDS = 10;

    private final Process process;
    private final URI address;

    private ForeignProvider(Process process, URI address) {
        this.process = process;
        this.address = address;
    }

    /** The one client: it authenticates with a secret in the body of its requests. */
    public record Client(String id, String secret, String redirectUri) {}

    /** The one person, who is in the one tenant, and signs in without a password. */
    public record Person(String tenantId, String userId, String name, String username) {}

    /**
     * @param certificate of the server; clients must trust it
     */
    public static ForeignProvider start(LoopbackCertificate certificate, Client client, Person person) {
        Path home = NodeModules.ensure(SOURCE, CACHE);
        ObjectNode options = Json.object()
                .put("pfx", certificate.pfx().toAbsolutePath().toString())
                .put("password", LoopbackCertificate.PASSWORD);
        options.putObject("client")
                .put("id", client.id())
                .put("secret", client.secret())
                .put("redirectUri", client.redirectUri());
        options.putObject("person")
                .put("tenantId", person.tenantId())
                .put("userId", person.userId())
                .put("name", person.name())
                .put("username", person.username());
        try {
            Process process = new ProcessBuilder(List.of(
                            "node",
                            SOURCE.resolve("start.cjs").toString(),
                            home.toAbsolutePath().toString(),
                            Json.text(options)))
                    .redirectErrorStream(true)
                    .start();
            try {
                int port = Integer.parseInt(firstLine(process.inputReader()));
                return new ForeignProvider(process, URI.create("https://localhost:" + port));
            } catch (IOException | RuntimeException e) {
                process.destroyForcibly();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The OpenID provider did not start", e);
        }
    }

    /** Its root, without a tenant: what {@code LOGIN_ENDPOINT} would be. */
    public URI address() {
        return address;
    }

    /** Ends the process. Idempotent. */
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** The port; everything else that it writes, which is warnings, is read and dropped so that no pipe fills up. */
    private static String firstLine(BufferedReader output) throws IOException {
        CompletableFuture<String> port = new CompletableFuture<>();
        Thread reader = new Thread(() -> drain(output, port), "openid-provider-output");
        reader.setDaemon(true);
        reader.start();
        try {
            return port.get(START_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("It said nothing of a port", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while it started", e);
        }
    }

    private static void drain(BufferedReader output, CompletableFuture<String> port) {
        StringBuilder said = new StringBuilder();
        try (output) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.matches("[0-9]+")) {
                    port.complete(line);
                } else if (!port.isDone()) {
                    said.append(line).append('\n');
                }
            }
            port.completeExceptionally(new IOException("It ended: " + said));
        } catch (IOException e) {
            port.completeExceptionally(e);
        }
    }
}
