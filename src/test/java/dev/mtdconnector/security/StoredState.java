package dev.mtdconnector.security;

import com.azure.data.tables.TableServiceClientBuilder;
import com.azure.storage.queue.QueueServiceClientBuilder;
import dev.mtdconnector.schedule.JobKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Everything that lies in a storage account: each row and each message as text. */
final class StoredState {

    private StoredState() {}

    static List<String> of(String connectionString) {
        List<String> all = new ArrayList<>();
        var tables = new TableServiceClientBuilder()
                .connectionString(connectionString)
                .buildClient();
        tables.listTables()
                .forEach(table -> tables.getTableClient(table.getName())
                        .listEntities()
                        .forEach(row -> {
                            StringBuilder text = new StringBuilder(table.getName());
                            row.getProperties()
                                    .forEach((name, value) -> text.append(' ')
                                            .append(name)
                                            .append('=')
                                            .append(value instanceof byte[] bytes ? Arrays.toString(bytes) : value));
                            all.add(text.toString());
                        }));
        var queues = new QueueServiceClientBuilder()
                .connectionString(connectionString)
                .buildClient();
        for (JobKind kind : JobKind.values()) {
            for (String queue : List.of(kind.queue(), kind.queue() + "-poison")) {
                queues.getQueueClient(queue)
                        .peekMessages(32, null, null)
                        .forEach(message -> all.add(queue + " " + message.getBody()));
            }
        }
        return all;
    }

    /** The account's key. */
    static String accountKey(String connectionString) {
        return connectionString.replaceFirst(".*AccountKey=", "").replaceFirst(";.*", "");
    }
}
