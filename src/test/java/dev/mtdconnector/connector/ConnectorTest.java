package dev.mtdconnector.connector;

import static dev.mtdconnector.testing.TestApp.GROUP;
import static dev.mtdconnector.testing.TestApp.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.tenant.Registration;
import dev.mtdconnector.testing.Faults;
import dev.mtdconnector.testing.TestApp;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectorTest {

    private static final String CONNECTOR = "/api/v1/connector";
    private static final String ENROLL = "{\"groups\": [\"Mobile Threat Defense Users\"]}";

    private final TestApp app = new TestApp();

    @BeforeEach
    void connect() {
        app.onboard();
        app.consent(Registration.BASE);
        app.consent(Registration.PARTNER);
    }

    private void create() {
        app.post(CONNECTOR, "{\"heartbeatMinutes\": 10}").expect(201);
    }

    @Test
    void beforeItIsCreatedEveryPartIsUnknown() {
        for (TestApp.Answer answer : List.of(
                app.get(CONNECTOR),
                app.put(CONNECTOR + "/settings", "{\"heartbeatMinutes\": 5}"),
                app.put(CONNECTOR + "/enrollment", ENROLL),
                app.put(CONNECTOR + "/state-sync", "{\"deviceStatus\": true, \"threatStatus\": true}"),
                app.put(CONNECTOR + "/error-management", "{\"email\": \"a@b.example\"}"),
                app.post(CONNECTOR + "/sync", ""))) {
            assertThat(answer.expect(404).code()).isEqualTo("connector.unknown");
        }
        app.drain();
        assertThat(app.tables.dump().get("jobs"))
                .extracting(row -> row.key())
                .containsExactly("consent", "key-expiry", "mail");
    }

    @Test
    void aNewConnectorHasTheDefaultsAndBeatsAtOnce() {
        TestApp.Answer created =
                app.post(CONNECTOR, "{\"heartbeatMinutes\": 10}").expect(201);
        assertThat(created.json().path("settings").toString()).isEqualTo("{\"heartbeatMinutes\":10}");
        assertThat(created.json().path("enrollment").toString())
                .isEqualTo("{\"groups\":[],\"pollMinutes\":5,\"nestedGroups\":true,\"deleteOnUnenrollment\":false,"
                        + "\"safetyCapPercent\":20}");
        assertThat(created.json().path("stateSync").toString())
                .isEqualTo("{\"deviceStatus\":true,\"threatStatus\":true}");
        assertThat(created.json().at("/errorManagement/email").isNull()).isTrue();
        assertThat(created.json().at("/heartbeat/lastSuccessAt").isNull()).isTrue();

        app.drain();
        assertThat(app.get(CONNECTOR).text("/heartbeat/lastSuccessAt")).isEqualTo(TestApp.START.toString());
        app.pass(Duration.ofMinutes(31));
        assertThat(app.intune.beats()).hasSizeBetween(4, 5);
        assertThat(app.intune.provisions()).isEqualTo(1);
    }

    @Test
    void whoSaysNothingOfTheHeartbeatGetsOneEveryTenMinutes() {
        assertThat(app.post(CONNECTOR, "{}").expect(201).text("/settings/heartbeatMinutes"))
                .isEqualTo("10");
    }

    @Test
    void aSecondCreationIsAConflict() {
        create();
        assertThat(app.post(CONNECTOR, "{\"heartbeatMinutes\": 20}").expect(409).code())
                .isEqualTo("connector.exists");
        assertThat(app.get(CONNECTOR).text("/settings/heartbeatMinutes")).isEqualTo("10");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST||{\"heartbeatMinutes\": 0}|heartbeatMinutes",
                "POST||{\"heartbeatMinutes\": 61}|heartbeatMinutes",
                "POST||{\"heartbeatMinutes\": \"10\"}|heartbeatMinutes",
                "POST||{\"heartbeatMinutes\": 9.5}|heartbeatMinutes",
                "PUT|/settings|{}|heartbeatMinutes",
                "PUT|/settings|{\"heartbeatMinutes\": 0}|heartbeatMinutes",
                "PUT|/settings|{\"heartbeatMinutes\": 61}|heartbeatMinutes",
                "POST||{\"heartbeatMinutes\": 10, \"groups\": []}|groups",
                "PUT|/enrollment|{\"groups\": []}|groups",
                "PUT|/enrollment|{\"groups\": [\"\"]}|groups[0]",
                "PUT|/enrollment|{\"groups\": [\"a\", \"a\"]}|groups[1]",
                "PUT|/enrollment|{\"groups\": [\"Mobile Threat Defense Users\"], \"pollMinutes\": 0}|pollMinutes",
                "PUT|/enrollment|{\"groups\": [\"Mobile Threat Defense Users\"], \"pollMinutes\": 1441}|pollMinutes",
                "PUT|/enrollment|{\"groups\": [\"No Such Group\"]}|groups[0]",
                "PUT|/enrollment|{\"groups\": [\"mobile threat defense users\"]}|groups[0]",
                "PUT|/enrollment|{\"groups\": [\"Twice\"]}|groups[0]",
                "PUT|/enrollment|{\"groups\": [\"Mail Only\"]}|groups[0]",
                "PUT|/state-sync|{\"deviceStatus\": 1, \"threatStatus\": true}|deviceStatus",
                "PUT|/state-sync|{\"deviceStatus\": true}|threatStatus",
                "PUT|/error-management|{\"email\": \"it\"}|email",
                "PUT|/error-management|{\"email\": null}|email"
            })
    void aWrongFieldIsNamedAndNothingIsStored(String method, String part, String body, String field) {
        app.directory
                .withGroup("00000000-0000-4000-8000-000000000001", "Twice")
                .withGroup("00000000-0000-4000-8000-000000000002", "Twice")
                .withMailGroup("00000000-0000-4000-8000-000000000003", "Mail Only");
        if (method.equals("PUT")) {
            create();
            app.drain();
        }
        app.get(CONNECTOR); // The first use of a key is noted with it.
        var before = app.tables.dump();
        TestApp.Answer answer = app.send(method, CONNECTOR + (part == null ? "" : part), app.apiKey(), body);

        assertThat(answer.expect(400).text("/errors/0/field")).isEqualTo(field);
        assertThat(app.tables.dump()).isEqualTo(before);
    }

    @Test
    void aGroupIsPinnedByItsIdAndKeepsIt() {
        create();
        TestApp.Answer answer = app.put(CONNECTOR + "/enrollment", ENROLL).expect(200);
        assertThat(answer.text("/enrollment/groups/0/id")).isEqualTo(GROUP);
        assertThat(answer.text("/enrollment/pollMinutes")).isEqualTo("5");
    }

    @Test
    void fiftyGroupsOfTheLongestNamesCanBeStored() {
        create();
        StringBuilder names = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            String name = String.format("%02d", i) + " #".repeat(127);
            app.directory.withGroup(String.format("00000000-0000-4000-8000-%012d", i), name);
            names.append(i == 0 ? "" : ",").append('"').append(name).append('"');
        }
        TestApp.Answer answer = app.put(CONNECTOR + "/enrollment", "{\"groups\": [" + names + "]}")
                .expect(200);
        assertThat(answer.json().at("/enrollment/groups")).hasSize(50);
        assertThat(app.get(CONNECTOR)
                        .json()
                        .at("/enrollment/groups/49/displayName")
                        .asText())
                .startsWith("49 #");
    }

    @Test
    void aDirectoryThatDoesNotAnswerIsSaidAndChangesNothing() {
        create();
        UpstreamException down =
                new UpstreamException(UpstreamException.Service.GRAPH, UpstreamException.Kind.UNAVAILABLE, "down");
        app.directory.failAfterDevices(0, down);
        assertThat(app.put(CONNECTOR + "/enrollment", ENROLL).expect(503).code())
                .isEqualTo("directory.unavailable");
        assertThat(app.get(CONNECTOR).json().at("/enrollment/groups")).isEmpty();
        app.directory.heal();
        app.put(CONNECTOR + "/enrollment", ENROLL).expect(200);
        app.directory.failAfterDevices(0, down);
        app.drain();
        TestApp.Answer view = app.get(CONNECTOR);
        assertThat(view.text("/sync/error")).isEqualTo("directory.unavailable");
        assertThat(view.json().at("/sync/lastSuccessAt").isNull()).isTrue();
        assertThat(app.get("/api/v1/errors").text("/errors/0/code")).isEqualTo("directory.unavailable");

        app.directory.heal();
        app.pass(Duration.ofMinutes(2));
        assertThat(app.get(CONNECTOR).json().at("/sync/error").isNull()).isTrue();
        assertThat(app.get("/api/v1/errors").json().path("errors"))
                .filteredOn(record -> record.path("job").asText().equals("enrollment-sync"))
                .singleElement()
                .satisfies(record ->
                        assertThat(record.path("recoveredAt").isNull()).isFalse());
    }

    @Test
    void theSameChangeAgainWritesNothing() {
        create();
        app.put(CONNECTOR + "/error-management", "{\"email\": \"a@b.example\"}").expect(200);
        app.put(CONNECTOR + "/state-sync", "{\"deviceStatus\": false, \"threatStatus\": true}")
                .expect(200);
        app.drain();
        long writes = app.tables.writes("connectors");
        app.put(CONNECTOR + "/error-management", "{\"email\": \"a@b.example\"}").expect(200);
        app.put(CONNECTOR + "/settings", "{\"heartbeatMinutes\": 10}").expect(200);
        app.put(CONNECTOR + "/state-sync", "{\"deviceStatus\": false, \"threatStatus\": true}")
                .expect(200);
        assertThat(app.tables.writes("connectors")).isEqualTo(writes);
    }

    @Test
    void anotherHeartbeatIsKeptFromThenOn() {
        create();
        app.drain();
        app.put(CONNECTOR + "/settings", "{\"heartbeatMinutes\": 1}").expect(200);
        app.pass(Duration.ofMinutes(10));
        assertThat(app.intune.beats()).hasSizeBetween(10, 12);
    }

    @Test
    void aSyncCanOnlyBeAskedForOnceThereAreGroups() {
        create();
        assertThat(app.post(CONNECTOR + "/sync", "").expect(409).code()).isEqualTo("enrollment.not-set-up");
        app.put(CONNECTOR + "/enrollment", ENROLL).expect(200);
        app.post(CONNECTOR + "/sync", "").expect(202);
    }

    @Test
    void aJobThatTookItselfOffTheScheduleInTheMiddleOfTheCreationComesBack() {
        app.faults.dieAt(Integer.MAX_VALUE, false);
        create();
        int calls = app.faults.calls();
        for (int call = 1; call < calls; call++) {
            TestApp crashing = new TestApp();
            crashing.onboard();
            crashing.consent(Registration.BASE);
            crashing.consent(Registration.PARTNER);
            crashing.faults.dieAt(call, true);
            try {
                crashing.post(CONNECTOR, "{\"heartbeatMinutes\": 10}");
            } catch (Faults.Death e) {
                crashing.restart();
            }
            crashing.faults.never();
            crashing.pass(Duration.ofMinutes(3));
            crashing.post(CONNECTOR, "{\"heartbeatMinutes\": 10}");
            crashing.pass(Duration.ofMinutes(41));

            assertThat(crashing.intune.beats()).as("call %d", call).hasSizeGreaterThanOrEqualTo(4);
            assertThat(crashing.tables.dump().get("jobs"))
                    .as("call %d", call)
                    .filteredOn(row -> row.key().equals(JobKind.PUBLISH.queue()))
                    .singleElement()
                    .satisfies(row -> assertThat(row.number("everySeconds", 0)).isEqualTo(300));
        }
    }

    @Test
    void anotherTenantsKeySeesNothingOfThisOne() {
        create();
        String other = TENANT.replace('9', '8');
        String otherKey = app.send(
                        "POST",
                        "/api/v1/operator/tenants",
                        TestApp.OPERATOR_KEY,
                        "{\"directoryId\": \"" + other + "\", \"fullAccessGroupId\": \"" + GROUP
                                + "\", \"primaryContact\": \"a@b.example\"}")
                .expect(201)
                .text("/apiKey");

        app.send("GET", CONNECTOR, otherKey, "").expect(404);
        app.send("GET", "/api/v1/devices/" + TestApp.PHONE, otherKey, "").expect(404);
        assertThat(app.send("GET", "/api/v1/devices", otherKey, "").json().path("devices"))
                .isEmpty();
    }
}
