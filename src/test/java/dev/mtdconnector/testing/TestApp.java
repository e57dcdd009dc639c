package dev.mtdconnector.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mtdconnector.app.App;
import dev.mtdconnector.app.Edges;
import dev.mtdconnector.app.Settings;
import dev.mtdconnector.apps.DetectedApps;
import dev.mtdconnector.connector.IntuneConnection;
import dev.mtdconnector.enrollment.Directory;
import dev.mtdconnector.enrollment.DirectoryChanges;
import dev.mtdconnector.feed.RiskApi;
import dev.mtdconnector.http.HttpAnswer;
import dev.mtdconnector.http.HttpRequest;
import dev.mtdconnector.intune.IntunePublisher;
import dev.mtdconnector.intune.ReportedStates;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.tenant.Registration;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The product, wired as it is in a deployment, over fakes in memory. Nothing runs by itself: {@link #drain} takes the
 * messages that are visible, {@link #pass} lets time go by with its ticks.
 */
public final class TestApp {

    public static final String LOGIN = "https://login.example";
    public static final String BASE_CLIENT = "5fc0ed1c-af1c-4677-827b-76718586c874";
    public static final String AGENT_CLIENT = "f4578075-f2ac-4717-ab2b-efc43e07e7cf";
    public static final String OPERATOR_KEY = "operator-key-of-a-test-0123456789abcdef";
    public static final String SEALING_KEY = "one:" + "A".repeat(43) + "=";
    public static final String OPERATOR_TENANT = "0d8b0ad5-93bb-4b5f-8a34-6f6f6d0e2d11";
    public static final String TENANT = "9b5dbe3f-0c99-4f71-ae4a-ab3e23a9a412";
    public static final String ENTERPRISE = "703d284e-c7dd-4dd0-bd0d-12bfade8095c";
    public static final String GROUP = "c5ede0fb-5408-4064-8c79-5f36af8f57d9";
    public static final String FULL_GROUP = "e31a58da-0c7f-410e-9c5a-9fa15675e5d8";
    public static final String INES = "8c6e9c1f-08ff-4b1e-8e6b-d300466cfd6a";
    public static final String LENA = "d95209b0-e274-4702-8929-807e2ad7900a";
    public static final String PHONE = "082fb7b9-70be-41a9-8d0b-d84fe7f17291";
    public static final String VENDOR_GUID = "f1557f3b-f90a-4260-a7c5-5a7bf975524c";
    public static final Instant START = Instant.parse("2026-11-21T09:00:00Z");

    private static final ObjectMapper JSON = new ObjectMapper();

    public final SettableClock clock = new SettableClock(START);
    public final MemoryTables tables = new MemoryTables();
    public final MemoryQueues queues = new MemoryQueues(clock);
    public final FakeDirectory directory = new FakeDirectory();
    public final FakeEntra entra = new FakeEntra(clock);
    public final FakeIntune intune = new FakeIntune();
    public final FakeTargets targets = new FakeTargets();
    public final FakeDetectedApps detectedApps = new FakeDetectedApps();
    public final FakeRiskApi risk = new FakeRiskApi(clock, ENTERPRISE);
    public final RecordingMailer mailer = new RecordingMailer();
    public final RecordingSleeper sleeper = new RecordingSleeper(clock);
    public final Faults faults = new Faults();
    public final FakeProbes probes = new FakeProbes(clock);

    private IntuneConnection connected = intune;
    private IntunePublisher told = intune;
    private ReportedStates reported = new HeldByFakeIntune(intune);
    private RiskApi read = risk;
    private Directory groups = directory;
    private DirectoryChanges changes = directory;
    private DetectedApps inventory = detectedApps;
    private App app = start();
    private String apiKey = "";
    private String feedKey = "";

    /** An empty deployment; its directory has one group with one user and a phone. */
    public TestApp() {
        entra.withMember(FULL_GROUP, INES).withDomain("contoso.example", TENANT);
        directory
                .withGroup(GROUP, "Mobile Threat Defense Users", LENA)
                .withGroup(FULL_GROUP, "MTD Full Access")
                .withDevice(PHONE, LENA, "iOS", "18.6");
    }

    /** A new process over the same state, which reads another directory than the fake one. */
    public TestApp reading(Directory otherGroups, DirectoryChanges otherChanges) {
        groups = otherGroups;
        changes = otherChanges;
        restart();
        return this;
    }

    /** A new process over the same state, which reads another feed than the fake one. */
    public TestApp feeding(RiskApi api) {
        read = api;
        restart();
        return this;
    }

    /** A new process over the same state, which tells another Intune than the fake one and reads back from it. */
    public TestApp telling(IntuneConnection connection, IntunePublisher publisher, ReportedStates states) {
        connected = connection;
        told = publisher;
        reported = states;
        restart();
        return this;
    }

    /** A new process over the same state, which reads another inventory of apps. */
    public TestApp detecting(DetectedApps other) {
        inventory = other;
        restart();
        return this;
    }

    /** A new process over the same state. */
    public void restart() {
        app = start();
    }

    private App start() {
        var faultyTables = faults.around(tables);
        var faultyQueues = faults.around(queues);
        IntuneConnection connection = new IntuneConnection() {
            @Override
            public void provision(String tenantId) {
                faults.around(() -> connected.provision(tenantId));
            }

            @Override
            public void deprovision(String tenantId) {
                faults.around(() -> connected.deprovision(tenantId));
            }

            @Override
            public HeartbeatAnswer heartbeat(String tenantId, Instant now) {
                return faults.around(() -> connected.heartbeat(tenantId, now));
            }
        };
        IntunePublisher publisher = new IntunePublisher() {
            @Override
            public String content(String tenantId, List<DeviceReport> reports) {
                return told.content(tenantId, reports);
            }

            @Override
            public void upload(
                    String tenantId, UUID messageId, Instant uploadTime, String content, Runnable checkpoint) {
                faults.around(() -> told.upload(tenantId, messageId, uploadTime, content, checkpoint));
            }

            @Override
            public UploadStatus status(String tenantId, UUID messageId) {
                return faults.around(() -> told.status(tenantId, messageId));
            }
        };
        return new App(
                settings(),
                new Edges(
                        () -> faultyTables,
                        () -> faultyQueues,
                        () -> groups,
                        () -> changes,
                        () -> entra,
                        () -> entra,
                        () -> entra,
                        () -> entra,
                        () -> entra,
                        () -> connection,
                        () -> publisher,
                        targets::edge,
                        () -> reported,
                        () -> inventory,
                        () -> mail -> faults.around(() -> mailer.send(mail)),
                        () -> faults.around(read),
                        () -> probes,
                        clock,
                        sleeper));
    }

    private record HeldByFakeIntune(FakeIntune intune) implements ReportedStates {
        @Override
        public Map<String, String> of(String tenantId, List<String> deviceIds) {
            Map<String, String> states = new HashMap<>();
            for (String deviceId : deviceIds) {
                FakeIntune.Held held = intune.held(deviceId);
                if (held != null) {
                    states.put(deviceId, held.state());
                }
            }
            return states;
        }

        @Override
        public List<PartnerConnector> connectors(String tenantId) {
            return intune.shown();
        }
    }

    private static Settings settings() {
        Map<String, String> values = new HashMap<>();
        values.put("MTD_PUBLIC_URL", "https://connector.example");
        values.put("STATE_STORAGE", "UseDevelopmentStorage=true");
        values.put("LOGIN_ENDPOINT", LOGIN);
        values.put("MTD_BASE_CLIENT_ID", BASE_CLIENT);
        values.put("MTD_BASE_CLIENT_SECRET", "a-secret");
        values.put("MTD_PARTNER_CLIENT_ID", "0f445670-4b58-44e7-8afa-48335ce0baa0");
        values.put("MTD_PARTNER_CLIENT_SECRET", "a-secret");
        values.put("MTD_ATTRIBUTE_CLIENT_ID", "1d2f3a4b-0f3c-4a0e-9d3c-6a1c5f0f7e11");
        values.put("MTD_ATTRIBUTE_CLIENT_SECRET", "a-secret");
        values.put("MTD_GROUP_CLIENT_ID", "2d2f3a4b-0f3c-4a0e-9d3c-6a1c5f0f7e12");
        values.put("MTD_GROUP_CLIENT_SECRET", "a-secret");
        values.put("MTD_PARTNER_CONNECTOR_ID", FakeIntune.CONNECTOR_ID);
        values.put("MTD_AGENT_CLIENT_IDS", AGENT_CLIENT);
        values.put("MTD_OPERATOR_KEY", OPERATOR_KEY);
        values.put("MTD_OPERATOR_TENANT_ID", OPERATOR_TENANT);
        values.put("MTD_SEALING_KEYS", SEALING_KEY);
        values.put("MTD_MAIL_HOST", "mail.example");
        values.put("MTD_MAIL_FROM", "mtd@connector.example");
        return Settings.from(values);
    }

    public App app() {
        return app;
    }

    public String apiKey() {
        return apiKey;
    }

    public String feedKey() {
        return feedKey;
    }

    /** An answer with its body read as JSON, where it is. */
    public record Answer(HttpAnswer http) {

        public int status() {
            return http.status();
        }

        public JsonNode json() {
            try {
                return JSON.readTree(http.body());
            } catch (JsonProcessingException e) {
                throw new AssertionError(http.body(), e);
            }
        }

        public String text(String pointer) {
            return json().at(pointer).asText();
        }

        /** The code of a problem document. */
        public String code() {
            return text("/code");
        }

        /** The same, after a check of its status. */
        public Answer expect(int status) {
            assertThat(http.status()).as(http.body()).isEqualTo(status);
            return this;
        }
    }

    /** Sends a request with whatever body and headers. */
    public Answer sendWith(String method, String address, Map<String, String> headers, String body) {
        URI uri = URI.create("https://connector.example" + address);
        Map<String, String> query = new HashMap<>();
        if (uri.getRawQuery() != null) {
            for (String pair : uri.getRawQuery().split("&", -1)) {
                int equals = pair.indexOf('=');
                query.put(
                        pair.substring(0, equals),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return new Answer(app.handle(new HttpRequest(method, uri.getPath(), query, headers, body, Map.of())));
    }

    /** Sends JSON as the holder of this key or token, or as nobody if null. */
    public Answer send(String method, String address, @Nullable String key, String body) {
        Map<String, String> headers = new HashMap<>();
        if (key != null) {
            headers.put("Authorization", "Bearer " + key);
        }
        if (!body.isEmpty()) {
            headers.put("Content-Type", "application/json");
            headers.put("Content-Length", "" + body.getBytes(StandardCharsets.UTF_8).length);
        }
        return sendWith(method, address, headers, body);
    }

    public Answer get(String address) {
        return send("GET", address, apiKey, "");
    }

    public Answer post(String address, String body) {
        return send("POST", address, apiKey, body);
    }

    public Answer put(String address, String body) {
        return send("PUT", address, apiKey, body);
    }

    /** Sends as the operator; the address is what comes after the tenants' own. */
    public Answer operator(String method, String address, String body) {
        return send(method, "/api/v1/operator/tenants" + address, OPERATOR_KEY, body);
    }

    public Answer delete(String address) {
        return send("DELETE", address, apiKey, "");
    }

    public Answer postForm(String address, String body, @Nullable String cookie) {
        Map<String, String> headers = new HashMap<>();
        headers.put("Content-Type", "application/x-www-form-urlencoded");
        headers.put("Content-Length", "" + body.length());
        if (cookie != null) {
            headers.put("Cookie", cookie);
        }
        return sendWith("POST", address, headers, body);
    }

    /** Onboards the tenant and keeps its keys. */
    public Answer onboard() {
        Answer answer =
                send("POST", "/api/v1/operator/tenants", OPERATOR_KEY, """
                {"directoryId": "%s", "name": "Contoso", "fullAccessGroupId": "%s",
                 "primaryContact": "ines.duarte@contoso.example", "enterpriseGuid": "%s"}
                """.formatted(TENANT, FULL_GROUP, ENTERPRISE));
        if (answer.status() == 201) {
            apiKey = answer.text("/apiKey");
            feedKey = answer.text("/feedKey");
        }
        return answer;
    }

    /** Replaces keys whose answer was lost. */
    public void replaceKeys() {
        String keys = "/api/v1/operator/tenants/" + TENANT + "/keys";
        apiKey = send("POST", keys, OPERATOR_KEY, "{\"kind\": \"api\"}")
                .expect(201)
                .text("/key");
        feedKey = send("POST", keys, OPERATOR_KEY, "{\"kind\": \"feed\"}")
                .expect(201)
                .text("/key");
    }

    /** Walks the consent as a browser does. */
    public Answer consent(Registration registration) {
        Answer started = postForm("/les", "tenant=" + TENANT + "&registration=" + registration.label(), null);
        started.expect(303);
        entra.grant(registration);
        String state = URI.create(String.valueOf(started.http().headers().get("Location")))
                .getRawQuery()
                .replaceFirst(".*state=([^&]*).*", "$1");
        String cookie =
                String.valueOf(started.http().headers().get("Set-Cookie")).replaceFirst(";.*", "");
        return sendWith(
                "GET",
                "/consent/callback?admin_consent=True&tenant=" + TENANT + "&state=" + state,
                Map.of("Cookie", cookie),
                "");
    }

    /** A browser in which this person is signed in; they are in an access group, and the tenant has consented. */
    public TestBrowser signIn(String userId) {
        return new TestBrowser(this).signIn(userId);
    }

    /** A tenant with both consents, a connector with its first heartbeat, and its phone pending. */
    public TestApp ready() {
        onboard().expect(201);
        consent(Registration.BASE).expect(200);
        consent(Registration.PARTNER).expect(200);
        post("/api/v1/connector", "{\"heartbeatMinutes\": 10}").expect(201);
        put("/api/v1/connector/enrollment", "{\"groups\": [\"Mobile Threat Defense Users\"]}")
                .expect(200);
        drain();
        return this;
    }

    /** The phone's user activates it; answers its credential. */
    public String activate(String deviceId) {
        return send("POST", "/device/v1/activate", entra.token(TENANT, LENA), "{\"deviceId\": \"" + deviceId + "\"}")
                .expect(200)
                .text("/deviceCredential");
    }

    public Answer checkIn(String credential) {
        return send("POST", "/device/v1/checkin", credential, "{\"osVersion\": \"18.6\", \"agentVersion\": \"1.0.0\"}");
    }

    /** Sends events to the feed's route. */
    public Answer feed(String events) {
        return send("POST", "/events", feedKey, events);
    }

    /** A DEVICE event that ties the vendor's guid to a device. */
    public static String deviceEvent(String id, Instant at, String vendorGuid, String deviceId, String activation) {
        return """
                {"id": "%s", "enterprise_guid": "%s", "created_time": "%s", "type": "DEVICE", "change_type": "UPDATED",
                 "device": {"guid": "%s", "platform": "IOS", "info": {"external_id": "%s"},
                   "status": {"activation_status": "%s", "protection_status": "PROTECTED", "security_status": "SECURE"}},
                 "target": {"guid": "%s", "type": "DEVICE"}, "actor": {"guid": "%s", "type": "DEVICE"}}
                """.formatted(id, ENTERPRISE, at, vendorGuid, deviceId, activation, vendorGuid, vendorGuid);
    }

    /** A THREAT event on a vendor's guid. */
    public static String threatEvent(
            String id, Instant at, String vendorGuid, String threatGuid, String status, String classification) {
        return """
                {"id": "%s", "enterprise_guid": "%s", "created_time": "%s", "type": "THREAT", "change_type": "UPDATED",
                 "threat": {"guid": "%s", "status": "%s", "severity": "HIGH", "type": "APPLICATION",
                   "classifications": ["%s"], "details": {"application_name": "Free Torch"}},
                 "target": {"guid": "%s", "type": "THREAT"}, "actor": {"guid": "%s", "type": "DEVICE"}}
                """.formatted(id, ENTERPRISE, at, threatGuid, status, classification, vendorGuid, vendorGuid);
    }

    /** Takes every message that is visible now, and those that come of it; a failure leaves its message hidden. */
    public void drain() {
        boolean found = true;
        while (found) {
            found = false;
            for (JobKind kind : JobKind.values()) {
                Optional<QueueReader.Received> message = queues.receive(kind.queue(), Duration.ofSeconds(30));
                if (message.isPresent()) {
                    found = true;
                    app.run(kind, message.get().text());
                    queues.delete(message.get());
                }
            }
        }
    }

    /** Lets time go by in steps of ten seconds, with a tick each minute, taking messages as they become visible. */
    public void pass(Duration time) {
        Instant end = clock.instant().plus(time);
        while (clock.instant().isBefore(end)) {
            clock.advance(Duration.ofSeconds(10));
            if (clock.instant().getEpochSecond() % 60 < 10) {
                app.tick();
            }
            drain();
        }
    }

    public String device(String deviceId) {
        return get("/api/v1/devices/" + deviceId).expect(200).text("/state");
    }
}
