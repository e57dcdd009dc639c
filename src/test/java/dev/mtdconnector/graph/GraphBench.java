package dev.mtdconnector.graph;

import dev.mtdconnector.stub.StubServer;
import dev.mtdconnector.tenant.Registration;
import dev.mtdconnector.testing.RecordingSleeper;
import dev.mtdconnector.testing.SettableClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The Graph adapter over the real SDK and a stub of Graph; tokens are numbered. */
final class GraphBench implements AutoCloseable {

    static final String TENANT = "9b5dbe3f-0c99-4f71-ae4a-ab3e23a9a412";
    static final GraphCaller CALLER = new GraphCaller(Registration.BASE, TENANT);
    static final String CANARY = "canary-token";

    final StubServer graph = StubServer.http();
    final SettableClock clock = new SettableClock(SettableClock.MORNING);
    final RecordingSleeper sleeper = new RecordingSleeper(clock);
    final NumberedTokens tokens = new NumberedTokens();
    final GraphSettings settings = new GraphSettings(graph.uri(), "https://graph.microsoft.com/.default");
    final GraphClient client = new GraphClient(settings, tokens, clock, sleeper, new Random(1));

    GraphDirectory directory() {
        return new GraphDirectory(client);
    }

    List<String> ids(String path) {
        List<String> ids = new ArrayList<>();
        client.collection(
                CALLER, client.get(path), node -> ids.add(node.path("id").asText()));
        return ids;
    }

    @Override
    public void close() {
        graph.close();
    }

    /** A new token whenever the last was dropped. */
    static final class NumberedTokens implements AccessTokens {

        final List<Key> asked = new ArrayList<>();
        private int number = 1;

        @Override
        public synchronized String token(Key key) {
            asked.add(key);
            return CANARY + "-" + number;
        }

        @Override
        public synchronized void drop(Key key, String refused) {
            if (refused.equals(CANARY + "-" + number)) {
                number++;
            }
        }
    }
}
