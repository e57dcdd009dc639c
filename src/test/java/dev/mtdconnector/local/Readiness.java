package dev.mtdconnector.local;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;

/** Asks the parts of the local world whether they answer. */
final class Readiness {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private Readiness() {}

    /**
     * Returns when each address has answered 200.
     *
     * @throws LocalWorldException naming the first that does not
     */
    static void check(List<String> addresses) {
        HttpClient client = HttpClient.newBuilder().connectTimeout(LIMIT).build();
        for (String address : addresses) {
            try {
                int status = client.send(
                                HttpRequest.newBuilder(URI.create(address))
                                        .timeout(LIMIT)
                                        .build(),
                                BodyHandlers.discarding())
                        .statusCode();
                if (status != 200) {
                    throw new LocalWorldException(address + " answers " + status + " instead of 200.");
                }
            } catch (IOException e) {
                throw new LocalWorldException(address + " does not answer.", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new LocalWorldException("Interrupted while waiting for " + address, e);
            }
        }
    }
}
