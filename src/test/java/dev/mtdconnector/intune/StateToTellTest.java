package dev.mtdconnector.intune;

import static dev.mtdconnector.testing.TestApp.LENA;
import static dev.mtdconnector.testing.TestApp.PHONE;
import static dev.mtdconnector.testing.TestApp.START;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.connector.Connector;
import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.Platform;
import dev.mtdconnector.device.ThreatState;
import dev.mtdconnector.device.Told;
import dev.mtdconnector.testing.TestApp;
import dev.mtdconnector.threat.Policy;
import dev.mtdconnector.threat.RiskLevel;
import dev.mtdconnector.threat.Threat;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What Intune is told of a device: every combination of its three axes, its scope, and the two switches. */
class StateToTellTest {

    private static final List<String> SCOPES = List.of("in", "out");
    private static final List<String> TOLD = List.of("never", "before");
    private static final List<String> ACTIVATIONS = List.of("pending", "activated", "deactivated");
    private static final List<String> PROTECTIONS = List.of("none", "protected", "disconnected");
    private static final List<String> LEVELS = List.of("none", "uncounted", "low", "medium", "high");

    /**
     * The whole of it. {@code *} is any value; {@code uncounted} are open threats whose level is none; {@code before} means
     * that something told before still stands at Intune; the last four columns are what is told with the switches for
     * device status and threat status.
     */
    private static final String TABLE = """
            scope told   activation  protection   level     | both           device only  threat only    neither
            in    never  pending     *            *         | -              -            -              -
            in    before pending     *            *         | deactivated    deactivated  -              -
            in    *      activated   none         none      | activated      activated    -              -
            in    *      activated   none         uncounted | activated      activated    -              -
            in    *      activated   none         low       | lowSeverity    activated    lowSeverity    -
            in    *      activated   none         medium    | mediumSeverity activated    mediumSeverity -
            in    *      activated   none         high      | highSeverity   activated    highSeverity   -
            in    *      activated   protected    none      | secured        activated    secured        -
            in    *      activated   protected    uncounted | secured        activated    secured        -
            in    *      activated   protected    low       | lowSeverity    activated    lowSeverity    -
            in    *      activated   protected    medium    | mediumSeverity activated    mediumSeverity -
            in    *      activated   protected    high      | highSeverity   activated    highSeverity   -
            in    *      activated   disconnected *         | unresponsive   unresponsive -              -
            in    *      deactivated *            *         | deactivated    deactivated  -              -
            out   never  *           *            *         | -              -            -              -
            out   before *           *            *         | deactivated    deactivated  -              -
            """;

    /** A combination, or with {@code *} several; and what is told by each of the four settings of the switches. */
    private record Line(List<String> device, List<String> told) {

        static List<Line> all() {
            return TABLE.lines()
                    .skip(1)
                    .map(line -> line.split("\\|", -1))
                    .map(sides -> new Line(words(sides[0]), words(sides[1])))
                    .toList();
        }

        private static List<String> words(String text) {
            return List.of(text.strip().split(" +", -1));
        }

        boolean isOf(List<String> combination) {
            for (int i = 0; i < combination.size(); i++) {
                if (!device.get(i).equals("*") && !device.get(i).equals(combination.get(i))) {
                    return false;
                }
            }
            return true;
        }
    }

    private static List<List<String>> combinations() {
        List<List<String>> all = new ArrayList<>();
        for (String scope : SCOPES) {
            for (String told : TOLD) {
                for (String activation : ACTIVATIONS) {
                    for (String protection : PROTECTIONS) {
                        for (String level : LEVELS) {
                            all.add(List.of(scope, told, activation, protection, level));
                        }
                    }
                }
            }
        }
        return all;
    }

    @Test
    void everyCombinationIsToldAsTheTableSays() {
        List<List<String>> combinations = combinations();
        assertThat(combinations).hasSize(180);
        for (List<String> combination : combinations) {
            List<Line> lines =
                    Line.all().stream().filter(line -> line.isOf(combination)).toList();
            assertThat(lines).as("lines of the table for %s", combination).hasSize(1);
            Device device = device(combination);
            assertThat(List.of(
                            told(device, true, true),
                            told(device, true, false),
                            told(device, false, true),
                            told(device, false, false)))
                    .as("%s", combination)
                    .isEqualTo(lines.get(0).told());
        }
    }

    @Test
    void whatWasTakenBackIsNotTakenBackAgain() {
        Device gone = device(List.of("out", "never", "activated", "protected", "high"))
                .withTold(new Told(ThreatState.DEACTIVATED, "message", START, START));
        assertThat(told(gone, true, true)).isEqualTo("-");
        Device onItsWay = gone.withTold(new Told(ThreatState.DEACTIVATED, "message", START, null));
        assertThat(told(onItsWay, true, true)).isEqualTo("deactivated");
    }

    /** Whether a device can come to be so or not: what is told follows from what it is. */
    private static Device device(List<String> combination) {
        Device device = Device.pending(
                new Device.DirectoryFacts(PHONE, "object", null, Platform.IOS, null, null, null, LENA, null));
        device = switch (combination.get(2)) {
            case "activated" -> device.activated(START);
            case "deactivated" -> device.activated(START).deactivated();
            default -> device;
        };
        device = switch (combination.get(3)) {
            case "protected" -> device.healthy(START);
            case "disconnected" -> device.healthy(START).disconnected(START);
            default -> device;
        };
        device = switch (combination.get(4)) {
            case "uncounted" -> device.with(threat("PORT_SCAN"));
            case "low" -> device.with(threat("ADWARE"));
            case "medium" -> device.with(threat("SPAM"));
            case "high" -> device.with(threat("TROJAN"));
            default -> device;
        };
        if (combination.get(1).equals("before")) {
            device = device.withTold(new Told(ThreatState.SECURED, "message", START, START));
        }
        return combination.get(0).equals("in") ? device : device.departed(START, false);
    }

    private static Threat threat(String classification) {
        return new Threat(
                "guid",
                Threat.Status.OPEN,
                new Threat.Finding(List.of(classification), RiskLevel.NONE, "APPLICATION"),
                START,
                START,
                "id",
                null,
                null);
    }

    private static String told(Device device, boolean deviceStatus, boolean threatStatus) {
        Connector connector =
                Connector.create(TestApp.TENANT, 10, START).with(new Connector.StateSync(deviceStatus, threatStatus));
        return StateToTell.of(device, Policy.DEFAULT, connector)
                .map(ThreatState::wireName)
                .orElse("-");
    }
}
