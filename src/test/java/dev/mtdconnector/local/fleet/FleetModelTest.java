package dev.mtdconnector.local.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.local.fleet.Act.Kind;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FleetModelTest {

    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    private final FleetModel model = new FleetModel(Duration.ofDays(2));

    @BeforeEach
    void anaHasAPhoneAndIsInAGroup() {
        happens(NOON, Kind.HIRED, "ana", "", "", "Ana");
        happens(NOON, Kind.GOT_PHONE, "ana", "phone", "iOS own managed", "Ana's phone");
        happens(NOON, Kind.JOINED, "ana", "", "direct", "");
    }

    private void happens(Instant at, Kind kind, String person, String phone, String what, String name) {
        model.apply(new Act(at, kind, person, phone, what, name), at);
    }

    private void says(Instant at, Kind kind, String what) {
        happens(at, kind, "ana", "phone", what, "guid of " + what);
    }

    private void expect(Instant now, String word, String shown) {
        assertThat(model.words(model.phone("phone"), now)).containsExactlyInAnyOrder(word.split(" or "));
        assertThat(model.shown(model.phone("phone"), now)).containsExactlyInAnyOrder(shown.split(" or "));
    }

    @Test
    void aPhoneGoesThroughItsStates() {
        expect(NOON, "pending", "unknown");
        says(NOON, Kind.ACTIVATES, "");
        expect(NOON, "activated", "activated");
        says(NOON, Kind.CHECKS_IN, "1.0");
        expect(NOON, "secured", "secured");
        says(NOON, Kind.CATCHES, "ADWARE");
        says(NOON, Kind.CATCHES, "TROJAN");
        expect(NOON, "high", "highSeverity");
        says(NOON, Kind.RESOLVES, "TROJAN");
        expect(NOON, "low", "lowSeverity");
        says(NOON, Kind.DEACTIVATED, "");
        expect(NOON, "deactivated", "deactivated");
    }

    @Test
    void whoIsSilentIsDisconnectedWithinTheTimeOfASweep() {
        says(NOON, Kind.ACTIVATES, "");
        says(NOON, Kind.CHECKS_IN, "1.0");

        expect(NOON.plus(Duration.ofHours(47)), "secured", "secured");
        expect(NOON.plus(Duration.ofHours(49)), "secured or disconnected", "secured or unresponsive");
        expect(NOON.plus(Duration.ofHours(51)), "disconnected", "unresponsive");
        says(NOON.plus(Duration.ofHours(51)), Kind.CHECKS_IN, "1.0");
        expect(NOON.plus(Duration.ofHours(51)), "secured", "secured");
    }

    @Test
    void whatIntuneWasPerhapsNeverToldMayBeUnknownThere() {
        says(NOON, Kind.ACTIVATES, "");
        happens(NOON, Kind.LEFT, "ana", "", "direct", "");
        expect(NOON, " or out-of-scope", "unknown or deactivated");

        model.seen(model.phone("phone"), "out-of-scope", "deactivated");
        expect(NOON, "out-of-scope", "deactivated");
        happens(NOON, Kind.JOINED, "ana", "", "nested", "");
        expect(NOON, "activated", "activated");
    }

    @Test
    void aPhoneThatIsHandedOverIsAsNew() {
        says(NOON, Kind.ACTIVATES, "");
        says(NOON, Kind.CATCHES, "TROJAN");
        model.seen(model.phone("phone"), "high", "highSeverity");
        happens(NOON, Kind.HIRED, "bo", "", "", "Bo");
        happens(NOON, Kind.JOINED, "bo", "", "direct", "");

        happens(NOON, Kind.HANDED_OVER, "bo", "phone", "", "");

        expect(NOON, "pending", "deactivated");
        assertThat(model.phone("phone").threats).isEmpty();
    }

    @Test
    void theRuleAtOrUnderLowHoldsWhoIsWorseOrSaysNothing() {
        assertThat(FleetModel.compliance(model.phone("phone"), "lowSeverity")).isEqualTo("compliant");
        assertThat(FleetModel.compliance(model.phone("phone"), "mediumSeverity"))
                .isEqualTo("noncompliant");
        assertThat(FleetModel.compliance(model.phone("phone"), "unknown")).isEqualTo("noncompliant");
    }
}
