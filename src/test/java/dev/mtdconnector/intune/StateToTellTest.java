package dev.mtdconnector.intune;

import static dev.mtdconnector.testing.TestApp.LENA;
import static dev.mtdconnector.testing.TestApp.PHONE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.connector.Connector;
import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.Platform;
import dev.mtdconnector.device.ThreatState;
import dev.mtdconnector.testing.TestApp;
import dev.mtdconnector.threat.Policy;
import dev.mtdconnector.threat.RiskLevel;
import dev.mtdconnector.threat.Threat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a partner tells of a device, by the two switches. */
class StateToTellTest {

    private static final Device PENDING = Device.pending(
            new Device.DirectoryFacts(PHONE, "object", null, Platform.IOS, null, null, null, LENA, null));

    private static Device device(String activation, boolean healthy, String classification) {
        Device device = switch (activation) {
            case "activated" -> PENDING.activated(TestApp.START);
            case "disconnected" -> PENDING.activated(TestApp.START).disconnected(TestApp.START);
            case "deactivated" -> PENDING.activated(TestApp.START).deactivated();
            default -> PENDING;
        };
        device = healthy ? device.healthy(TestApp.START) : device;
        return classification.equals("-")
                ? device
                : device.with(new Threat(
                        "guid",
                        Threat.Status.OPEN,
                        List.of(classification),
                        RiskLevel.NONE,
                        "APPLICATION",
                        TestApp.START,
                        TestApp.START,
                        "id"));
    }

    @ParameterizedTest
    @CsvSource({
        // activation, healthy, open threat; both switches, device only, threat only, neither
        "pending,     false, -,          nothing,        nothing,     nothing,        nothing",
        "pending,     false, TROJAN,     nothing,        nothing,     nothing,        nothing",
        "activated,   false, -,          activated,      activated,   nothing,        nothing",
        "activated,   false, PORT_SCAN,  activated,      activated,   nothing,        nothing",
        "activated,   false, TROJAN,     highSeverity,   activated,   highSeverity,   nothing",
        "activated,   true,  -,          secured,        activated,   secured,        nothing",
        "activated,   true,  PORT_SCAN,  secured,        activated,   secured,        nothing",
        "activated,   true,  ADWARE,     lowSeverity,    activated,   lowSeverity,    nothing",
        "activated,   true,  SPAM,       mediumSeverity, activated,   mediumSeverity, nothing",
        "activated,   true,  TROJAN,     highSeverity,   activated,   highSeverity,   nothing",
        "disconnected, false, -,         unresponsive,   unresponsive, nothing,       nothing",
        "disconnected, true, TROJAN,     unresponsive,   unresponsive, nothing,       nothing",
        "deactivated, false, -,          deactivated,    deactivated, nothing,        nothing",
        "deactivated, true,  TROJAN,     deactivated,    deactivated, nothing,        nothing"
    })
    void theTable(
            String activation,
            boolean healthy,
            String classification,
            String both,
            String deviceOnly,
            String threatOnly,
            String neither) {
        Device device = device(activation, healthy, classification);
        assertThat(told(device, true, true)).isEqualTo(both);
        assertThat(told(device, true, false)).isEqualTo(deviceOnly);
        assertThat(told(device, false, true)).isEqualTo(threatOnly);
        assertThat(told(device, false, false)).isEqualTo(neither);
    }

    private static String told(Device device, boolean deviceStatus, boolean threatStatus) {
        Connector connector = Connector.create(TestApp.TENANT, 10, TestApp.START)
                .with(new Connector.StateSync(deviceStatus, threatStatus));
        return StateToTell.of(device, Policy.DEFAULT, connector)
                .map(ThreatState::wireName)
                .orElse("nothing");
    }
}
