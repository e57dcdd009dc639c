package dev.mtdconnector.webhook;

import static dev.mtdconnector.testing.TestApp.PHONE;
import static dev.mtdconnector.testing.TestApp.START;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mtdconnector.testing.FakeRiskApi;
import dev.mtdconnector.testing.TestApp;
import dev.mtdconnector.testing.TestApp.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The example of the document, and what a webhook with a mapping does besides. */
class WebhookTest {

    private static final String ONE = "/api/v1/webhooks/acme";
    private static final String TABLET = "3a1d5e0c-5b0b-4a57-9d0a-6f3d8a0f4b11";

    private final TestApp app = new TestApp().ready();

    @BeforeEach
    void theMappingOfTheDocumentIsSaved() {
        app.put(ONE, example("mapping")).expect(200);
    }

    private static String example(String name) {
        try {
            String document = Files.readString(Path.of("docs", "feeds-of-others.md"));
            String from = document.substring(document.indexOf("<!-- " + name + " -->"));
            return from.substring(from.indexOf("```json") + 7, from.indexOf("```\n<!-- end"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String alert(String... replacements) {
        String body = example("sample");
        for (int i = 0; i < replacements.length; i += 2) {
            assertThat(body).contains(replacements[i]);
            body = body.replace(replacements[i], replacements[i + 1]);
        }
        return body;
    }

    private Answer push(String body) {
        return app.send("POST", "/webhooks/acme", app.feedKey(), body);
    }

    @Test
    void theExampleOfTheDocumentIsReadAsItSays() throws IOException {
        String before = app.tables.dump().toString();
        JsonNode answer = app.post(ONE + "/test", example("sample")).expect(200).json();
        String shown = answer.toString().replaceAll("\"(vendorGuid|threatGuid)\":\"[^\"]*\"", "\"$1\":\"…\"");
        assertThat(new ObjectMapper().readTree(shown)).isEqualTo(new ObjectMapper().readTree(example("answer")));
        assertThat(app.tables.dump()).as("trying writes nothing").hasToString(before);
    }

    @Test
    void anAlertRaisesTheLevelAndItsEndLowersIt() {
        assertThat(push(alert()).expect(200).text("/applied")).isEqualTo("2");
        assertThat(app.device(PHONE)).isEqualTo("high");
        assertThat(push(alert()).expect(200).text("/unchanged")).isEqualTo("2");

        app.clock.advance(Duration.ofMinutes(5));
        push(alert("9001", "9002", "1795251600", "1795251660", "ACTIVE", "Closed"))
                .expect(200);
        assertThat(app.device(PHONE)).isEqualTo("secured");
        push(alert()).expect(200);
        assertThat(app.device(PHONE)).as("the late repetition").isEqualTo("secured");
    }

    @Test
    void anEventWithoutIdIsTheSameEventWhenItIsSentAgain() {
        String first = alert("\"alertId\": \"9001\", ", "");
        assertThat(push(first).expect(200).text("/applied")).isEqualTo("2");
        String again = alert("\"alertId\": \"9001\", ", "\"attempt\": 2, ", "\"level\": 9", "\"level\"  :  9");
        assertThat(push(again).expect(200).text("/unchanged")).isEqualTo("2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"1e99999999\"", "\"1e-99999999\"", "\"0e99999999\"", "\"-1\"", "\"1.5.5\"", "1e300"})
    @Timeout(20)
    void aTimeOfAMillionDigitsIsNoTime(String time) {
        assertThat(push(alert("1795251600", time)).expect(400).text("/errors/0/field"))
                .isEqualTo("events[0].detected");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"1795251600\"", "\"1795251600.25\"", "1795251600.0"})
    void aTimeMayBeTextOrHaveAFraction(String time) {
        assertThat(push(alert("1795251600", time)).expect(200).text("/applied")).isEqualTo("2");
    }

    @Test
    void wordsThatNobodyMappedWeighWhatTheIntakeSays() {
        push(alert("Banking Trojan", "Quantum worm")).expect(200);
        assertThat(app.device(PHONE)).as("never below the severity").isEqualTo("high");
        push(alert("9001", "9002", "f-17", "f-18", "ACTIVE", "PONDERING")).expect(200);
        assertThat(app.get("/api/v1/devices/" + PHONE).json().path("openThreats"))
                .hasSize(1);
        String words = app.get("/api/v1/events/intake")
                .expect(200)
                .json()
                .path("unknownWords")
                .toString();
        assertThat(words).contains("QUANTUM_WORM").contains("PONDERING");
    }

    @Test
    void whatWaitsIsToldAsItWasReadWhenTheWebhookIsGone() {
        assertThat(push(alert(PHONE, TABLET)).expect(200).text("/parked")).isEqualTo("2");
        app.delete(ONE).expect(204);
        app.directory.withDevice(TABLET, TestApp.LENA, "iOS", "18");
        app.post("/api/v1/connector/sync", "");
        app.drain();
        assertThat(app.device(TABLET)).isEqualTo("high");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1795251600|0|detected",
                "1795251600|4070908800|detected",
                "1795251600|99999999999999999999999|detected",
                "1795251600|1e400|detected",
                "1795251600|\"soon\"|detected",
                "1795251600|null|detected",
                "082fb7b9-70be|x|phone.azureAdDeviceId",
                "\"state\": \"ACTIVE\"|\"state\": []|state"
            })
    void whatIsWrongIsNamedAsTheVendorCallsItAndNothingIsWritten(String from, String to, String field) {
        push("{}").expect(200);
        String before = app.tables.dump().toString();
        Answer answer = push(alert(from, to)).expect(400);
        assertThat(answer.text("/errors/0/field")).isEqualTo("events[0]." + field);
        assertThat(app.tables.dump()).hasToString(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"7", "[]", "{\"alerts\": 7}", "{\"alerts\": [", "\ufeff{}", "{\"alerts\": [], \"alerts\": []}"})
    void aBodyThatHasNoListWhereItShouldIsRefused(String body) {
        assertThat(push(body).expect(400).code()).isEqualTo("request.invalid");
    }

    @Test
    void moreEventsThanARequestShouldHaveAreRefused() {
        assertThat(push("{\"alerts\": [" + "{},".repeat(2000) + "{}]}")
                        .expect(400)
                        .text("/errors/0/field"))
                .isEqualTo("events");
    }

    @Test
    void aVendorsOwnIdIsTiedByTheEventThatNamesTheEntraDevice() {
        app.put(
                        ONE,
                        example("mapping")
                                .replace(
                                        "\"device\": {\"at\": \"/phone/azureAdDeviceId\", \"as\": \"entra-device-id\"}",
                                        "\"device\": {\"at\": \"/phone/serial\", \"as\": \"vendor-id\", \"entraDeviceId\": \"/phone/entra\"}"))
                .expect(200);
        String byId = alert("\"azureAdDeviceId\": \"" + PHONE + "\"", "\"serial\": \"SN 4711 ü\"");
        assertThat(push(byId).expect(200).text("/parked")).isEqualTo("2");
        String naming = byId.replace("9001", "9003").replace("\"serial\"", "\"entra\": \"" + PHONE + "\", \"serial\"");
        assertThat(push(naming).expect(200).text("/parked")).isEqualTo("0");
        assertThat(app.device(PHONE)).isEqualTo("high");
    }

    @Test
    void whoHasNoFeedKeyAndWhatHasNoWebhookIsRefused() {
        assertThat(app.send("POST", "/webhooks/acme", null, alert()).status()).isEqualTo(401);
        assertThat(app.send("POST", "/webhooks/acme", app.activate(PHONE), alert())
                        .status())
                .isEqualTo(403);
        assertThat(app.send("POST", "/webhooks/nobody", app.feedKey(), alert()).code())
                .isEqualTo("webhook.unknown");
        assertThat(app.send("POST", "/webhooks/" + "x".repeat(2000), app.feedKey(), alert())
                        .code())
                .isEqualTo("webhook.unknown");
    }

    @Test
    void savingIsRecordedAndAsManyAsThereMayBeAreTaken() {
        for (int i = 0; i < WebhookSettingsRoutes.MOST - 1; i++) {
            app.put("/api/v1/webhooks/w" + i, "{\"format\": \"mobile-risk-api\"}")
                    .expect(200);
        }
        assertThat(app.put("/api/v1/webhooks/one-more", "{\"format\": \"mobile-risk-api\"}")
                        .code())
                .isEqualTo("webhook.limit");
        assertThat(app.get("/api/v1/webhooks").json().path("webhooks")).hasSize(WebhookSettingsRoutes.MOST);
        assertThat(app.get("/api/v1/audit?action=webhook.save").json().path("entries"))
                .hasSize(WebhookSettingsRoutes.MOST);
        assertThat(app.delete("/api/v1/webhooks/one-more").code()).isEqualTo("webhook.unknown");
    }

    @Test
    void disconnectingTheMobileRiskApiClosesNothingOfAWebhook() {
        app.put("/api/v1/feed", "{\"applicationKey\": \"" + FakeRiskApi.KEY + "\"}")
                .expect(200);
        app.drain();
        push(alert()).expect(200);
        app.feed(TestApp.threatEvent("t1", START, TestApp.VENDOR_GUID, TestApp.LENA, "OPEN", "SPAM"));
        app.feed(TestApp.deviceEvent("e0", START, TestApp.VENDOR_GUID, PHONE, "ACTIVATED"));
        assertThat(app.get("/api/v1/devices/" + PHONE).json().path("openThreats"))
                .hasSize(2);
        app.delete("/api/v1/feed?threats=close").expect(200);
        app.drain();
        assertThat(app.get("/api/v1/devices/" + PHONE).json().path("openThreats"))
                .hasSize(1);
        assertThat(app.device(PHONE)).isEqualTo("high");
    }

    @Test
    void theMobileRiskApisOwnEventsAreTakenToo() {
        app.put("/api/v1/webhooks/lookout", "{\"format\": \"mobile-risk-api\"}").expect(200);
        String tie = TestApp.deviceEvent("e0", START, TestApp.VENDOR_GUID, PHONE, "ACTIVATED");
        assertThat(app.send("POST", "/webhooks/lookout", app.feedKey(), tie)
                        .expect(200)
                        .text("/applied"))
                .isEqualTo("1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"/alerts\"|\"alerts\"|mapping.events",
                "\"/alertId\"|\"/a~2\"|mapping.id",
                "\"/alertId\"|7|mapping.id",
                "\"/detected\"|\"\"|mapping.time.at",
                "epoch-seconds|fortnights|mapping.time.as",
                "entra-device-id|user-principal-name|mapping.device.as",
                "\"threat\": \"/finding/id\",||mapping.threat",
                "\"open\"|\"opened\"|mapping.status.words.active",
                "TROJAN|HORSE|mapping.classification.words.banking trojan",
                "\"absent\": \"low\"|\"absent\": \"so-so\"|mapping.severity.absent",
                "\"jailbreak\"|\"BANKING TROJAN\"|mapping.classification.words",
                "\"events\"|\"event\"|mapping.event"
            })
    void aMappingThatCannotWorkIsRefusedByField(String from, String to, String field) {
        String mapping = example("mapping");
        assertThat(mapping).contains(from);
        Answer answer =
                app.put(ONE, mapping.replace(from, to == null ? "" : to)).expect(400);
        assertThat(answer.json().path("errors").findValuesAsText("field")).contains(field);
        assertThat(app.get(ONE).json().path("mapping")).isNotEmpty();
    }

    @Test
    void aFormatAndItsMappingGoTogether() {
        assertThat(app.put("/api/v1/webhooks/x", "{}").expect(400).text("/errors/0/field"))
                .isEqualTo("mapping");
        assertThat(app.put("/api/v1/webhooks/x", "{\"format\": \"mobile-risk-api\", \"mapping\": {}}")
                        .expect(400)
                        .json()
                        .path("errors")
                        .findValuesAsText("field"))
                .contains("mapping");
        assertThat(app.put("/api/v1/webhooks/X", "{\"format\": \"mobile-risk-api\"}")
                        .expect(400)
                        .text("/errors/0/field"))
                .isEqualTo("name");
        assertThat(app.get("/api/v1/webhooks").json().path("webhooks")).hasSize(1);
    }
}
