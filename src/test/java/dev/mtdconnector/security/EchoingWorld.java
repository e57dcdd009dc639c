package dev.mtdconnector.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.jwk.JWKSet;
import dev.mtdconnector.app.App;
import dev.mtdconnector.app.Edges;
import dev.mtdconnector.app.Settings;
import dev.mtdconnector.http.HttpAnswer;
import dev.mtdconnector.http.HttpRequest;
import dev.mtdconnector.local.http.LoopbackCertificate;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.stub.StubServer;
import dev.mtdconnector.stub.StubServer.Answer;
import dev.mtdconnector.tenant.Registration;
import dev.mtdconnector.testing.FakeEntra;
import dev.mtdconnector.testing.MemoryQueues;
import dev.mtdconnector.testing.MemoryTables;
import dev.mtdconnector.testing.RecordingSleeper;
import dev.mtdconnector.testing.SettableClock;
import dev.mtdconnector.testing.TestApp;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;

/**
 * The product with its real adapters over upstreams that either work, or give whatever answer a test wants from them.
 * Storage is in memory.
 */
final class EchoingWorld implements AutoCloseable {

    static final String TENANT = TestApp.TENANT;
    private static final ObjectMapper JSON = new ObjectMapper();

    final Canaries canaries;
    final SettableClock clock = new SettableClock(TestApp.START);
    final MemoryTables tables = new MemoryTables();
    final MemoryQueues queues = new MemoryQueues(clock);
    final List<String> answers = new ArrayList<>();

    private final StubServer login;
    private final StubServer graph = StubServer.http();
    private final StubServer intune = StubServer.http();
    private final EchoingSmtp smtp;
    private final SSLContext trusted;
    private final App app;
    private final String operatorKey;
    private volatile Map<Service, Function<StubServer.Request, Answer>> troubled = Map.of();
    private String apiKey = "";
    private URI discovered = URI.create("http://localhost:1");

    /**
     * @param changed settings that differ from those of a developer with fixed addresses
     */
    EchoingWorld(Canaries canaries, Path folder, Map<String, String> changed) throws Exception {
        this.canaries = canaries;
        LoopbackCertificate certificate = LoopbackCertificate.in(folder);
        trusted = SSLContext.getDefault();
        SSLContext.setDefault(certificate.context());
        login = StubServer.https(certificate.context());
        smtp = new EchoingSmtp(canaries.plant("text of the mail server"));
        login.then(request -> answer(Service.LOGIN, request, this::loginAnswer));
        graph.then(request -> answer(Service.GRAPH, request, this::graphAnswer));
        intune.then(request -> answer(Service.INTUNE, request, this::intuneAnswer));
        operatorKey = canaries.plant("operator key");
        Map<String, String> environment = settings();
        environment.putAll(changed);
        Settings settings = Settings.from(environment);
        Edges real = Edges.of(settings, clock, new RecordingSleeper(clock));
        app = new App(
                settings,
                new Edges(
                        () -> tables,
                        () -> queues,
                        real.directory(),
                        real.directoryChanges(),
                        real.grantedRoles(),
                        real.signingKeys(),
                        real.codeRedemption(),
                        real.groupMembership(),
                        real.directoryNames(),
                        real.intuneConnection(),
                        real.intunePublisher(),
                        real.directoryTargets(),
                        real.reportedStates(),
                        real.detectedApps(),
                        real.mailer(),
                        real.riskApi(),
                        clock,
                        real.sleeper()));
    }

    private Map<String, String> settings() {
        Map<String, String> values = new HashMap<>();
        values.put("MTD_PUBLIC_URL", "http://localhost:7071");
        values.put("STATE_STORAGE", "AccountKey=" + canaries.plant("storage key"));
        values.put("LOGIN_ENDPOINT", login.uri().toString());
        values.put("GRAPH_ENDPOINT", graph.uri().toString());
        values.put("INTUNE_SERVICE_ENDPOINT", intune.uri().toString());
        values.put("MTD_BASE_CLIENT_ID", TestApp.BASE_CLIENT);
        values.put("MTD_BASE_CLIENT_SECRET", canaries.plant("base client secret"));
        values.put("MTD_PARTNER_CLIENT_ID", "0f445670-4b58-44e7-8afa-48335ce0baa0");
        values.put("MTD_PARTNER_CLIENT_SECRET", canaries.plant("partner client secret"));
        values.put("MTD_PARTNER_ENTITY_TYPE", "1001");
        values.put("MTD_PARTNER_THREAT_FIELD", "ThreatState");
        values.put("MTD_AGENT_CLIENT_IDS", TestApp.AGENT_CLIENT);
        values.put("MTD_OPERATOR_KEY", operatorKey);
        values.put("MTD_MAIL_HOST", "127.0.0.1");
        values.put("MTD_MAIL_PORT", Integer.toString(smtp.port()));
        values.put("MTD_MAIL_SECURITY", "none");
        values.put("MTD_MAIL_FROM", "mtd@connector.example");
        return values;
    }

    /** Upstreams. */
    enum Service {
        LOGIN,
        GRAPH,
        INTUNE
    }

    /** From now on these answer this, and the mail server refuses. */
    void trouble(Set<Service> services, Function<StubServer.Request, Answer> answer) {
        troubled = Map.copyOf(services.stream().collect(Collectors.toMap(service -> service, service -> answer)));
        smtp.refuse(true);
    }

    private Answer answer(Service service, StubServer.Request request, Function<StubServer.Request, Answer> healthy) {
        return troubled.getOrDefault(service, healthy).apply(request);
    }

    private Answer loginAnswer(StubServer.Request request) {
        if (request.uri().getPath().endsWith("/keys")) {
            return Answer.json(200, new JWKSet(FakeEntra.KEY.toPublicJWK()).toString());
        }
        String token = "eyJhbGciOiJub25lIn0." + base64("{\"tid\":\"" + TENANT + "\"}") + "."
                + canaries.plant("access token " + canaries.count());
        return Answer.json(200, "{\"token_type\":\"Bearer\",\"expires_in\":3600,\"access_token\":\"" + token + "\"}");
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private Answer graphAnswer(StubServer.Request request) {
        String path = request.uri().getPath();
        ObjectNode page = JSON.createObjectNode();
        ArrayNode value = page.putArray("value");
        if (path.endsWith("/appRoleAssignments")) {
            for (Registration registration : Registration.values()) {
                registration
                        .requiredRoles()
                        .forEach(role ->
                                value.addObject().put("appRoleId", role.id().toString()));
            }
        } else if (path.endsWith("/endpoints")) {
            for (String name : List.of("PartnerTenantDataSyncService", "PartnerDeviceDataSyncService")) {
                value.addObject().put("providerName", name).put("uri", discovered + "/service");
            }
        } else if (path.endsWith("/groups/delta") || path.endsWith("/devices/delta")) {
            boolean isFirst =
                    path.endsWith("/groups/delta") && !request.uri().getQuery().contains("deltatoken");
            if (isFirst) {
                ObjectNode group = value.addObject().put("id", TestApp.GROUP);
                group.putArray("members@delta")
                        .addObject()
                        .put("@odata.type", "#microsoft.graph.user")
                        .put("id", TestApp.LENA);
            }
            page.put("@odata.deltaLink", graph.uri() + path + "?$deltatoken=next");
        } else if (path.endsWith("/devices")) {
            ObjectNode phone = value.addObject();
            putPhone(phone);
            phone.putArray("registeredOwners").addObject().put("id", TestApp.LENA);
        } else if (path.endsWith("/$batch")) {
            return Answer.json(200, batch(request.body()).toString());
        } else {
            value.addObject()
                    .put("id", TestApp.GROUP)
                    .put("displayName", "Mobile Threat Defense Users")
                    .put("securityEnabled", true);
        }
        return Answer.json(200, page.toString());
    }

    private static ObjectNode batch(String body) {
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode responses = answer.putArray("responses");
        for (JsonNode part : read(body).path("requests")) {
            ObjectNode response =
                    responses.addObject().put("id", part.path("id").asText()).put("status", 200);
            ObjectNode content = response.putObject("body");
            if (part.path("url").asText().contains("transitiveMembers")) {
                content.putArray("value");
            }
            content.put("id", TestApp.LENA).put("userPrincipalName", "lena@contoso.example");
            if (part.path("url").asText().contains("ownedDevices")) {
                putPhone(content.putArray("ownedDevices").addObject());
            }
        }
        return answer;
    }

    private static void putPhone(ObjectNode device) {
        device.put("id", "1d6f3f0e-6a0f-4a53-8f41-0a5f8d2f7b12")
                .put("deviceId", TestApp.PHONE)
                .put("displayName", "Phone")
                .put("operatingSystem", "iOS")
                .put("operatingSystemVersion", "18.6")
                .put("isManaged", true);
    }

    private Answer intuneAnswer(StubServer.Request request) {
        if (request.uri().getPath().contains("Heartbeat")) {
            return Answer.json(200, "{\"Timestamp\":\"" + clock.instant() + "\",\"MessageErrors\":[]}");
        }
        return Answer.json(200, request.method().equals("GET") ? "{\"Status\":\"Completed\"}" : "{}");
    }

    /** A token of the agent app's user. */
    String agentToken() {
        var claims = new FakeEntra(clock)
                .claims(TENANT, TestApp.LENA)
                .issuer(login.uri() + "/" + TENANT + "/v2.0")
                .build();
        return FakeEntra.sign(claims, FakeEntra.KEY);
    }

    HttpAnswer asOperator(String method, String path, String body) {
        return send(method, path, operatorKey, body);
    }

    HttpAnswer asAdministrator(String method, String path, String body) {
        return send(method, path, apiKey, body);
    }

    /** Keeps the answer, but one that shows a new key. */
    HttpAnswer send(String method, String path, String key, String body) {
        HttpAnswer answer = app.handle(new HttpRequest(
                method,
                path,
                Map.of(),
                Map.of(
                        "Authorization",
                        "Bearer " + key,
                        "Content-Type",
                        "application/json",
                        "Content-Length",
                        Integer.toString(body.length())),
                body,
                Map.of()));
        boolean showsNewKey = answer.status() == 201 || (path.endsWith("/activate") && answer.status() == 200);
        if (!showsNewKey) {
            answers.add(path + " " + answer.status() + " " + answer.headers() + " " + answer.body());
        }
        return answer;
    }

    void keepKeys(HttpAnswer onboarded) {
        apiKey = read(onboarded.body()).path("apiKey").asText();
        canaries.watch("api key", apiKey.substring(apiKey.lastIndexOf('.') + 1));
        String feedKey = read(onboarded.body()).path("feedKey").asText();
        canaries.watch("feed key", feedKey.substring(feedKey.lastIndexOf('.') + 1));
    }

    /** Intune's services, as the directory names them. */
    void endpoints(URI address) {
        discovered = address;
    }

    /** A tenant with consents, a connector, and a device that is activated. */
    void setUp() {
        setUpTenant();
        pass(Duration.ofMinutes(6));
        HttpAnswer activated = send(
                "POST",
                "/device/v1/activate",
                canaries.watch("agent token", agentToken()),
                "{\"deviceId\": \"" + TestApp.PHONE + "\"}");
        assertThat(activated.status()).as(activated.body()).isEqualTo(200);
        String credential = read(activated.body()).path("deviceCredential").asText();
        canaries.watch("device credential", credential.substring(credential.lastIndexOf('.') + 1));
    }

    void setUpTenant() {
        HttpAnswer onboarded = asOperator("POST", "/api/v1/operator/tenants", """
                {"directoryId": "%s", "name": "Contoso", "fullAccessGroupId": "e31a58da-0c7f-410e-9c5a-9fa15675e5d8",
                 "primaryContact": "ines.duarte@contoso.example"}""".formatted(TENANT));
        assertThat(onboarded.status()).as(onboarded.body()).isEqualTo(201);
        keepKeys(onboarded);
        for (String registration : List.of("base", "partner")) {
            HttpAnswer check = asAdministrator(
                    "POST", "/api/v1/tenant/consent-check", "{\"registration\": \"" + registration + "\"}");
            assertThat(check.body()).contains("granted");
        }
        assertThat(asAdministrator("POST", "/api/v1/connector", "{\"heartbeatMinutes\": 5}")
                        .status())
                .isEqualTo(201);
        HttpAnswer enrollment = asAdministrator(
                "PUT",
                "/api/v1/connector/enrollment",
                "{\"groups\": [\"Mobile Threat Defense Users\"], \"pollMinutes\": 1}");
        assertThat(enrollment.status()).as(enrollment.body()).isEqualTo(200);
    }

    /** Everything of the product that asks an upstream. */
    void useEverything(int number) {
        for (String registration : List.of("base", "partner")) {
            asAdministrator("POST", "/api/v1/tenant/consent-check", "{\"registration\": \"" + registration + "\"}");
        }
        asAdministrator("PUT", "/api/v1/connector/enrollment", "{\"groups\": [\"Field Sales\"]}");
        asAdministrator("POST", "/api/v1/connector/sync", "");
        send("POST", "/device/v1/activate", agentToken(), "{\"deviceId\": \"" + TestApp.PHONE + "\"}");
        asAdministrator(
                "PUT",
                "/api/v1/connector/state-sync",
                "{\"deviceStatus\": " + (number % 2 == 0) + ", \"threatStatus\": true}");
        asOperator("POST", "/api/v1/operator/tenants", """
                {"directoryId": "00000000-0000-4000-8000-000000000%d", "primaryContact": "someone@fabrikam.example",
                 "fullAccessGroupId": "e31a58da-0c7f-410e-9c5a-9fa15675e5d8"}""".formatted(number));
        pass(Duration.ofMinutes(7));
        asAdministrator("GET", "/api/v1/errors", "");
        asAdministrator("GET", "/api/v1/connector", "");
    }

    static JsonNode read(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError(json, e);
        }
    }

    /** Lets a time go by, in minutes, with a tick each, and takes all messages. */
    void pass(Duration time) {
        for (long minute = 0; minute < time.toMinutes(); minute++) {
            clock.advance(Duration.ofMinutes(1));
            app.tick();
            for (JobKind kind : JobKind.values()) {
                queues.receive(kind.queue(), Duration.ofSeconds(30)).ifPresent(message -> {
                    app.run(kind, message.text());
                    queues.delete(message);
                });
            }
        }
    }

    /** Everything that lies in storage. */
    List<String> stored() {
        List<String> all = new ArrayList<>();
        tables.dump().forEach((name, rows) -> rows.forEach(row -> all.add(name + " " + row)));
        queues.names().forEach(queue -> queues.peek(queue).forEach(message -> all.add(queue + " " + message.text())));
        return all;
    }

    @Override
    public void close() throws Exception {
        SSLContext.setDefault(trusted);
        login.close();
        graph.close();
        intune.close();
        smtp.close();
    }
}
