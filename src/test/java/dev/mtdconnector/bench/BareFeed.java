package dev.mtdconnector.bench;

import dev.mtdconnector.storage.Change;
import dev.mtdconnector.storage.Change.Mode;
import dev.mtdconnector.storage.Change.Upsert;
import dev.mtdconnector.storage.Row;
import dev.mtdconnector.storage.Tables;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;

/**
 * The limit of a feed that is read: sends the requests that ours sent by the same HTTP client, one after the other, and drops
 * their bytes; then writes the rows that ours wrote, in the same transactions. Nothing is parsed or decided, no row is read.
 */
final class BareFeed {

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI vendor;

    BareFeed(URI vendor) {
        this.vendor = vendor;
    }

    void run(List<String> asked, List<CountingTables.Write> writes, Tables tables) {
        asked.stream().filter(target -> !target.equals("/oauth2/token")).forEach(this::get);
        writes.forEach(write -> tables.table(write.table()).transact(upserts(write.changes())));
    }

    /** Without conditions, and deletions as rows of their keys: they may go to empty tables. */
    private static List<Change> upserts(List<Change> changes) {
        return changes.stream()
                .<Change>map(change -> new Upsert(
                        Row.of(
                                change.row().partition(),
                                change.row().key(),
                                change.row().properties()),
                        Mode.REPLACE))
                .toList();
    }

    private void get(String target) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(vendor + target))
                .header("Authorization", "Bearer token")
                .build();
        try {
            HttpResponse<byte[]> answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            if (answer.statusCode() != 200) {
                throw new IllegalStateException(target + " was answered " + answer.statusCode());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
