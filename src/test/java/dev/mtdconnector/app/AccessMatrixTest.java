package dev.mtdconnector.app;

import static dev.mtdconnector.testing.TestApp.FULL_GROUP;
import static dev.mtdconnector.testing.TestApp.INES;
import static dev.mtdconnector.testing.TestApp.LENA;
import static dev.mtdconnector.testing.TestApp.OPERATOR_KEY;
import static dev.mtdconnector.testing.TestApp.OPERATOR_TENANT;
import static dev.mtdconnector.testing.TestApp.PHONE;
import static dev.mtdconnector.testing.TestApp.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.mtdconnector.schedule.Drivers;
import dev.mtdconnector.signin.OperatorTokens;
import dev.mtdconnector.testing.FakeEntra;
import dev.mtdconnector.testing.TestApp;
import dev.mtdconnector.testing.TestApp.Answer;
import dev.mtdconnector.testing.TestBrowser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every route asked by every identity, and the answer compared with what the list of routes says of it. Requests are such
 * that nothing happens where they are let in: a body that is no good, an id that nobody has.
 */
class AccessMatrixTest {

    private static final String RESTRICTED_GROUP = "c93fceeb-10f8-48db-bf81-b7696460a38c";
    private static final String READ_ONLY_GROUP = "3f6a1f4e-7a0f-4d2e-9a57-5a9f3c1d2b6e";
    private static final String OLGA = "11111111-aaaa-4bbb-8ccc-000000000001";
    private static final String RUBEN = "11111111-aaaa-4bbb-8ccc-000000000002";
    private static final String STRANGER = "11111111-aaaa-4bbb-8ccc-000000000003";
    private static final String OTHER_TENANT = "7c1d9a52-0b83-4a55-9a3e-2f6a8c4d1e90";
    private static final String NOBODYS = "00000000-1111-4222-8333-444444444444";

    private final TestApp app = new TestApp();
    private final Map<String, Asking> identities = new HashMap<>();

    /** A route as the golden file has it. */
    private record Listed(String method, String template, String who, String consumes) {

        static List<Listed> all() throws IOException {
            return Files.readAllLines(Path.of("src", "test", "resources", "golden", "routes.txt")).stream()
                    .map(line -> line.split(" \\| ", -1))
                    .map(parts -> new Listed(
                            parts[0].substring(0, parts[0].indexOf(' ')),
                            parts[0].substring(parts[0].indexOf(' ') + 1),
                            parts[2],
                            parts[3]))
                    .toList();
        }

        /** An address of this route that names nothing that exists. */
        String address() {
            return template.replaceAll("\\{[^}]*}", NOBODYS);
        }

        boolean isForAdministrators(String role) {
            return who.startsWith("administrator: ")
                    && List.of(who.substring("administrator: ".length()).split(", ", -1))
                            .contains(role);
        }
    }

    /** Asks a route as somebody. */
    @FunctionalInterface
    private interface Asking {
        Answer ask(Listed route);
    }

    @BeforeEach
    void everybodyIsThere() {
        String tenants = "/api/v1/operator/tenants";
        app.ready();
        app.operator("PATCH", "/" + TENANT, """
                {"restrictedAccessGroupId": "%s", "readOnlyAccessGroupId": "%s"}
                """.formatted(known(RESTRICTED_GROUP), known(READ_ONLY_GROUP)))
                .expect(200);
        app.entra.withMember(RESTRICTED_GROUP, OLGA).withMember(READ_ONLY_GROUP, RUBEN);
        String device = app.activate(PHONE);
        Answer other = app.send("POST", tenants, OPERATOR_KEY, """
                {"directoryId": "%s", "fullAccessGroupId": "%s", "primaryContact": "a@other.example"}
                """.formatted(OTHER_TENANT, NOBODYS))
                .expect(201);

        bearer("nobody", null);
        bearer("operator by key", OPERATOR_KEY);
        bearer(
                "operator by role",
                FakeEntra.sign(
                        app.entra
                                .claims(OPERATOR_TENANT, LENA)
                                .claim("azp", NOBODYS)
                                .claim("scp", null)
                                .claim("roles", List.of(OperatorTokens.ROLE))
                                .build(),
                        FakeEntra.KEY));
        bearer("key full", app.apiKey());
        bearer("key restricted", key("restricted", 90));
        bearer("key read-only", key("read-only", 90));
        bearer("feed", app.feedKey());
        bearer("device", device);
        bearer("agent", app.entra.token(TENANT, LENA));
        bearer("key of another tenant", other.text("/apiKey"));
        String revoked = key("full", 90);
        app.delete("/api/v1/keys/" + revoked.split("\\.", -1)[2]).expect(204);
        bearer("key revoked", revoked);
        bearer("key of no tenant", app.apiKey().replace(TENANT, NOBODYS));
        // Without its drivers a deployment calls itself stale, with a 503.
        app.app().tick();
        app.queues
                .receive(Drivers.QUEUE, Duration.ofSeconds(30))
                .ifPresent(message -> app.app().pulse(message.text()));
        session("session full", INES);
        session("session restricted", OLGA);
        session("session read-only", RUBEN);
    }

    private String known(String groupId) {
        app.directory.withGroup(groupId, "Access " + groupId.charAt(0));
        return groupId;
    }

    private String key(String role, int days) {
        return app.post("/api/v1/keys", """
                        {"kind": "api", "name": "%s", "role": "%s", "expiresInDays": %d}""".formatted(role, role, days))
                .expect(201)
                .text("/key");
    }

    private void bearer(String name, @Nullable String token) {
        identities.put(name, route -> {
            Map<String, String> headers = new HashMap<>(content(route));
            if (token != null) {
                headers.put("Authorization", "Bearer " + token);
            }
            return app.sendWith(route.method(), route.address(), headers, body(route));
        });
    }

    /** Signs in anew for each request: one of them signs out. */
    private void session(String name, String userId) {
        identities.put(name, route -> {
            TestBrowser browser = app.signIn(userId);
            Map<String, String> headers = new HashMap<>(content(route));
            headers.put("Origin", "https://connector.example");
            headers.put("X-CSRF-Token", browser.formToken());
            return browser.send(route.method(), route.address(), headers, body(route));
        });
    }

    private static String body(Listed route) {
        return switch (route.consumes()) {
            case "-" -> "";
            case "application/json" -> "{\"not\": \"known\"}";
            default -> "not=known";
        };
    }

    private static Map<String, String> content(Listed route) {
        return route.consumes().equals("-")
                ? Map.of()
                : Map.of(
                        "Content-Type",
                        route.consumes(),
                        "Content-Length",
                        "" + body(route).length());
    }

    /** 200 for whoever is let in, whatever becomes of the request then. */
    private static int expected(Listed route, String identity) {
        if (route.who().equals("anybody")) {
            return 200;
        }
        if (route.who().startsWith("who signs the body")) {
            return 401;
        }
        boolean isUnknown = List.of("nobody", "key revoked", "key of no tenant").contains(identity);
        if (isUnknown) {
            return 401;
        }
        boolean isSession = identity.startsWith("session ");
        boolean isKey = identity.startsWith("key ");
        String role = identity.equals("key of another tenant") ? "full" : identity.replaceFirst("^(session|key) ", "");
        if (isKey && route.template().equals("/api/v1/me/preferences")) {
            // What a person wants to be told is nothing that a key has.
            return 403;
        }
        if (route.who().startsWith("administrator")) {
            boolean isAdministrator = isSession || isKey;
            // A token of Entra is no identity where none is asked for.
            int otherwise = identity.equals("agent") || identity.equals("operator by role") ? 401 : 403;
            return isAdministrator && route.isForAdministrators(role) ? 200 : otherwise;
        }
        // The cookie of a signed-in browser opens nothing but what is for administrators.
        if (isSession) {
            return 401;
        }
        boolean isOwn = switch (route.who()) {
            case "operator, by key or app role" -> identity.startsWith("operator by ");
            case "feed key, or API key with full access" -> identity.equals("feed") || (isKey && role.equals("full"));
            case "device credential" -> identity.equals("device");
            case "user's token from Entra" -> identity.equals("agent");
            default -> throw new AssertionError("Nobody knows who that is: " + route.who());
        };
        if (isOwn) {
            return 200;
        }
        boolean isToken = identity.equals("agent") || identity.equals("operator by role");
        return isToken ? 401 : 403;
    }

    @TestFactory
    List<DynamicTest> everyRouteAnswersEveryIdentityAsTheListSays() throws IOException {
        return Listed.all().stream()
                .flatMap(route -> identities.entrySet().stream()
                        .map(one -> DynamicTest.dynamicTest(
                                route.method() + " " + route.template() + " as " + one.getKey(),
                                () -> check(route, one.getKey(), one.getValue()))))
                .toList();
    }

    private static void check(Listed route, String identity, Asking asking) {
        Answer answer = asking.ask(route);
        int status = answer.status();
        int expected = expected(route, identity);
        if (expected == 200) {
            boolean isPage = route.who().equals("anybody");
            assertThat(status).as(answer.http().body()).isLessThan(500);
            if (!isPage) {
                assertThat(status).as(answer.http().body()).isNotIn(401, 403);
            }
        } else {
            assertThat(status).as(answer.http().body()).isEqualTo(expected);
        }
        if (identity.equals("key of another tenant")) {
            assertThat(answer.http().body()).doesNotContain(TENANT).doesNotContain(PHONE);
        }
    }

    @TestFactory
    List<DynamicTest> whoIsNoLongerWhoTheyWereIsLetInNowhere() throws IOException {
        String expiring = key("full", 1);
        TestBrowser idle = app.signIn(INES);
        TestBrowser removed = app.signIn(OLGA);
        app.entra.removeMember(RESTRICTED_GROUP, OLGA);
        app.clock.advance(Duration.ofDays(1).plusSeconds(1));
        TestBrowser suspended = app.signIn(INES);
        List<Listed> routes = Listed.all().stream()
                .filter(route -> route.who().startsWith("administrator"))
                .toList();
        for (Listed route : routes) {
            Map<String, String> headers = new HashMap<>(content(route));
            headers.put("Origin", "https://connector.example");
            assertThat(idle.send(route.method(), route.address(), headers, body(route))
                            .status())
                    .isEqualTo(401);
            assertThat(removed.send(route.method(), route.address(), headers, body(route))
                            .status())
                    .isIn(401, 403);
            headers.put("Authorization", "Bearer " + expiring);
            assertThat(app.sendWith(route.method(), route.address(), headers, body(route))
                            .status())
                    .isEqualTo(401);
        }
        app.operator("POST", "/" + TENANT + "/suspend", "{\"reason\": \"unpaid\"}")
                .expect(200);
        String key = app.apiKey();
        return routes.stream()
                .map(route ->
                        DynamicTest.dynamicTest(route.method() + " " + route.template() + " when suspended", () -> {
                            Map<String, String> headers = new HashMap<>(content(route));
                            headers.put("Origin", "https://connector.example");
                            assertThat(suspended
                                            .send(route.method(), route.address(), headers, body(route))
                                            .status())
                                    .isIn(401, 403);
                            headers.put("Authorization", "Bearer " + key);
                            assertThat(app.sendWith(route.method(), route.address(), headers, body(route))
                                            .code())
                                    .isEqualTo("tenant.suspended");
                        }))
                .toList();
    }

    @TestFactory
    List<DynamicTest> thePlacesOfOneTenantAreEmptyForAnother() {
        Asking other = Objects.requireNonNull(identities.get("key of another tenant"));
        return List.of(
                        new Listed("GET", "/api/v1/devices/" + PHONE, "", "-"),
                        new Listed("GET", "/api/v1/devices", "", "-"),
                        new Listed("GET", "/api/v1/tenant", "", "-"),
                        new Listed("GET", "/api/v1/keys", "", "-"),
                        new Listed("GET", "/api/v1/errors", "", "-"),
                        new Listed("GET", "/api/v1/unsupported-devices", "", "-"),
                        new Listed("GET", "/api/v1/app-registrations", "", "-"),
                        new Listed("DELETE", "/api/v1/keys/" + app.apiKey().split("\\.", -1)[2], "", "-"),
                        new Listed("DELETE", "/api/v1/devices/" + PHONE + "/credential", "", "-"))
                .stream()
                .map(route -> DynamicTest.dynamicTest(route.method() + " " + route.template(), () -> {
                    Answer answer = other.ask(route);
                    assertThat(answer.status()).isIn(200, 404);
                    assertThat(answer.http().body())
                            .doesNotContain(TENANT)
                            .doesNotContain("Lena")
                            .doesNotContain(app.apiKey().split("\\.", -1)[2]);
                    assertThatCode(() -> app.get("/api/v1/devices/" + PHONE).expect(200))
                            .doesNotThrowAnyException();
                }))
                .toList();
    }

    @TestFactory
    List<DynamicTest> nobodyElseIsInTheAccessGroups() {
        app.entra.removeMember(FULL_GROUP, STRANGER);
        TestBrowser browser = new TestBrowser(app);
        Answer answer = browser.get(browser.entraSignsIn(browser.begin("/signin?tenant=" + TENANT), STRANGER));
        return List.of(DynamicTest.dynamicTest("a person of the tenant without a group", () -> {
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.http().body()).contains("not authorized to access the service");
        }));
    }
}
