package dev.mtdconnector.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How the adapter takes a service that fails, which Azurite does not do on request. */
class StorageFaultsTest {

    private static final Row ROW = Row.of("p", "k", Map.of("N", 1));

    private final ConcurrentLinkedQueue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final AtomicInteger requests = new AtomicInteger();
    private final CountDownLatch end = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;
    private Table table;

    /** What the service answers next; status 0 is no answer at all. */
    private record Answer(int status, String retryAfter, String body) {
        static Answer error(int status, String code) {
            return new Answer(
                    status,
                    "",
                    "{\"odata.error\":{\"code\":\"" + code + "\",\"message\":{\"lang\":\"en-US\",\"value\":\"x\"}}}");
        }
    }

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
        String address = "http://127.0.0.1:" + server.getAddress().getPort() + "/account";
        StorageSettings settings =
                StorageSettings.of("DefaultEndpointsProtocol=http;AccountName=account;AccountKey=a2V5;"
                        + "TableEndpoint=" + address + ";QueueEndpoint=" + address + ";BlobEndpoint=" + address);
        table = new AzureTables(StorageClients.tables(settings, Duration.ofMillis(300))).table("things");
    }

    @AfterEach
    void stop() {
        end.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    @Test
    void aConflictOnTheFirstTryIsAConflict() {
        answers.add(Answer.error(409, "EntityAlreadyExists"));

        assertThatThrownBy(this::insert).isInstanceOf(ConflictException.class);
        assertThat(requests).hasValue(1);
    }

    @Test
    void aConflictAfterAFailedTryIsNoConflictButUnknown() {
        for (Change change : List.of(
                new Change.Insert(ROW),
                new Change.Update(ROW, Change.Mode.MERGE, "W/\"1\""),
                new Change.Delete(ROW, null))) {
            answers.add(Answer.error(500, "InternalError"));
            answers.add(
                    change instanceof Change.Insert
                            ? Answer.error(409, "EntityAlreadyExists")
                            : change instanceof Change.Update
                                    ? Answer.error(412, "UpdateConditionNotSatisfied")
                                    : Answer.error(404, "ResourceNotFound"));

            assertThatThrownBy(() -> table.transact(List.of(change))).isInstanceOf(StorageException.class);
        }
        assertThat(requests).hasValue(6);
    }

    @Test
    void itGivesUpAfterThreeTries() {
        for (int i = 0; i < 5; i++) {
            answers.add(Answer.error(503, "ServerBusy"));
        }

        assertThatThrownBy(() -> table.get("p", "k")).isInstanceOf(StorageException.class);
        assertThat(requests).hasValue(3);
    }

    @Test
    void itDoesNotSitOutAWaitThatTheServiceAsksFor() {
        answers.add(new Answer(503, "3600", ""));

        assertThatThrownBy(() -> table.get("p", "k")).isInstanceOf(StorageException.class);
        assertThat(requests).hasValue(1);
    }

    @Test
    void aServiceThatDoesNotAnswerIsAFailureInTheEnd() {
        for (int i = 0; i < 3; i++) {
            answers.add(new Answer(0, "", ""));
        }

        assertThatThrownBy(this::insert).isInstanceOf(StorageException.class);
        assertThat(requests).hasValue(3);
    }

    @Test
    void aServiceThatIsNotThereIsAFailure() {
        server.stop(0);

        assertThatThrownBy(this::insert).isInstanceOf(StorageException.class);
    }

    @Test
    void anAnswerInXmlIsAFailure() {
        answers.add(new Answer(413, "", "<?xml version=\"1.0\"?><Error><Code>RequestBodyTooLarge</Code></Error>"));

        assertThatThrownBy(() ->
                        table.transact(List.of(new Change.Insert(ROW), new Change.Insert(Row.of("p", "l", Map.of())))))
                .isInstanceOf(StorageException.class);
    }

    @Test
    void aTableThatIsBeingDeletedIsAFailureAndNoConflict() {
        answers.add(Answer.error(409, "TableBeingDeleted"));
        answers.add(Answer.error(404, "TableNotFound"));
        answers.add(Answer.error(409, "TableBeingDeleted"));

        assertThatThrownBy(this::insert).isInstanceOf(StorageException.class);
        assertThatThrownBy(this::insert).isInstanceOf(StorageException.class);
    }

    @Test
    void anInterruptedThreadStaysInterrupted() {
        Thread.currentThread().interrupt();

        StorageException failure = catchThrowableOfType(StorageException.class, this::insert);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(failure).isNotNull();
    }

    @Test
    void theSettingsAreAConnectionStringOrAddressesAndShowNoKey() {
        URI uri = URI.create("https://account.table.example.net");

        assertThat(StorageSettings.of("AccountKey=s3cret")).asString().doesNotContain("s3cret");
        assertThat(StorageSettings.of(uri, uri, uri, null).tableServiceUri()).isEqualTo(uri);
        assertThatThrownBy(() -> new StorageSettings(null, uri, uri, null, null))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new StorageSettings("x", uri, uri, uri, null))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private void insert() {
        table.transact(List.of(new Change.Insert(ROW)));
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            requests.incrementAndGet();
            exchange.getRequestBody().readAllBytes();
            Answer answer = answers.isEmpty() ? Answer.error(500, "Unexpected") : answers.remove();
            if (answer.status() == 0) {
                end.await();
                return;
            }
            if (!answer.retryAfter().isEmpty()) {
                exchange.getResponseHeaders().set("Retry-After", answer.retryAfter());
            }
            boolean xml = answer.body().startsWith("<");
            exchange.getResponseHeaders().set("Content-Type", xml ? "application/xml" : "application/json");
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
