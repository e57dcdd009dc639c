package dev.mtdconnector.device;

import static dev.mtdconnector.testing.TestApp.LENA;
import static dev.mtdconnector.testing.TestApp.PHONE;
import static dev.mtdconnector.testing.TestApp.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.storage.Row;
import dev.mtdconnector.testing.TestApp;
import dev.mtdconnector.testing.TestApp.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckInTest {

    private final TestApp app = new TestApp().ready();
    private final String credential = app.activate(PHONE);

    private Answer checkIn(String body) {
        return app.send("POST", "/device/v1/checkin", credential, body);
    }

    private Set<Row> rows() {
        return app.tables.dump().values().stream().flatMap(List::stream).collect(Collectors.toCollection(HashSet::new));
    }

    private static String flag(ConfigurationFlag flag, boolean value) {
        return "{\"configuration\": {\"" + flag.label() + "\": " + value + "}}";
    }

    private JsonNode device() {
        return app.get("/api/v1/devices/" + PHONE).expect(200).json();
    }

    private List<String> classifications(JsonNode threats) {
        List<String> names = new ArrayList<>();
        threats.forEach(threat -> names.add(threat.at("/classifications/0").asText()));
        return names;
    }

    @Test
    void whatTheAgentSaysIsShownAndStaysUntilItSaysOtherwise() {
        checkIn("""
                {"agentVersion": "1.0", "osVersion": "18.6", "patchLevel": "2026-11-05",
                 "configuration": {"deviceLock": true, "vpn": false}}""").expect(200);
        checkIn("{\"agentVersion\": \"1.1\"}").expect(200);
        JsonNode device = device();
        assertThat(device.at("/agentVersion").asText()).isEqualTo("1.1");
        assertThat(device.at("/osVersion").asText()).isEqualTo("18.6");
        assertThat(device.at("/patchLevel").asText()).isEqualTo("2026-11-05");
        assertThat(device.at("/configuration").toString()).isEqualTo("{\"deviceLock\":true,\"vpn\":false}");
    }

    @ParameterizedTest
    @EnumSource
    void aSettingThatIsWrongIsAThreatUntilItIsRight(ConfigurationFlag flag) {
        boolean wrong = flag.isWrong(true);
        Answer answer = checkIn(flag(flag, wrong)).expect(200);
        assertThat(classifications(answer.json().at("/openThreats")))
                .containsExactly(flag.classification().name());
        String guid = answer.text("/openThreats/0/guid");
        assertThat(checkIn(flag(flag, wrong)).text("/openThreats/0/guid")).isEqualTo(guid);
        assertThat(checkIn("{}").json().at("/openThreats")).hasSize(1);

        assertThat(checkIn(flag(flag, !wrong)).json().at("/openThreats")).isEmpty();
        assertThat(device().at("/threats/0/status").asText()).isEqualTo("resolved");
        assertThat(checkIn(flag(flag, wrong)).text("/openThreats/0/guid"))
                .as("the same threat, open again")
                .isEqualTo(guid);
    }

    @Test
    void intuneHearsOfASettingThatCounts() {
        checkIn(flag(ConfigurationFlag.DEVICE_LOCK, false)).expect(200);
        app.drain();
        checkIn(flag(ConfigurationFlag.VPN, false)).expect(200);
        app.drain();
        checkIn(flag(ConfigurationFlag.DEVICE_LOCK, true)).expect(200);
        app.drain();
        assertThat(app.intune.history(PHONE)).containsExactly("lowSeverity", "secured");
    }

    @Test
    void aCheckInThatSaysNothingNewWritesNothingForAnHourThenOneRow() {
        app.checkIn(credential).expect(200);
        app.drain();
        Set<Row> before = rows();
        app.clock.advance(Duration.ofMinutes(59));
        app.checkIn(credential).expect(200);
        assertThat(rows()).isEqualTo(before);

        app.clock.advance(Duration.ofMinutes(1));
        app.checkIn(credential).expect(200);
        Set<Row> after = rows();
        after.removeAll(before);
        assertThat(after).extracting(Row::key).containsExactly("d|" + PHONE + "|0");
        assertThat(device().at("/lastCheckInAt").asText())
                .isEqualTo(app.clock.instant().toString());
    }

    @Test
    void aDeviceThatIsSilentForThirtyDaysIsDisconnectedAndItsCheckInReconnectsIt() {
        app.checkIn(credential).expect(200);
        checkIn(flag(ConfigurationFlag.DEVICE_LOCK, false)).expect(200);
        app.drain();
        sweepAfter(Duration.ofDays(30).minusHours(2));
        assertThat(app.device(PHONE)).isEqualTo("low");
        sweepAfter(Duration.ofHours(3));
        assertThat(app.device(PHONE)).isEqualTo("disconnected");
        assertThat(device().at("/protection").asText()).isEqualTo("disconnected");
        assertThat(device().at("/security").isNull()).isTrue();

        app.checkIn(credential).expect(200);
        assertThat(app.device(PHONE)).isEqualTo("low");
        assertThat(device().at("/disconnectedSince").isNull()).isTrue();
        app.drain();
        assertThat(app.intune.history(PHONE)).containsExactly("lowSeverity", "unresponsive", "lowSeverity");
    }

    private void sweepAfter(Duration time) {
        app.clock.advance(time);
        app.app().tick();
        app.drain();
    }

    @Test
    void whatIsSwitchedOffIsNotToldOfADisconnectedDevice() {
        app.put("/api/v1/connector/state-sync", "{\"deviceStatus\": false, \"threatStatus\": true}")
                .expect(200);
        app.checkIn(credential).expect(200);
        app.drain();
        sweepAfter(Duration.ofDays(31));
        assertThat(app.device(PHONE)).isEqualTo("disconnected");
        assertThat(app.intune.history(PHONE)).containsExactly("secured");
    }

    @Test
    void theNumberOfDaysIsTheTenantsOwn() {
        String settings = "/api/v1/connector/device-settings";
        assertThat(app.get(settings).expect(200).text("/disconnectedAfterDays")).isEqualTo("30");
        app.checkIn(credential).expect(200);
        app.drain();
        sweepAfter(Duration.ofDays(10));
        assertThat(app.device(PHONE)).isEqualTo("secured");
        app.put(settings, "{\"disconnectedAfterDays\": 7}").expect(200);
        app.drain();
        assertThat(app.device(PHONE)).isEqualTo("disconnected");
        app.put(settings, "{\"disconnectedAfterDays\": 90}").expect(200);
        app.drain();
        assertThat(app.device(PHONE)).isEqualTo("secured");
        assertThat(app.get(settings).text("/disconnectedAfterDays")).isEqualTo("90");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "91", "-1", "\"30\"", "1.5", "null"})
    void aNumberOfDaysIsFromOneToNinety(String days) {
        assertThat(app.put("/api/v1/connector/device-settings", "{\"disconnectedAfterDays\": " + days + "}")
                        .expect(400)
                        .text("/errors/0/field"))
                .isEqualTo("disconnectedAfterDays");
    }

    @Test
    void aDeviceThatOnlyTheFeedSpeaksOfIsNotWaitedFor() {
        TestApp fed = new TestApp().ready();
        fed.feed(TestApp.deviceEvent("e1", TestApp.START, TestApp.VENDOR_GUID, PHONE, "ACTIVATED"))
                .expect(200);
        fed.drain();
        fed.clock.advance(Duration.ofDays(40));
        fed.app().tick();
        fed.drain();
        assertThat(fed.device(PHONE)).isEqualTo("secured");
    }

    @ParameterizedTest
    @CsvSource({
        "sv, Din enhet är skyddad",
        "'fr-CA,fr;q=0.9,en;q=0.5', Votre appareil est protégé",
        "'de, ko;q=0.5', 기기가 보호되고",
        "nl-BE, Uw apparaat is beschermd",
        "de, Your device is protected",
        "'**;;q=x', Your device is protected"
    })
    void theMessageIsInTheUsersLanguage(String languages, String beginning) {
        Answer answer = app.sendWith(
                "POST",
                "/device/v1/checkin",
                Map.of(
                        "Authorization",
                        "Bearer " + credential,
                        "Content-Type",
                        "application/json",
                        "Content-Length",
                        "2",
                        "Accept-Language",
                        languages),
                "{}");
        assertThat(answer.expect(200).text("/message")).startsWith(beginning);
    }

    @Test
    void aRefusalCanBeShownToTheUser() {
        String body = "{\"deviceId\": \"" + LENA + "\"}";
        Answer answer = app.sendWith(
                "POST",
                "/device/v1/activate",
                Map.of(
                        "Authorization",
                        "Bearer " + app.entra.token(TENANT, LENA),
                        "Content-Type",
                        "application/json",
                        "Content-Length",
                        "" + body.length(),
                        "Accept-Language",
                        "nl"),
                body);
        assertThat(answer.expect(404).code()).isEqualTo("device.unknown");
        assertThat(answer.text("/userMessage")).startsWith("Dit apparaat is nog niet bekend");
        assertThat(answer.text("/language")).isEqualTo("nl");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"configuration\": {\"colour\": true}} | configuration.colour",
                "{\"configuration\": {\"vpn\": \"yes\"}} | configuration.vpn",
                "{\"configuration\": {\"vpn\": null}} | configuration.vpn",
                "{\"configuration\": []} | configuration",
                "{\"patchLevel\": 20260101} | patchLevel"
            })
    void whatIsWrongIsNamedAndNothingIsWritten(String body, String field) {
        var before = app.tables.dump();
        assertThat(checkIn(body).expect(400).text("/errors/0/field")).isEqualTo(field);
        assertThat(app.tables.dump()).isEqualTo(before);
    }

    @Test
    void theTraceSaysWhatACheckInChanged() {
        app.checkIn(credential).expect(200);
        app.clock.advance(Duration.ofHours(2));
        app.checkIn(credential).expect(200);
        app.clock.advance(Duration.ofSeconds(1));
        checkIn(flag(ConfigurationFlag.DEVICE_LOCK, false)).expect(200);
        assertThat(rows().stream().filter(row -> row.key().startsWith("y|" + PHONE)))
                .extracting(row -> String.valueOf(row.properties().get("d_what")))
                .as("that it was there is no line")
                .containsExactlyInAnyOrder("activated", "protected, versions", "configuration");
    }
}
