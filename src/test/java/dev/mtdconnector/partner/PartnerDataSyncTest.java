package dev.mtdconnector.partner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.common.UpstreamException.Kind;
import dev.mtdconnector.common.UpstreamException.Service;
import dev.mtdconnector.connector.IntuneConnection.HeartbeatAnswer;
import dev.mtdconnector.connector.IntuneConnection.MessageError;
import dev.mtdconnector.device.ThreatState;
import dev.mtdconnector.graph.AccessTokens;
import dev.mtdconnector.graph.ServiceDirectory;
import dev.mtdconnector.intune.IntunePublisher.DeviceReport;
import dev.mtdconnector.intune.IntunePublisher.Progress;
import dev.mtdconnector.intune.IntunePublisher.UploadStatus;
import dev.mtdconnector.stub.StubServer;
import dev.mtdconnector.stub.StubServer.Answer;
import dev.mtdconnector.tenant.Registration;
import dev.mtdconnector.testing.RecordingSleeper;
import dev.mtdconnector.testing.SettableClock;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PartnerDataSyncTest {

    private static final String TENANT = "9b5dbe3f-0c99-4f71-ae4a-ab3e23a9a412";
    private static final UUID MESSAGE = UUID.fromString("5a0c1c1e-3a5c-4d8e-9d0e-0f3f6f1f7b1a");
    private static final Instant NOW = Instant.parse("2026-11-21T09:11:02.5Z");
    private static final String CANARY =
            "canary-token-eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.eyJhdWQiOiJpbnR1bmUifQ.c2lnbmF0dXJl";

    private final StubServer intune = StubServer.http();
    private final SettableClock clock = new SettableClock(SettableClock.MORNING);
    private final RecordingSleeper sleeper = new RecordingSleeper(clock);
    private final Tokens tokens = new Tokens();
    private final List<String> discoveries = new ArrayList<>();
    private URI discovered = intune.uri();

    @AfterEach
    void stop() {
        intune.close();
    }

    @Test
    void provisionsTheTenantAsThePartnerRegistration() {
        intune.then(
                200,
                "{\"Key\":\"k\",\"ContextId\":\"c\",\"Provisioned\":1,\"HttpStatusCode\":200,\"ErrorDetail\":null}");
        partner().provision(TENANT);
        StubServer.Request request = intune.requests().get(0);
        assertThat(request.method()).isEqualTo("PUT");
        assertThat(request.uri())
                .isEqualTo(
                        URI.create("/StatelessPartnerService/T/PartnerTenants(guid'" + TENANT + "')?api-version=1.6"));
        assertThat(request.body())
                .isEqualTo("{\"Provisioned\":1,\"PartnerEnrollmentUrl\":\"http://localhost/enroll\","
                        + "\"PartnerRemediationUrl\":\"http://localhost/remedy\"}");
        assertThat(request.header("Authorization")).isEqualTo("Bearer " + CANARY + "1");
        assertThat(request.header("Content-Type")).isEqualTo("application/json");
        assertThat(tokens.asked)
                .containsExactly(new AccessTokens.Key(
                        Registration.PARTNER, TENANT, "https://api.manage.microsoft.com//.default"));
    }

    @Test
    void deprovisionsTheTenantAtTheSameAddress() {
        intune.then(200, "{\"Key\":\"k\",\"ContextId\":\"c\",\"Provisioned\":2,\"HttpStatusCode\":200}");
        partner().deprovision(TENANT);
        StubServer.Request request = intune.requests().get(0);
        assertThat(request.method()).isEqualTo("PUT");
        assertThat(request.uri().toString()).endsWith("/T/PartnerTenants(guid'" + TENANT + "')?api-version=1.6");
        assertThat(request.body()).isEqualTo("{\"Provisioned\":2}");
    }

    @Test
    void theHeartbeatBringsResyncAndErrorsBack() {
        intune.then(200, """
                {"Key":"k","TenantId":"t","ClientType":1,"Timestamp":"2026-11-21T09:11:02.500Z",
                 "ResyncTimestamp":"2026-11-20T00:00:00","HttpStatusCode":200,"ErrorDetail":null,
                 "MessageErrors":[{"MessageId":"5a0c","ErrorDetail":"unknown\\ndevice"},"odd"]}""");
        HeartbeatAnswer answer = partner().heartbeat(TENANT, NOW);
        assertThat(answer)
                .isEqualTo(new HeartbeatAnswer(
                        NOW,
                        Instant.parse("2026-11-20T00:00:00Z"),
                        List.of(new MessageError("5a0c", "unknown device"), new MessageError(null, "odd"))));
        StubServer.Request request = intune.requests().get(0);
        assertThat(request.uri().toString())
                .endsWith("/T/PartnerTenantHeartbeat(guid'" + TENANT + "')?api-version=1.6");
        assertThat(request.header("Prefer")).isEqualTo("return-content");
        assertThat(request.body()).isEqualTo("{\"Timestamp\":\"2026-11-21T09:11:02.500Z\"}");
    }

    @Test
    void aResyncThatWasNeverAskedForIsNone() {
        intune.then(200, "{\"Timestamp\":\"2026-11-21T09:11:02Z\",\"ResyncTimestamp\":\"0001-01-01T00:00:00\"}");
        assertThat(partner().heartbeat(TENANT, NOW).resyncRequested()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "",
                "<h1>hello</h1>",
                "{\"Timestamp\":\"yesterday\"}",
                "{\"Timestamp\":\"2026-11-21T09:11:02Z\",\"ResyncTimestamp\":\"soon\"}",
                "{\"Timestamp\":\"2026-11-21T09:11:02Z\",\"MessageErrors\":\"none\"}",
            })
    void aHeartbeatAnswerThatIsNoneIsRefused(String body) {
        intune.then(200, body);
        assertThat(failure(() -> partner().heartbeat(TENANT, NOW)).kind()).isEqualTo(Kind.REFUSED);
    }

    @Test
    void contentIsTheSameTextForTheSameReports() {
        List<DeviceReport> reports = List.of(
                new DeviceReport("082fb7b9-70be-41a9-8d0b-d84fe7f17291", "d95209b0", ThreatState.HIGH, NOW),
                new DeviceReport(
                        "9f764685-f44a-4e98-8fe7-e477a6c0937f", null, ThreatState.SECURED, NOW.plusNanos(123_456)));
        assertThat(partner().content(TENANT, reports))
                .isEqualTo("[{\"EntityType\":90,\"TenantId\":\"" + TENANT
                        + "\",\"DeviceId\":\"082fb7b9-70be-41a9-8d0b-d84fe7f17291\",\"UserId\":\"d95209b0\","
                        + "\"LastUpdateTime\":\"2026-11-21T09:11:02.500Z\",\"inventedThreat\":\"highSeverity\"},"
                        + "{\"EntityType\":90,\"TenantId\":\"" + TENANT
                        + "\",\"DeviceId\":\"9f764685-f44a-4e98-8fe7-e477a6c0937f\","
                        + "\"LastUpdateTime\":\"2026-11-21T09:11:02.500Z\",\"inventedThreat\":\"secured\"}]");
    }

    @Test
    void withoutThePartnersSecretsContentIsNotConfigured() {
        PartnerDataSync partner = partner(new PartnerSettings(
                null, "s", URI.create("https://c.example/e"), URI.create("https://c.example/r"), null, null, null));
        UpstreamException failure = failure(() -> partner.content(TENANT, List.of()));
        assertThat(failure.kind()).isEqualTo(Kind.NOT_CONFIGURED);
        assertThat(failure.getMessage()).contains("Microsoft gives", "partners only");
    }

    @Test
    void aThreatFieldThatHidesAnotherIsRefusedInTheSettings() {
        URI url = URI.create("https://c.example");
        assertThatThrownBy(() -> new PartnerSettings(null, "s", url, url, 4, "DeviceId", null))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void uploadsContentAsAString() {
        intune.then(200, "{\"MessageId\":\"" + MESSAGE + "\",\"ErrorCode\":0,\"ErrorDetail\":\"\"}");
        partner().upload(TENANT, MESSAGE, NOW, "[{\"a\":1}]", () -> {});
        StubServer.Request request = intune.requests().get(0);
        assertThat(request.method()).isEqualTo("PUT");
        assertThat(request.uri().toString())
                .isEqualTo("/StatelessPartnerService/D/DataUploadMessages(guid'" + MESSAGE + "')?api-version=1.2");
        assertThat(request.body())
                .isEqualTo("{\"TenantId\":\"" + TENANT
                        + "\",\"UploadTime\":\"2026-11-21T09:11:02.500Z\",\"Content\":\"[{\\\"a\\\":1}]\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"MessageId\":\"5a0c1c1e-3a5c-4d8e-9d0e-0f3f6f1f7b1a\",\"ErrorCode\":3,\"ErrorDetail\":\"no\"}",
                "{\"MessageId\":\"5a0c1c1e-3a5c-4d8e-9d0e-0f3f6f1f7b1a\",\"ErrorCode\":\"BadContent\"}",
                "{\"MessageId\":\"00000000-3a5c-4d8e-9d0e-0f3f6f1f7b1a\",\"ErrorCode\":0}",
            })
    void anUploadThatWasTakenWithAnErrorIsRefused(String body) {
        intune.then(200, body);
        assertThat(failure(() -> partner().upload(TENANT, MESSAGE, NOW, "[]", () -> {}))
                        .kind())
                .isEqualTo(Kind.REFUSED);
    }

    @Test
    void tellsWhereAMessageStands() {
        intune.then(200, "{\"Status\":\"Completed\"}")
                .then(200, "{\"Status\":\"Failed\",\"ErrorDetail\":\"no such device\"}")
                .then(200, "{\"Status\":\"Queued\"}")
                .then(404, "{}");
        PartnerDataSync partner = partner();
        assertThat(partner.status(TENANT, MESSAGE)).isEqualTo(new UploadStatus(Progress.COMPLETED, null));
        assertThat(partner.status(TENANT, MESSAGE)).isEqualTo(new UploadStatus(Progress.FAILED, "no such device"));
        assertThat(partner.status(TENANT, MESSAGE)).isEqualTo(new UploadStatus(Progress.IN_PROGRESS, null));
        assertThat(partner.status(TENANT, MESSAGE)).isEqualTo(new UploadStatus(Progress.UNKNOWN, null));
        assertThat(intune.requests())
                .allMatch(r -> r.method().equals("GET") && r.body().isEmpty());
    }

    @Test
    void aStatusThatSaysNothingIsRefused() {
        intune.then(200, "{\"ErrorCode\":0}");
        assertThat(failure(() -> partner().status(TENANT, MESSAGE)).kind()).isEqualTo(Kind.REFUSED);
    }

    @ParameterizedTest
    @CsvSource({
        "400, REFUSED, 1",
        "401, FORBIDDEN, 2",
        "403, FORBIDDEN, 1",
        "404, NOT_FOUND, 1",
        "302, REFUSED, 1",
        "429, THROTTLED, 1",
        "500, UNAVAILABLE, 2",
        "503, UNAVAILABLE, 2",
    })
    void namesTheFailureWhetherItIsTheStatusOrInTheBody(int status, Kind kind, int requests) {
        intune.then(Answer.json(status, "{\"ErrorDetail\":\"because " + CANARY + "1\"}")
                .with("Retry-After", "30"));
        UpstreamException failure = failure(() -> partner().provision(TENANT));
        assertThat(failure.service()).isEqualTo(Service.INTUNE);
        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.retryAfter()).isEqualTo(Duration.ofSeconds(30));
        assertThat(failure.getMessage()).contains(status + "", "PUT PartnerTenants " + TENANT, "because");
        assertThat(intune.requests()).hasSize(requests);
        if (status != 302) {
            try (StubServer inner = StubServer.http()) {
                inner.then(200, "{\"HttpStatusCode\":" + status + ",\"ErrorDetail\":\"x\"}");
                discovered = inner.uri();
                assertThat(failure(() -> partner().provision(TENANT)).kind()).isEqualTo(kind);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"odata.error\":{\"code\":\"Forbidden\",\"message\":{\"lang\":\"en-US\",\"value\":\"the role is missing\"}}}",
                "{\"error\":{\"code\":\"Forbidden\",\"message\":\"the role is missing\"}}",
            })
    void passesOnWhatTheServiceSaysInAnErrorDocument(String body) {
        intune.then(403, body);
        assertThat(failure(() -> partner().provision(TENANT)).getMessage()).contains("the role is missing");
    }

    @Test
    void aSuccessWithAnErrorDetailIsNoSuccess() {
        intune.then(200, "{\"Provisioned\":1,\"HttpStatusCode\":200,\"ErrorDetail\":\"licence missing\"}");
        UpstreamException failure = failure(() -> partner().provision(TENANT));
        assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
        assertThat(failure.getMessage()).contains("licence missing");
    }

    @Test
    void aRejectedTokenIsReplacedAndTheRequestRepeatedAfterASecond() {
        intune.then(401, "").then(200, "{\"Status\":\"Completed\"}");
        assertThat(partner().status(TENANT, MESSAGE).progress()).isEqualTo(Progress.COMPLETED);
        assertThat(intune.requests().get(1).header("Authorization")).isEqualTo("Bearer " + CANARY + "2");
        assertThat(sleeper.sleeps()).containsExactly(Duration.ofSeconds(1));
    }

    @Test
    void aFaultIsRetriedOnceWithTheSameMessage() {
        intune.then(502, "<h1>bad</h1>").then(200, "{\"ErrorCode\":0}");
        partner().upload(TENANT, MESSAGE, NOW, "[]", () -> {});
        assertThat(intune.requests()).hasSize(2);
        assertThat(intune.requests().get(1).body())
                .isEqualTo(intune.requests().get(0).body());
        assertThat(intune.requests().get(1).uri())
                .isEqualTo(intune.requests().get(0).uri());
        assertThat(sleeper.sleeps()).containsExactly(Duration.ofSeconds(1));
    }

    @Test
    void keepsTheDiscoveredAddressForADay() {
        intune.then(200, "{\"Status\":\"Completed\"}");
        PartnerDataSync partner = partner();
        partner.status(TENANT, MESSAGE);
        clock.advance(Duration.ofHours(24).minusSeconds(1));
        partner.status(TENANT, MESSAGE);
        assertThat(discoveries).hasSize(1);
        clock.advance(Duration.ofSeconds(1));
        partner.status(TENANT, MESSAGE);
        assertThat(discoveries).hasSize(2);
    }

    @Test
    void discoversAgainWhenTheAddressIsNotReached() {
        intune.then(200, "{\"Status\":\"Completed\"}");
        try (StubServer moved = StubServer.http()) {
            moved.then(200, "{\"Status\":\"Completed\"}");
            PartnerDataSync partner = partner();
            partner.status(TENANT, MESSAGE);
            intune.close();
            discovered = moved.uri();
            assertThat(partner.status(TENANT, MESSAGE).progress()).isEqualTo(Progress.COMPLETED);
            assertThat(moved.requests()).hasSize(1);
        }
        assertThat(failure(() -> partner().status(TENANT, MESSAGE)).kind()).isEqualTo(Kind.UNAVAILABLE);
    }

    @Test
    void theSettingTakesThePlaceOfDiscovery() {
        intune.then(200, "{\"Status\":\"Completed\"}");
        partner(settings(URI.create(intune.uri() + "/intune/"))).status(TENANT, MESSAGE);
        assertThat(discoveries).isEmpty();
        assertThat(intune.requests().get(0).uri().getPath()).startsWith("/intune/device/DataUploadMessages");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://partner.example",
                "ftp://localhost",
                "https://user@partner.example",
                "http://localhost.example"
            })
    void aTokenIsNotSentOverAnOpenConnection(String address) {
        discovered = URI.create(address);
        assertThat(failure(() -> partner().status(TENANT, MESSAGE)).kind()).isEqualTo(Kind.REFUSED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://partner.example",
                "https://manage.microsoft.com.example",
                "https://fake-manage.microsoft.com",
                "https://169.254.169.254",
                "http://localhost:7071",
                "http://127.0.0.1:10002"
            })
    void aTokenIsSentToNobodyButIntuneWhateverTheDirectorySays(String address) {
        discovered = URI.create(address);
        PartnerSettings deployed = new PartnerSettings(
                null,
                PartnerSettings.PUBLIC_CLOUD_SCOPE,
                URI.create("https://connector.example/"),
                URI.create("https://connector.example/"),
                90,
                "inventedThreat",
                null);
        UpstreamException failure = failure(() -> partner(deployed).status(TENANT, MESSAGE));
        assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
        assertThat(failure.getMessage()).contains("not an https address of Intune's");
        assertThat(sleeper.sleeps()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "https://api.manage.microsoft.com//.default, https://fef.msua06.manage.microsoft.com",
        "https://api.manage.microsoft.us//.default, https://FEF.msua01.manage.microsoft.us",
    })
    void intunesOwnAddressesAreTaken(String scope, String address) {
        URI page = URI.create("https://connector.example/");
        ServiceEndpoints endpoints = new ServiceEndpoints(
                new PartnerSettings(null, scope, page, page, null, null, null),
                (tenant, app) -> Map.of("PartnerDeviceDataSyncService", URI.create(address + "/D/")),
                clock);
        assertThat(endpoints.of(TENANT, ServiceEndpoints.SyncService.DEVICE)).isEqualTo(address + "/D");
    }

    @Test
    void aTenantWithoutTheServiceIsSaidSo() {
        PartnerDataSync partner =
                new PartnerDataSync(settings(null), (tenant, app) -> Map.of(), tokens, clock, sleeper);
        assertThat(failure(() -> partner.provision(TENANT)).kind()).isEqualTo(Kind.NOT_FOUND);
        assertThat(failure(() -> partner.status(TENANT, MESSAGE)).kind()).isEqualTo(Kind.NOT_FOUND);
    }

    @Test
    void anAnswerThatIsTooLargeIsNotRead() {
        intune.then(200, "{\"Status\":\"Completed\",\"x\":\"" + "y".repeat(PartnerDataSync.MAX_BODY) + "\"}");
        assertThat(failure(() -> partner().status(TENANT, MESSAGE)).kind()).isEqualTo(Kind.UNAVAILABLE);
    }

    private PartnerDataSync partner() {
        return partner(settings(null));
    }

    private PartnerDataSync partner(PartnerSettings settings) {
        ServiceDirectory directory = (tenant, app) -> {
            discoveries.add(tenant);
            return Map.of(
                    "PartnerTenantDataSyncService", URI.create(discovered + "/StatelessPartnerService/T"),
                    "PartnerDeviceDataSyncService", URI.create(discovered + "/StatelessPartnerService/D/"));
        };
        return new PartnerDataSync(settings, directory, tokens, clock, sleeper);
    }

    private static PartnerSettings settings(@Nullable URI endpoint) {
        return new PartnerSettings(
                endpoint,
                PartnerSettings.PUBLIC_CLOUD_SCOPE,
                URI.create("http://localhost/enroll"),
                URI.create("http://localhost/remedy"),
                90,
                "inventedThreat",
                null);
    }

    private static UpstreamException failure(Runnable call) {
        UpstreamException failure = catchThrowableOfType(UpstreamException.class, call::run);
        assertThat(failure).isNotNull();
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        assertThat(text.toString()).doesNotContain(CANARY);
        return failure;
    }

    private static final class Tokens implements AccessTokens {

        private final List<Key> asked = new ArrayList<>();
        private int number = 1;

        @Override
        public String token(Key key) {
            asked.add(key);
            return CANARY + number;
        }

        @Override
        public void drop(Key key, String refused) {
            assertThat(refused).isEqualTo(CANARY + number);
            number++;
        }
    }
}
