package dev.mtdconnector.threat;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyTest {

    private static final Instant AT = Instant.parse("2026-11-21T09:00:00Z");

    private static Threat threat(Threat.Status status, RiskLevel severity, String... classifications) {
        return new Threat(
                "guid",
                status,
                new Threat.Finding(List.of(classifications), severity, "APPLICATION"),
                AT,
                AT,
                "id",
                null,
                null);
    }

    private static RiskLevel level(RiskLevel severity, String... classifications) {
        return Policy.DEFAULT.levelOf(threat(Threat.Status.OPEN, severity, classifications));
    }

    @Test
    void everyClassificationOfTheApiHasItsDefaultLevel() {
        Map<RiskLevel, String> levels = new TreeMap<>();
        for (Classification classification : Classification.values()) {
            levels.merge(level(RiskLevel.NONE, classification.name()), classification.name(), (a, b) -> a + " " + b);
        }
        assertThat(Classification.values()).hasSize(49);
        assertThat(levels)
                .isEqualTo(Map.of(
                        RiskLevel.HIGH,
                        "TROJAN WORM VIRUS EXPLOIT BACKDOOR BOT SURVEILLANCEWARE ACTIVE_MITM ROOT_ENABLER"
                                + " ROOT_JAILBREAK SPYWARE TOLL_FRAUD ACCESS_CONTROL_VIOLATION PHISHING_CONTENT"
                                + " MALICIOUS_CONTENT",
                        RiskLevel.MEDIUM,
                        "CLICK_FRAUD APP_DROPPER SPAM CHARGEWARE DATA_LEAK DENYLISTED_APP ROGUE_WIFI",
                        RiskLevel.LOW,
                        "ADWARE RISKWARE CONNECTIVITY SIDELOADED_APP NON_APP_STORE_SIGNER UNKNOWN NO_DEVICE_LOCK"
                                + " UNENCRYPTED DEVELOPER_MODE_ENABLED USB_DEBUGGING_ENABLED"
                                + " UNKNOWN_SOURCES_ENABLED OUT_OF_DATE_OS UNAUTHORIZED_CONTENT"
                                + " DENYLISTED_CONTENT",
                        RiskLevel.NONE,
                        "VULNERABILITY PORT_SCAN GATEWAY_ADDRESS_CHANGE OUT_OF_DATE_ASPL AGENT_OUTDATED"
                                + " VPN_NOT_ENABLED SECURE_DNS_NOT_ENABLED PCP_DISABLED PCP_PAUSED"
                                + " STORAGE_PERMISSION_NOT_ACCEPTED NOTIFICATION_PERMISSION_NOT_ACCEPTED"
                                + " SMISHING_PERMISSIONS_NOT_ACCEPTED DEVICE_ADMIN_NOT_ACTIVATED"));
        assertThat(Arrays.stream(Classification.values()).filter(Classification::isPublished))
                .hasSize(8);
    }

    @Test
    void aKnownClassificationCountsMoreThanTheFeedsSeverity() {
        assertThat(level(RiskLevel.HIGH, "PCP_PAUSED")).isEqualTo(RiskLevel.NONE);
        assertThat(level(RiskLevel.LOW, "TROJAN")).isEqualTo(RiskLevel.HIGH);
    }

    @ParameterizedTest
    @CsvSource({"NONE, LOW", "LOW, LOW", "MEDIUM, MEDIUM", "HIGH, HIGH"})
    void anUnknownOneIsNeverBelowTheFeedsSeverity(RiskLevel severity, RiskLevel expected) {
        assertThat(level(severity, "QUANTUM_WORM")).isEqualTo(expected);
        assertThat(level(severity, "trojan")).isEqualTo(expected);
        assertThat(level(severity)).isEqualTo(expected);
    }

    @Test
    void theHighestOfSeveralCounts() {
        assertThat(level(RiskLevel.NONE, "PORT_SCAN", "SPAM", "ADWARE")).isEqualTo(RiskLevel.MEDIUM);
        assertThat(level(RiskLevel.HIGH, "PORT_SCAN", "SOMETHING_NEW")).isEqualTo(RiskLevel.HIGH);
    }

    @ParameterizedTest
    @CsvSource({"SURVEILLANCE, SURVEILLANCEWARE", "SPY, SPYWARE", "BLACKLISTED_APP, DENYLISTED_APP"})
    void namesOfTheFirstVersionAreUnderstood(String old, Classification current) {
        assertThat(Classification.ofName(old)).contains(current);
    }

    @ParameterizedTest
    @CsvSource({
        "NONE, NONE",
        "ADVISORY, NONE",
        "LOW, LOW",
        "MEDIUM, MEDIUM",
        "HIGH, HIGH",
        "CRITICAL, LOW",
        "high, LOW",
        "'', LOW"
    })
    void severitiesOfTheFeed(String word, RiskLevel expected) {
        assertThat(RiskLevel.ofSeverity(word)).isEqualTo(expected);
    }

    @Test
    void onlyOpenThreatsCountForADevice() {
        assertThat(Policy.DEFAULT.levelOf(List.of(
                        threat(Threat.Status.RESOLVED, RiskLevel.HIGH, "TROJAN"),
                        threat(Threat.Status.IGNORED, RiskLevel.HIGH, "TROJAN"),
                        threat(Threat.Status.OPEN, RiskLevel.HIGH, "ADWARE"))))
                .isEqualTo(RiskLevel.LOW);
        assertThat(Policy.DEFAULT.levelOf(List.of())).isEqualTo(RiskLevel.NONE);
    }

    @Test
    void aChangeIsTheNextVersionAndLeavesTheOthers() {
        Policy first = Policy.DEFAULT.with(
                Map.of(Classification.ADWARE, RiskLevel.HIGH, Classification.BOT, RiskLevel.LOW), AT, "user:1");
        Policy second = first.with(Map.of(Classification.BOT, RiskLevel.HIGH), AT, "key:2");
        assertThat(Policy.DEFAULT.version()).isZero();
        assertThat(first.version()).isEqualTo(1);
        assertThat(second)
                .isEqualTo(new Policy(2, Rule.POLICY, Map.of(Classification.ADWARE, RiskLevel.HIGH), AT, "key:2"));
        assertThat(second.levelOf(Classification.ADWARE)).isEqualTo(RiskLevel.HIGH);
        assertThat(second.levelOf(Classification.BOT)).isEqualTo(RiskLevel.HIGH);
    }

    @Test
    void theRowOfUnknownCanBeRaisedButNotBelowTheSeverity() {
        Policy raised = Policy.DEFAULT.with(Map.of(Classification.UNKNOWN, RiskLevel.MEDIUM), AT, "x");
        Policy lowered = Policy.DEFAULT.with(Map.of(Classification.UNKNOWN, RiskLevel.NONE), AT, "x");
        Threat unheardOf = threat(Threat.Status.OPEN, RiskLevel.LOW, "QUANTUM_WORM");
        assertThat(raised.levelOf(unheardOf)).isEqualTo(RiskLevel.MEDIUM);
        assertThat(lowered.levelOf(unheardOf)).isEqualTo(RiskLevel.LOW);
        assertThat(raised.decisive(List.of(unheardOf)))
                .containsExactly(
                        new Policy.Reason("guid", Classification.UNKNOWN, RiskLevel.MEDIUM, false, Rule.POLICY));
        assertThat(lowered.decisive(List.of(unheardOf)))
                .containsExactly(new Policy.Reason("guid", Classification.UNKNOWN, RiskLevel.LOW, true, Rule.POLICY));
        assertThat(lowered.levelOf(threat(Threat.Status.OPEN, RiskLevel.HIGH, "UNKNOWN")))
                .isEqualTo(RiskLevel.NONE);
    }

    @Test
    void theReasonIsTheOpenThreatThatDecidesAndItsRow() {
        Threat oldest = new Threat(
                "b",
                Threat.Status.OPEN,
                new Threat.Finding(List.of("ADWARE", "TROJAN", "BOT"), RiskLevel.LOW, "APPLICATION"),
                AT,
                AT,
                "e",
                null,
                null);
        Threat later = new Threat(
                "a",
                Threat.Status.OPEN,
                new Threat.Finding(List.of("WORM"), RiskLevel.LOW, "APPLICATION"),
                AT.plusSeconds(1),
                AT.plusSeconds(1),
                "e",
                null,
                null);
        Threat over = threat(Threat.Status.RESOLVED, RiskLevel.HIGH, "TROJAN");
        Threat less = threat(Threat.Status.OPEN, RiskLevel.HIGH, "SPAM");
        assertThat(Policy.DEFAULT.decisive(List.of(later, over, less, oldest)))
                .containsExactly(
                        new Policy.Reason("b", Classification.TROJAN, RiskLevel.HIGH, false, Rule.POLICY),
                        new Policy.Reason("a", Classification.WORM, RiskLevel.HIGH, false, Rule.POLICY));
        assertThat(Policy.DEFAULT.decisive(List.of(over))).isEmpty();
        assertThat(Policy.DEFAULT.decisive(List.of(threat(Threat.Status.OPEN, RiskLevel.HIGH, "PORT_SCAN"))))
                .containsExactly(
                        new Policy.Reason("guid", Classification.PORT_SCAN, RiskLevel.NONE, false, Rule.POLICY));
    }
}
