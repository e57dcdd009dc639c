package dev.mtdconnector.local.intune;

import static dev.mtdconnector.local.intune.IntuneBench.ANDROID;
import static dev.mtdconnector.local.intune.IntuneBench.IPHONE;
import static dev.mtdconnector.local.intune.IntuneBench.MESSAGE;
import static dev.mtdconnector.local.intune.IntuneBench.NO_DEVICE;
import static dev.mtdconnector.local.intune.IntuneBench.START;
import static dev.mtdconnector.local.intune.IntuneBench.TENANT;
import static dev.mtdconnector.local.intune.IntuneBench.UNMANAGED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SimulatedIntuneTest {

    private static final String SECOND = "5a0c1c1e-3a5c-4d8e-9d0e-000000000002";

    private final IntuneBench bench = new IntuneBench();

    @Test
    void connector_goes_from_unavailable_over_set_up_to_enabled_and_unresponsive() {
        assertThat(bench.state()).isEqualTo(ConnectorState.UNAVAILABLE);

        bench.intune.provision(TENANT, true);
        assertThat(bench.state()).isEqualTo(ConnectorState.NOT_SET_UP);

        bench.intune.heartbeat(TENANT);
        assertThat(bench.state()).isEqualTo(ConnectorState.AVAILABLE);

        bench.connect(Platform.ANDROID);
        assertThat(bench.state()).isEqualTo(ConnectorState.ENABLED);

        bench.clock.advance(Duration.ofDays(7));
        assertThat(bench.state()).isEqualTo(ConnectorState.ENABLED);
        bench.clock.advance(Duration.ofSeconds(1));
        assertThat(bench.state()).isEqualTo(ConnectorState.UNRESPONSIVE);

        bench.intune.heartbeat(TENANT);
        assertThat(bench.state()).isEqualTo(ConnectorState.ENABLED);
        bench.connect();
        assertThat(bench.state()).isEqualTo(ConnectorState.AVAILABLE);
    }

    @Test
    void deprovisioning_starts_the_set_up_over() {
        bench.enabled();

        bench.intune.provision(TENANT, false);
        assertThat(bench.state()).isEqualTo(ConnectorState.UNAVAILABLE);
        assertThatThrownBy(() -> bench.intune.heartbeat(TENANT)).isInstanceOf(IntuneRefusal.class);

        bench.intune.provision(TENANT, true);
        assertThat(bench.state()).isEqualTo(ConnectorState.NOT_SET_UP);
        bench.intune.heartbeat(TENANT);
        assertThat(bench.state()).isEqualTo(ConnectorState.ENABLED);
    }

    @Test
    void blocks_messages_until_set_up_and_after_deprovisioning() {
        assertThatThrownBy(() -> bench.report(MESSAGE, IPHONE, HealthState.SECURED, START))
                .isInstanceOf(IntuneRefusal.class);
        bench.intune.provision(TENANT, true);
        assertThatThrownBy(() -> bench.report(MESSAGE, IPHONE, HealthState.SECURED, START))
                .isInstanceOf(IntuneRefusal.class);
        bench.intune.heartbeat(TENANT);
        bench.intune.provision(TENANT, false);
        assertThatThrownBy(() -> bench.report(MESSAGE, IPHONE, HealthState.SECURED, START))
                .isInstanceOf(IntuneRefusal.class);

        assertThat(bench.intune.messages(TENANT)).isEmpty();
    }

    @Test
    void takes_messages_while_unresponsive() {
        bench.enabled();
        bench.clock.advance(Duration.ofDays(8));

        bench.report(MESSAGE, IPHONE, HealthState.LOW, bench.clock.instant());

        assertThat(bench.device(IPHONE).threatState()).isEqualTo(HealthState.LOW);
    }

    @Test
    void keeps_state_message_and_the_moment_the_state_began() {
        bench.enabled();
        bench.report(MESSAGE, IPHONE, HealthState.HIGH, START);
        bench.clock.advance(Duration.ofMinutes(5));
        bench.report(SECOND, IPHONE, HealthState.HIGH, START.plusSeconds(1));

        assertThat(bench.device(IPHONE))
                .isEqualTo(new SimulatedIntune.DeviceStatus(
                        IPHONE, HealthState.HIGH, Compliance.COMPLIANT, START, SECOND));
        assertThat(bench.intune.device(TENANT, NO_DEVICE)).isEmpty();
        assertThat(bench.device(ANDROID))
                .isEqualTo(new SimulatedIntune.DeviceStatus(
                        ANDROID, HealthState.UNKNOWN, Compliance.COMPLIANT, null, null));
    }

    @Test
    void an_older_update_never_replaces_a_newer_one() {
        bench.enabled();
        bench.report(MESSAGE, IPHONE, HealthState.SECURED, START.plusSeconds(1));
        bench.report(SECOND, IPHONE, HealthState.HIGH, START);

        assertThat(bench.device(IPHONE).threatState()).isEqualTo(HealthState.SECURED);
        assertThat(bench.device(IPHONE).messageId()).isEqualTo(MESSAGE);
    }

    @Test
    void a_repeated_message_is_counted_and_nothing_else() {
        bench.enabled();
        bench.report(MESSAGE, IPHONE, HealthState.HIGH, START);
        bench.report(SECOND, IPHONE, HealthState.SECURED, START);
        bench.report(MESSAGE, IPHONE, HealthState.HIGH, START);

        assertThat(bench.device(IPHONE).threatState()).isEqualTo(HealthState.SECURED);
        assertThat(bench.intune.messages(TENANT))
                .extracting(SimulatedIntune.ReceivedMessage::messageId, SimulatedIntune.ReceivedMessage::count)
                .containsExactly(tuple(SECOND, 1), tuple(MESSAGE, 2));
    }

    @Test
    void a_message_id_with_another_content_is_refused() {
        bench.enabled();
        bench.report(MESSAGE, IPHONE, HealthState.HIGH, START);

        assertThatThrownBy(() -> bench.report(MESSAGE, IPHONE, HealthState.SECURED, START))
                .isInstanceOf(IntuneRefusal.class)
                .hasMessageContaining("another content");
        assertThat(bench.device(IPHONE).threatState()).isEqualTo(HealthState.HIGH);
        assertThat(bench.intune.messages(TENANT)).hasSize(1);
    }

    @Test
    void an_unknown_device_fails_its_message_but_not_its_neighbours() {
        bench.enabled();
        String content = IntuneBench.array(
                        IntuneBench.entity(NO_DEVICE, "highSeverity", START),
                        IntuneBench.entity(IPHONE, "lowSeverity", START))
                .toString();

        bench.intune.upload(TENANT, MESSAGE, content);

        assertThat(bench.device(IPHONE).threatState()).isEqualTo(HealthState.LOW);
        SimulatedIntune.ReceivedMessage message =
                bench.intune.message(TENANT, MESSAGE).orElseThrow();
        assertThat(message.status()).isEqualTo("Failed");
        assertThat(message.failure()).contains(NO_DEVICE).doesNotContain(IPHONE);
        assertThat(bench.intune.heartbeat(TENANT).failures())
                .extracting(SimulatedIntune.ReceivedMessage::messageId)
                .containsExactly(MESSAGE);
        assertThat(bench.intune.heartbeat(TENANT).failures()).isEmpty();
    }

    @Test
    void a_message_takes_effect_after_the_processing_time_and_not_before() {
        IntuneBench slow = new IntuneBench(Duration.ofSeconds(30), Set.of()).enabled();
        slow.report(MESSAGE, IPHONE, HealthState.HIGH, START);

        slow.clock.advance(Duration.ofSeconds(29));
        assertThat(slow.intune.message(TENANT, MESSAGE).orElseThrow().status()).isEqualTo("InProgress");
        assertThat(slow.device(IPHONE).threatState()).isEqualTo(HealthState.UNKNOWN);

        slow.clock.advance(Duration.ofSeconds(1));
        assertThat(slow.intune.message(TENANT, MESSAGE).orElseThrow().status()).isEqualTo("Completed");
        assertThat(slow.device(IPHONE).threatState()).isEqualTo(HealthState.HIGH);
        assertThat(slow.device(IPHONE).since()).isEqualTo(START.plusSeconds(30));
    }

    @Test
    void without_a_rule_every_managed_device_is_compliant() {
        bench.enabled();
        bench.report(MESSAGE, IPHONE, HealthState.HIGH, START);

        assertThat(bench.device(IPHONE).compliance()).isEqualTo(Compliance.COMPLIANT);
        assertThat(bench.device(ANDROID).compliance()).isEqualTo(Compliance.COMPLIANT);
    }

    @Test
    void a_threat_above_the_rule_is_noncompliant_until_it_is_gone() {
        bench.enabled().rule(RuleLevel.LOW);
        bench.report(MESSAGE, IPHONE, HealthState.MEDIUM, START);
        assertThat(bench.device(IPHONE).compliance()).isEqualTo(Compliance.NONCOMPLIANT);

        bench.report(SECOND, IPHONE, HealthState.LOW, START.plusSeconds(1));
        assertThat(bench.device(IPHONE).compliance()).isEqualTo(Compliance.COMPLIANT);
    }

    @Test
    void under_a_rule_a_device_of_a_connected_platform_needs_a_report() {
        bench.enabled().rule(RuleLevel.HIGH);

        assertThat(bench.device(IPHONE).compliance()).isEqualTo(Compliance.NONCOMPLIANT);
        assertThat(bench.device(ANDROID).compliance()).isEqualTo(Compliance.COMPLIANT);
    }

    @Test
    void the_partners_word_is_not_used_for_a_platform_that_is_switched_off() {
        bench.enabled().rule(RuleLevel.SECURED);
        bench.report(MESSAGE, IPHONE, HealthState.HIGH, START);
        assertThat(bench.device(IPHONE).compliance()).isEqualTo(Compliance.NONCOMPLIANT);

        bench.connect();

        assertThat(bench.device(IPHONE).compliance()).isEqualTo(Compliance.COMPLIANT);
        assertThat(bench.device(IPHONE).threatState()).isEqualTo(HealthState.HIGH);
    }

    @Test
    void the_word_of_an_unresponsive_partner_is_ignored() {
        bench.enabled().rule(RuleLevel.SECURED);
        bench.report(MESSAGE, IPHONE, HealthState.HIGH, START);

        bench.clock.advance(Duration.ofDays(8));

        assertThat(bench.device(IPHONE).compliance()).isEqualTo(Compliance.COMPLIANT);
    }

    @Test
    void a_device_that_intune_does_not_manage_is_not_judged() {
        bench.enabled().rule(RuleLevel.SECURED);
        bench.report(MESSAGE, UNMANAGED, HealthState.HIGH, START);

        assertThat(bench.device(UNMANAGED).threatState()).isEqualTo(HealthState.HIGH);
        assertThat(bench.device(UNMANAGED).compliance()).isEqualTo(Compliance.UNKNOWN);
    }

    @Test
    void one_tenants_facts_are_not_anothers() {
        bench.enabled();

        assertThat(bench.intune.connector(IntuneBench.OTHER_TENANT).state()).isEqualTo(ConnectorState.UNAVAILABLE);
        assertThat(bench.intune.device(IntuneBench.OTHER_TENANT, IPHONE)).isEmpty();
    }

    @Test
    void everything_is_still_there_after_a_restart() {
        bench.enabled().rule(RuleLevel.MEDIUM);
        bench.report(MESSAGE, IPHONE, HealthState.HIGH, START);
        bench.report(MESSAGE, IPHONE, HealthState.HIGH, START);
        bench.report(SECOND, NO_DEVICE, HealthState.HIGH, START);
        bench.intune.requestResync(TENANT);
        // What was judged stays judged, even when the device has turned up since.
        bench.devices.put(NO_DEVICE, bench.devices.get(IPHONE));

        SimulatedIntune restarted = bench.restarted();

        assertThat(restarted.connector(TENANT)).isEqualTo(bench.intune.connector(TENANT));
        assertThat(restarted.messages(TENANT))
                .isEqualTo(bench.intune.messages(TENANT))
                .hasSize(2);
        for (String device : List.of(IPHONE, ANDROID, UNMANAGED, NO_DEVICE)) {
            assertThat(restarted.device(TENANT, device)).isEqualTo(bench.intune.device(TENANT, device));
        }
        assertThat(restarted.heartbeat(TENANT)).isEqualTo(bench.intune.heartbeat(TENANT));
    }

    @Test
    void a_message_that_was_in_progress_is_processed_after_a_restart() {
        IntuneBench slow = new IntuneBench(Duration.ofSeconds(30), Set.of()).enabled();
        slow.report(MESSAGE, IPHONE, HealthState.HIGH, START);
        SimulatedIntune restarted = slow.restarted();

        slow.clock.advance(Duration.ofMinutes(1));

        assertThat(restarted.device(TENANT, IPHONE).orElseThrow().threatState()).isEqualTo(HealthState.HIGH);
    }

    @Test
    void a_repeated_provisioning_is_no_new_fact() {
        bench.enabled();
        List<JsonNode> facts = new ArrayList<>();

        bench.intune.provision(TENANT, true);

        bench.journal.replay("intune", facts::add);
        assertThat(facts).hasSize(2);
    }
}
