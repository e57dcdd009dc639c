package dev.mtdconnector.local.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mtdconnector.local.host.DevelopmentHost.Mode;
import dev.mtdconnector.local.host.sample.SampleHttp;
import dev.mtdconnector.local.host.sample.SampleJobs;
import dev.mtdconnector.testing.MemoryQueues;
import dev.mtdconnector.testing.SettableClock;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HttpTriggerTest {

    private final SampleJobs jobs = new SampleJobs();
    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-21T09:00:00Z"));
    private final HttpClient client = HttpClient.newHttpClient();
    private DevelopmentHost host;

    @BeforeEach
    void start() throws IOException {
        host = DevelopmentHost.start(
                Fixture.parts(clock, new MemoryQueues(clock), 0, jobs, new SampleHttp()), Mode.MANUAL);
    }

    @AfterEach
    void stop() {
        host.close();
    }

    @Test
    void aRequestReachesItsFunctionWithSingleValuedHeadersAndQueryParameters() throws Exception {
        HttpRequest request = request("POST", "/echo/a%2Fb/c?x=1&empty=&X=2&sp=a+b", BodyPublishers.ofString("größe"))
                .header("X-Test", "one")
                .header("X-Test", "two")
                .build();

        HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).contains("text/plain; charset=utf-8");
        assertThat(answer.body())
                .isEqualTo("POST " + host.address() + "/echo/a%2Fb/c?x=1&empty=&X=2&sp=a+b"
                        + "\nrest=a/b/c\nquery={sp=a b, x=1,2}\nx-test=one,two\nbody=größe");
    }

    @Test
    void aChunkedBodyArrivesEmpty() throws Exception {
        BodyPublisher chunked =
                BodyPublishers.ofInputStream(() -> new ByteArrayInputStream("lost".getBytes(StandardCharsets.UTF_8)));

        HttpResponse<String> answer =
                client.send(request("POST", "/echo", chunked).build(), BodyHandlers.ofString());

        assertThat(answer.body()).endsWith("body=(none)");
    }

    @Test
    void aBodyOfBytesDoesNotReachAFunctionThatTakesText() throws Exception {
        HttpRequest request = request("POST", "/echo", BodyPublishers.ofString("x"))
                .header("Content-Type", "multipart/form-data; boundary=b")
                .build();

        assertThat(client.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(500);
    }

    @Test
    void onlyOneCookieReachesTheClient() throws Exception {
        assertThat(get("/cookies").headers().allValues("set-cookie")).containsExactly("second=2");
    }

    @Test
    void anExceptionIsA500WithoutAWord() throws Exception {
        HttpResponse<String> answer = get("/broken");

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void theFirstFunctionByNameTakesARouteThatSeveralMatch() throws Exception {
        assertThat(get("/twins/a").body()).isEqualTo("AnyTwin");
    }

    @Test
    void aFunctionThatDoesNotTakeTheMethodIsPassedOver() throws Exception {
        assertThat(send("POST", "/twins/a").body()).isEqualTo("ExactTwin");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /twins/a/, 200",
        "DELETE, /twins/a, 404",
        "HEAD, /twins/a, 404",
        "HEAD, /echo, 200",
        "GET, /nothing, 404",
        "GET, /, 204",
        "GET, /admin, 404",
        "GET, /admin/functions/EveryMinute, 404",
        "GET, /runtime/webhooks, 404",
        "GET, /guarded, 401",
        "GET, /guarded?code=wrong, 401"
    })
    void thePlatformAnswersWithoutABody(String method, String path, int status) throws Exception {
        HttpResponse<String> answer = send(method, path);

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body().isEmpty()).isEqualTo(status != 200 || method.equals("HEAD"));
    }

    @Test
    void aFunctionThatIsNotAnonymousOpensToTheHostsKey() throws Exception {
        HttpRequest byHeader = request("GET", "/guarded", BodyPublishers.noBody())
                .header("x-functions-key", host.key())
                .build();

        assertThat(client.send(byHeader, BodyHandlers.ofString()).statusCode()).isEqualTo(204);
        assertThat(get("/guarded?code=" + host.key()).statusCode()).isEqualTo(204);
    }

    @Test
    void theAdminRouteRunsATimerOrQueueFunctionNow() throws Exception {
        assertThat(admin("EveryMinute", "{\"input\": \"\"}")).isEqualTo(202);
        assertThat(admin("jobs", "{\"input\": \"by hand\"}")).isEqualTo(202);

        assertThat(jobs.minutes).hasSize(1);
        assertThat(jobs.messages).containsExactly("by hand");
    }

    @Test
    void theAdminRouteRefusesWhatItCannotRun() throws Exception {
        assertThat(admin("NoSuch", "{\"input\": \"\"}")).isEqualTo(404);
        assertThat(admin("Echo", "{\"input\": \"\"}")).isEqualTo(404);
        assertThat(admin("Jobs", "{}")).isEqualTo(400);
        assertThat(admin("Jobs", "no json")).isEqualTo(400);
        assertThat(jobs.messages).isEmpty();
    }

    @Test
    void aTakenPortIsSaidAndNothingStaysBehind() {
        int taken = host.port();

        assertThatThrownBy(() -> DevelopmentHost.start(
                        Fixture.parts(clock, new MemoryQueues(clock), taken, jobs, new SampleHttp()), Mode.AUTOMATIC))
                .isInstanceOf(BindException.class);
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith("host-timer"));
    }

    @Test
    void closingWaitsForTheAnswerUnderWay() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        jobs.work = input -> {
            entered.countDown();
            Fixture.await(leave);
        };
        var answer = client.sendAsync(
                request("POST", "/admin/functions/Jobs", BodyPublishers.ofString("{\"input\": \"slow\"}"))
                        .build(),
                BodyHandlers.ofString());
        Fixture.await(entered);

        Thread closing = new Thread(host::close);
        closing.start();
        leave.countDown();
        closing.join();

        assertThat(answer.join().statusCode()).isEqualTo(202);
    }

    private int admin(String function, String body) throws Exception {
        HttpRequest request = request("POST", "/admin/functions/" + function, BodyPublishers.ofString(body))
                .build();
        return client.send(request, BodyHandlers.ofString()).statusCode();
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send("GET", path);
    }

    private HttpResponse<String> send(String method, String path) throws Exception {
        return client.send(request(method, path, BodyPublishers.noBody()).build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String method, String path, BodyPublisher body) {
        return HttpRequest.newBuilder(URI.create(host.address() + path)).method(method, body);
    }
}
