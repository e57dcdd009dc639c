package dev.mtdconnector.bench;

import dev.mtdconnector.storage.Change;
import dev.mtdconnector.storage.Tables;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/**
 * The limit: reads the bytes that our sync read, one request after the other by the HTTP client below the SDK, and writes the
 * rows that it wrote in the same transactions by the same adapter. Nothing is parsed, nothing is decided, no row is read.
 */
final class BareLoop {

    private final OkHttpClient http = new OkHttpClient();
    private final byte[] buffer = new byte[64 << 10];
    private final String root;
    private final String token;
    private long bytes;

    BareLoop(URI graph, String token) {
        this.root = graph + "/v1.0";
        this.token = token;
    }

    void run(List<Script.Step> steps, Tables tables) {
        for (Script.Step step : steps) {
            if (step instanceof Script.Get get) {
                read(request(get.address()).build());
            } else if (step instanceof Script.Batch batch) {
                read(request("/$batch").post(body(batch)).build());
            } else if (step instanceof CountingTables.Write write) {
                tables.table(write.table()).transact(anyVersion(write.changes()));
            }
        }
    }

    /** Bodies read so far. */
    long bytes() {
        return bytes;
    }

    private Request.Builder request(String address) {
        return new Request.Builder()
                .url(address.startsWith("/") ? root + address : address)
                .header("Authorization", "Bearer " + token)
                .header("ConsistencyLevel", "eventual");
    }

    private void read(Request request) {
        try (Response response = http.newCall(request).execute();
                InputStream body = response.body().byteStream()) {
            if (!response.isSuccessful()) {
                throw new IllegalStateException(response + " " + response.body().string());
            }
            for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
                bytes += read;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RequestBody body(Script.Batch batch) {
        StringBuilder text = new StringBuilder("{\"requests\":[");
        for (int i = 0; i < batch.paths().size(); i++) {
            text.append(i == 0 ? "" : ",")
                    .append("{\"id\":\"" + i + "\",\"method\":\"GET\",\"url\":\""
                            + batch.paths().get(i) + "\"}");
        }
        return RequestBody.create(
                text.append("]}").toString().getBytes(StandardCharsets.UTF_8), MediaType.get("application/json"));
    }

    /** ETags are of the run that wrote first. */
    private static List<Change> anyVersion(List<Change> changes) {
        List<Change> all = new ArrayList<>(changes.size());
        for (Change change : changes) {
            all.add(
                    change instanceof Change.Update update
                            ? new Change.Update(update.row(), update.mode(), null)
                            : change);
        }
        return all;
    }
}
