package dev.mtdconnector.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.app.App;
import dev.mtdconnector.app.Edges;
import dev.mtdconnector.app.Settings;
import dev.mtdconnector.http.HttpAnswer;
import dev.mtdconnector.http.HttpRequest;
import dev.mtdconnector.local.ForeignProvider;
import dev.mtdconnector.tenant.Registration;
import dev.mtdconnector.testing.FakeDirectory;
import dev.mtdconnector.testing.FakeEntra;
import dev.mtdconnector.testing.MemoryQueues;
import dev.mtdconnector.testing.MemoryTables;
import dev.mtdconnector.testing.RecordingSleeper;
import dev.mtdconnector.testing.SettableClock;
import dev.mtdconnector.testing.TestApp;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * The product as it is wired, with a sign-in service that others wrote; what the directory says of groups and consents is
 * ours. One browser stands before it.
 */
final class ForeignSignIn {

    private static final String FULL_GROUP = TestApp.FULL_GROUP;
    private static final String OPERATOR_KEY = "operator-key-of-a-test-0123456789abcdef";

    private final App app;
    private String cookie = "";

    ForeignSignIn(URI provider, ForeignProvider.Client client, ForeignProvider.Person person) {
        Clock clock = Clock.systemUTC();
        FakeEntra entra = new FakeEntra(clock);
        FakeDirectory directory = new FakeDirectory().withGroup(FULL_GROUP, "MTD Full Access");
        Settings settings = Settings.from(settings(provider, client));
        RecordingSleeper sleeper = new RecordingSleeper(new SettableClock(clock.instant()));
        Edges real = Edges.of(settings, clock, sleeper);
        MemoryTables tables = new MemoryTables();
        MemoryQueues queues = new MemoryQueues(new SettableClock(clock.instant()));
        app = new App(
                settings,
                new Edges(
                        () -> tables,
                        () -> queues,
                        () -> directory,
                        () -> directory,
                        () -> entra,
                        real.signingKeys(),
                        real.codeRedemption(),
                        () -> entra,
                        real.directoryNames(),
                        real.intuneConnection(),
                        real.intunePublisher(),
                        real.directoryTargets(),
                        real.reportedStates(),
                        real.detectedApps(),
                        real.mailer(),
                        real.riskApi(),
                        clock,
                        sleeper));
        entra.withMember(FULL_GROUP, person.userId());
        entra.grant(Registration.BASE);
        String key = send(
                        "POST", "/api/v1/operator/tenants", OPERATOR_KEY, """
                {"directoryId": "%s", "fullAccessGroupId": "%s", "primaryContact": "a@contoso.example"}
                """.formatted(person.tenantId(), FULL_GROUP))
                .body()
                .replaceFirst("(?s).*\"apiKey\":\"([^\"]*)\".*", "$1");
        assertThat(send("POST", "/api/v1/tenant/consent-check", key, "{\"registration\": \"base\"}")
                        .body())
                .contains("granted");
    }

    private static Map<String, String> settings(URI provider, ForeignProvider.Client client) {
        Map<String, String> values = new HashMap<>();
        values.put("MTD_PUBLIC_URL", "https://connector.example");
        values.put("STATE_STORAGE", "UseDevelopmentStorage=true");
        values.put("LOGIN_ENDPOINT", provider.toString());
        values.put("MTD_BASE_CLIENT_ID", client.id());
        values.put("MTD_BASE_CLIENT_SECRET", client.secret());
        values.put("MTD_PARTNER_CLIENT_ID", "0f445670-4b58-44e7-8afa-48335ce0baa0");
        values.put("MTD_PARTNER_CLIENT_SECRET", "a-secret");
        values.put("MTD_OPERATOR_KEY", OPERATOR_KEY);
        values.put("MTD_MAIL_HOST", "mail.example");
        values.put("MTD_MAIL_FROM", "mtd@connector.example");
        return values;
    }

    /** Begins a sign-in; the address at the sign-in service to which the browser is sent. */
    String begin(String address) {
        HttpAnswer answer = get(address);
        assertThat(answer.status()).as(answer.body()).isEqualTo(303);
        return Objects.requireNonNull(answer.headers().get("Location"));
    }

    /** The browser comes back with what the sign-in service gave it; status and where it is sent then. */
    String comeBack(Map<String, String> fields) {
        HttpAnswer answer = get("/signin/callback?"
                + fields.entrySet().stream()
                        .map(field ->
                                field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                        .collect(Collectors.joining("&")));
        return answer.status() + " " + answer.headers().get("Location");
    }

    /** Who the connector takes the browser for. */
    String me() {
        return get("/api/v1/me").body();
    }

    private HttpAnswer get(String address) {
        URI uri = URI.create("https://connector.example" + address);
        Map<String, String> query = new HashMap<>();
        String raw = Objects.requireNonNullElse(uri.getQuery(), "");
        for (String field : raw.split("&", -1)) {
            int equals = field.indexOf('=');
            if (equals > 0) {
                query.put(field.substring(0, equals), field.substring(equals + 1));
            }
        }
        HttpAnswer answer =
                app.handle(new HttpRequest("GET", uri.getPath(), query, Map.of("Cookie", cookie), "", Map.of()));
        String set = answer.headers().get("Set-Cookie");
        if (set != null) {
            cookie = set.replaceFirst(";.*", "");
        }
        return answer;
    }

    private HttpAnswer send(String method, String path, String bearer, String body) {
        Map<String, String> headers = Map.of(
                "Authorization", "Bearer " + bearer,
                "Content-Type", "application/json",
                "Content-Length", "" + body.getBytes(StandardCharsets.UTF_8).length);
        return app.handle(new HttpRequest(method, path, Map.of(), headers, body, Map.of()));
    }
}
