package dev.mtdconnector.local.intune;

import static dev.mtdconnector.local.intune.IntuneBench.ANDROID;
import static dev.mtdconnector.local.intune.IntuneBench.IPHONE;
import static dev.mtdconnector.local.intune.IntuneBench.MESSAGE;
import static dev.mtdconnector.local.intune.IntuneBench.NO_DEVICE;
import static dev.mtdconnector.local.intune.IntuneBench.OTHER_TENANT;
import static dev.mtdconnector.local.intune.IntuneBench.START;
import static dev.mtdconnector.local.intune.IntuneBench.TENANT;
import static dev.mtdconnector.local.intune.IntuneBench.content;
import static dev.mtdconnector.local.intune.IntuneBench.uploadBody;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each rule is kept, and is missed when it is switched off: a rule without effect, or without a test, fails here. */
class IntuneRuleTest {

    private static final String HEARTBEAT = "/tenant/PartnerTenantHeartbeat(guid'" + TENANT + "')";
    private static final String BEAT = "{\"Timestamp\":\"2026-11-21T09:00:00Z\"}";
    private static final String SECOND = "5a0c1c1e-3a5c-4d8e-9d0e-000000000002";

    @ParameterizedTest
    @EnumSource(IntuneRule.class)
    void is_kept_and_would_be_missed(IntuneRule rule) {
        Predicate<IntuneBench> kept = kept(rule);

        assertThat(kept.test(new IntuneBench())).as("kept").isTrue();
        assertThat(kept.test(new IntuneBench(Duration.ZERO, Set.of(rule))))
                .as("kept although it is switched off")
                .isFalse();
    }

    private static Predicate<IntuneBench> kept(IntuneRule rule) {
        return switch (rule) {
            case TOKEN_HAS_ROLE ->
                bench -> {
                    bench.enabled().roles = Set.of();
                    return bench.put(HEARTBEAT, "1.6", BEAT).status() == 403;
                };
            case TENANT_IS_THE_TOKENS ->
                bench -> {
                    String body = "{\"Provisioned\":1}";
                    return bench.put("/tenant/PartnerTenants(guid'" + OTHER_TENANT + "')", "1.6", body)
                                    .status()
                            == 403;
                };
            case API_VERSION_IS_KNOWN ->
                bench -> bench.enabled().put(HEARTBEAT, "1.3", BEAT).status() == 400;
            case KEY_IS_A_GUID -> bench -> upload(bench.enabled(), "my-message") == 400;
            case FIELDS_ARE_KNOWN ->
                bench -> bench.enabled()
                                .put(HEARTBEAT, "1.6", BEAT.replace("}", ",\"Colour\":1}"))
                                .status()
                        == 400;
            case HEARTBEAT_NEEDS_PROVISIONING ->
                bench -> bench.put(HEARTBEAT, "1.6", BEAT).status() == 409;
            case MESSAGES_BLOCKED_UNTIL_SET_UP -> bench -> upload(bench, MESSAGE) == 409;
            case FIRST_HEARTBEAT_COMPLETES_SET_UP ->
                bench -> {
                    bench.intune.provision(TENANT, true);
                    return bench.state() == ConnectorState.NOT_SET_UP;
                };
            case SILENCE_MAKES_UNRESPONSIVE ->
                bench -> {
                    bench.enabled().clock.advance(Duration.ofDays(8));
                    return bench.state() == ConnectorState.UNRESPONSIVE;
                };
            case PLATFORM_SWITCH_ENABLES -> bench -> bench.enabled().state() == ConnectorState.ENABLED;
            case MESSAGE_ID_NAMES_ONE_CONTENT ->
                bench -> {
                    bench.enabled().report(MESSAGE, IPHONE, HealthState.SECURED, START);
                    return upload(bench, MESSAGE) == 409;
                };
            case REPEAT_CHANGES_NOTHING ->
                bench -> {
                    bench.enabled().report(MESSAGE, IPHONE, HealthState.HIGH, START);
                    bench.report(SECOND, IPHONE, HealthState.SECURED, START);
                    bench.report(MESSAGE, IPHONE, HealthState.HIGH, START);
                    return bench.device(IPHONE).threatState() == HealthState.SECURED;
                };
            case LATER_UPDATE_STAYS ->
                bench -> {
                    bench.enabled().report(MESSAGE, IPHONE, HealthState.HIGH, START.plusSeconds(1));
                    bench.report(SECOND, IPHONE, HealthState.SECURED, START);
                    return bench.device(IPHONE).threatState() == HealthState.HIGH;
                };
            case UNKNOWN_DEVICE_FAILS ->
                bench -> {
                    bench.enabled().report(MESSAGE, NO_DEVICE, HealthState.HIGH, START);
                    return bench.intune
                            .message(TENANT, MESSAGE)
                            .orElseThrow()
                            .status()
                            .equals("Failed");
                };
            case ERRORS_COME_WITH_THE_HEARTBEAT ->
                bench -> {
                    bench.enabled().report(MESSAGE, NO_DEVICE, HealthState.HIGH, START);
                    return !bench.intune.heartbeat(TENANT).failures().isEmpty();
                };
            case RESYNC_IS_ANNOUNCED ->
                bench -> {
                    bench.enabled().intune.requestResync(TENANT);
                    return START.equals(bench.intune.heartbeat(TENANT).resyncRequested());
                };
            case CONTENT_ONLY_WHEN_PREFERRED ->
                bench -> bench.enabled()
                                .service
                                .answer(new PartnerService.Request(
                                        "PUT",
                                        HEARTBEAT,
                                        "1.6",
                                        "Bearer good",
                                        null,
                                        BEAT.getBytes(StandardCharsets.UTF_8)))
                                .status()
                        == 204;
            case RULE_JUDGES_STATE ->
                bench -> {
                    bench.enabled().rule(RuleLevel.LOW).report(MESSAGE, IPHONE, HealthState.HIGH, START);
                    return bench.device(IPHONE).compliance() == Compliance.NONCOMPLIANT;
                };
            case MISSING_DATA_FAILS_RULE ->
                bench -> bench.enabled().rule(RuleLevel.HIGH).device(IPHONE).compliance() == Compliance.NONCOMPLIANT;
            case PLATFORM_OFF_IGNORES_PARTNER ->
                bench -> bench.enabled().rule(RuleLevel.LOW).device(ANDROID).compliance() == Compliance.COMPLIANT;
            case UNRESPONSIVE_PARTNER_IS_IGNORED ->
                bench -> {
                    bench.enabled().rule(RuleLevel.LOW).report(MESSAGE, IPHONE, HealthState.HIGH, START);
                    bench.clock.advance(Duration.ofDays(8));
                    return bench.device(IPHONE).compliance() == Compliance.COMPLIANT;
                };
        };
    }

    private static int upload(IntuneBench bench, String messageId) {
        String body = uploadBody(content(IPHONE, "highSeverity", START)).toString();
        return bench.put("/device/DataUploadMessages(guid'" + messageId + "')", "1.2", body)
                .status();
    }
}
