package dev.mtdconnector.local.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StoryRunnerTest {

    private static final String PAGE = """
            ```http create 201 keep=apiKey:key
            POST http://localhost:7071/create
            Authorization: Bearer ${operatorKey}

            {
              "name": "Lena's",
              "home": "http://localhost:7080/"
            }
            ```
            ```http start 303 keep=Location:next
            POST http://localhost:7071/start
            Content-Type: application/x-www-form-urlencoded

            a=b&c=d
            ```
            ```http follow 200
            GET ${next}
            ```
            ```http wait 200 until=deep.state:ready
            GET http://localhost:7080/state
            Authorization: Bearer ${key}
            ```
            """;

    private final List<String> received = Collections.synchronizedList(new ArrayList<>());
    private final List<String> pumped = new ArrayList<>();
    private HttpServer server;
    private String address;
    private int looks;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        address = "http://localhost:" + server.getAddress().getPort();
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void theStepsRunWithKeptValuesCookiesAndRealAddresses() {
        StoryRunner runner = runner(Duration.ofSeconds(20));

        runner.runAll();

        assertThat(runner.values()).containsEntry("key", "k-1").containsEntry("next", address + "/follow");
        assertThat(received)
                .containsExactly(
                        "POST /create Bearer op null {  \"name\": \"Lena's\",  \"home\": \"" + address + "/\"}",
                        "POST /start null null a=b&c=d",
                        "GET /follow null session=7 ",
                        "GET /state Bearer k-1 null ",
                        "GET /state Bearer k-1 null ",
                        "GET /state Bearer k-1 null ");
        assertThat(pumped).hasSize(2);
    }

    @Test
    void aNewBrowserHasNoCookies() {
        StoryRunner runner = runner(Duration.ofSeconds(20));
        runner.run("create", "start");
        runner.openNewBrowser();

        runner.run("follow");

        assertThat(received).last().isEqualTo("GET /follow null null ");
    }

    @Test
    void anotherStatusThanThePageSaysIsAFailure() {
        StoryRunner runner = new StoryRunner(
                StoryDocument.parse("```http create 200\nPOST http://localhost:7071/create\n```"),
                address,
                address,
                Map.of(),
                () -> {},
                Duration.ZERO);

        assertThatThrownBy(() -> runner.run("create"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("create: status 201 instead of 200");
    }

    @Test
    void waitingEnds() {
        looks = Integer.MIN_VALUE;
        StoryRunner runner = runner(Duration.ZERO);
        runner.run("create");

        assertThatThrownBy(() -> runner.run("wait"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("not deep.state=ready");
    }

    @Test
    void thePrintedCommandsDoTheSameInAShell(@TempDir Path folder) throws Exception {
        Assumptions.assumeTrue(onPath("curl") && onPath("sh"), "needs sh and curl");
        List<String> lines = new CurlCommands(
                        StoryDocument.parse(PAGE),
                        Map.of("operatorKey", "op"),
                        Map.of(StoryRunner.DOCUMENTED_CONNECTOR, address, StoryRunner.DOCUMENTED_CONTOSO, address),
                        folder.resolve("cookies").toString())
                .lines(List.of("create", "start", "follow", "wait"));
        Path script = Files.write(folder.resolve("walk.sh"), lines);

        Process shell = new ProcessBuilder("sh", "-e", script.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
        assertThat(shell.waitFor(60, TimeUnit.SECONDS)).isTrue();

        String output = Files.readString(folder.resolve("output"));
        assertThat(shell.exitValue()).as(output).isZero();
        assertThat(received)
                .startsWith(
                        "POST /create Bearer op null { \"name\": \"Lena's\", \"home\": \"" + address + "/\" }",
                        "POST /start null null a=b&c=d",
                        "GET /follow null session=7 ",
                        "GET /state Bearer k-1 null ");
    }

    private StoryRunner runner(Duration patience) {
        return new StoryRunner(
                StoryDocument.parse(PAGE),
                address,
                address,
                Map.of("operatorKey", "op"),
                () -> pumped.add("pump"),
                patience);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var headers = exchange.getRequestHeaders();
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String path = exchange.getRequestURI().getPath();
            received.add(exchange.getRequestMethod() + " " + path + " " + headers.getFirst("Authorization") + " "
                    + headers.getFirst("Cookie") + " " + body.replace("\n", ""));
            switch (path) {
                case "/create" -> send(exchange, 201, "{\"apiKey\": \"k-1\"}");
                case "/start" -> {
                    exchange.getResponseHeaders()
                            .set("Set-Cookie", "session=7; Path=/follow; Max-Age=60; HttpOnly; SameSite=Lax");
                    exchange.getResponseHeaders().set("Location", address + "/follow");
                    send(exchange, 303, "");
                }
                case "/state" ->
                    send(exchange, 200, "{\"deep\": {\"state\": \"" + (++looks > 2 ? "ready" : "not yet") + "\"}}");
                default -> send(exchange, 200, "here");
            }
        }
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
    }

    private static boolean onPath(String program) throws InterruptedException {
        try {
            return new ProcessBuilder(program, program.equals("sh") ? "-c" : "--version", "true")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
