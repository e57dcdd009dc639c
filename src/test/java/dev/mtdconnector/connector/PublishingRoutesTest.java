package dev.mtdconnector.connector;

import static dev.mtdconnector.testing.TestApp.FULL_GROUP;
import static dev.mtdconnector.testing.TestApp.GROUP;
import static dev.mtdconnector.testing.TestApp.LENA;
import static dev.mtdconnector.testing.TestApp.PHONE;
import static dev.mtdconnector.testing.TestApp.START;
import static dev.mtdconnector.testing.TestApp.TENANT;
import static dev.mtdconnector.testing.TestApp.VENDOR_GUID;
import static dev.mtdconnector.testing.TestApp.deviceEvent;
import static dev.mtdconnector.testing.TestApp.threatEvent;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.tenant.Registration;
import dev.mtdconnector.testing.TestApp;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublishingRoutesTest {

    private static final String RISK = "44444444-0000-4000-8000-000000000001";
    private static final String ATTRIBUTE = "{\"publisher\": \"device-attribute\", \"attribute\": 7}";
    private static final String RISK_GROUP = "{\"publisher\": \"risk-group\", \"groupId\": \"" + RISK + "\"}";

    private final TestApp app = new TestApp().ready();

    private TestApp.Answer choose(String body) {
        return app.put("/api/v1/connector/publishing", body);
    }

    private void infect() {
        app.feed(deviceEvent("tie", START, VENDOR_GUID, PHONE, "ACTIVATED")).expect(200);
        app.feed(threatEvent("t1", START.plusSeconds(1), VENDOR_GUID, LENA, "OPEN", "TROJAN"))
                .expect(200);
        app.drain();
    }

    private static RiskGroups.Candidate group(
            boolean isSecurity, boolean isUnified, boolean isDynamic, boolean isRole, boolean isSynced) {
        return new RiskGroups.Candidate("At risk", isSecurity, isUnified, isDynamic, isRole, isSynced, Set.of());
    }

    @Test
    void aNewConnectorPublishesAsPartner() {
        TestApp.Answer answer = app.get("/api/v1/connector").expect(200);
        assertThat(answer.json().path("publishing").toString())
                .isEqualTo(
                        "{\"publisher\":\"partner\",\"consentLink\":\"https://connector.example/les?action=consent&tenant="
                                + TENANT
                                + "&registration=partner\",\"mode\":\"publish\",\"graceMinutes\":0,\"breakerPercent\":20}");
    }

    @Test
    void withoutTheConsentOfItsRegistrationAPublisherIsNotChosen() {
        TestApp.Answer answer = choose(ATTRIBUTE).expect(409);
        assertThat(answer.code()).isEqualTo("consent.required");
        assertThat(answer.text("/detail"))
                .contains("registration attribute", "/les?action=consent&tenant=" + TENANT + "&registration=attribute");
        assertThat(app.get("/api/v1/connector").text("/publishing/publisher")).isEqualTo("partner");
    }

    @Test
    void aPublisherThatThisDeploymentCannotServeSaysWhatTheOperatorHasToDo() {
        TestApp.Answer answer =
                choose(RISK_GROUP.replace("}", ", \"of\": \"devices\"}")).expect(503);
        assertThat(answer.code()).isEqualTo("intune.not-configured");
        assertThat(answer.text("/detail")).contains("device-group");
        assertThat(app.sendWith("GET", "/les?registration=device-group&tenant=" + TENANT, Map.of(), "")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void theAttributeIsChosenWithAWordOfWarningAndWritten() {
        app.consent(Registration.ATTRIBUTE).expect(200);
        app.targets.withDevice(PHONE, null);
        TestApp.Answer answer = choose(ATTRIBUTE).expect(200);
        assertThat(answer.text("/publishing/attribute")).isEqualTo("7");
        assertThat(answer.text("/publishing/overwriteForeign")).isEqualTo("false");
        assertThat(answer.text("/publishing/notice")).contains("managed by Intune, compliant, or hybrid joined");
        app.drain();
        assertThat(app.targets.proofs()).as("the path is proven at once").isEqualTo(1);
        infect();
        assertThat(app.targets.value(PHONE)).isEqualTo("mtd:high");
        assertThat(app.intune.history(PHONE)).isEmpty();
    }

    @Test
    void withoutPartnerConsentTheDirectoryIsWrittenAtOnce() {
        TestApp other = new TestApp();
        other.onboard().expect(201);
        other.consent(Registration.BASE).expect(200);
        other.consent(Registration.ATTRIBUTE).expect(200);
        other.post("/api/v1/connector", "{\"heartbeatMinutes\": 10}").expect(201);
        other.put("/api/v1/connector/publishing", ATTRIBUTE).expect(200);
        other.put("/api/v1/connector/enrollment", "{\"groups\": [\"Mobile Threat Defense Users\"]}")
                .expect(200);
        other.drain();
        other.targets.withDevice(PHONE, null);
        other.activate(PHONE);
        other.drain();
        assertThat(other.targets.value(PHONE)).isEqualTo("mtd:activated");
        assertThat(other.intune.provisions()).isZero();
        assertThat(other.get("/api/v1/connector")
                        .json()
                        .at("/heartbeat/lastSuccessAt")
                        .isNull())
                .isFalse();
    }

    @Test
    void theConsentPageOffersWhatTheTenantChose() {
        app.consent(Registration.ATTRIBUTE).expect(200);
        choose(ATTRIBUTE).expect(200);
        assertThat(app.consent(Registration.BASE).http().body()).contains("value=\"attribute\"");
        assertThat(app.consent(Registration.GROUP).http().body()).contains("Changing the risk group is allowed");
    }

    @Test
    void jobsWaitForTheConsentOfTheChosenPublisherAndNoOther() {
        app.consent(Registration.ATTRIBUTE).expect(200);
        choose(ATTRIBUTE).expect(200);
        app.targets.withDevice(PHONE, null);
        app.entra.revoke(Registration.PARTNER);
        app.post("/api/v1/tenant/consent-check", "{\"registration\": \"partner\"}");
        infect();
        assertThat(app.targets.value(PHONE)).isEqualTo("mtd:high");

        app.entra.revoke(Registration.ATTRIBUTE);
        app.post("/api/v1/tenant/consent-check", "{\"registration\": \"attribute\"}")
                .expect(200);
        app.feed(threatEvent("t2", START.plusSeconds(2), VENDOR_GUID, LENA, "RESOLVED", "TROJAN"));
        app.pass(Duration.ofMinutes(6));
        assertThat(app.targets.value(PHONE)).isEqualTo("mtd:high");
        assertThat(app.get("/api/v1/errors").http().body()).contains("intune.consent-missing");
        app.consent(Registration.ATTRIBUTE).expect(200);
        app.drain();
        assertThat(app.targets.value(PHONE)).isEqualTo("mtd:secured");
    }

    @Test
    void theRiskGroupIsLookedUpAndHoldsTheUser() {
        app.consent(Registration.GROUP).expect(200);
        assertThat(choose(RISK_GROUP).expect(400).text("/errors/0/field")).isEqualTo("groupId");
        app.targets.withGroup(RISK, group(true, false, false, false, false));
        TestApp.Answer answer = choose(RISK_GROUP).expect(200);
        assertThat(answer.text("/publishing/of")).isEqualTo("users");
        assertThat(answer.text("/publishing/from")).isEqualTo("medium");
        app.drain();
        infect();
        assertThat(app.targets.members()).containsExactly(LENA);
    }

    @ParameterizedTest
    @CsvSource({
        "true, false, true, false, false, publishing.group-dynamic",
        "true, false, false, true, false, publishing.group-role-assignable",
        "true, false, false, false, true, publishing.group-synced",
        "true, true, false, false, false, publishing.group-no-security-group",
        "false, false, false, false, false, publishing.group-no-security-group",
    })
    void aGroupThatCannotServeIsRefused(
            boolean isSecurity, boolean isUnified, boolean isDynamic, boolean isRole, boolean isSynced, String code) {
        app.consent(Registration.GROUP).expect(200);
        app.targets.withGroup(RISK, group(isSecurity, isUnified, isDynamic, isRole, isSynced));
        assertThat(choose(RISK_GROUP).expect(409).code()).isEqualTo(code);
    }

    @Test
    void groupsThatDecideAboutAccessOrEnrollmentAreRefusedAndWhatIsWithinThem() {
        app.consent(Registration.GROUP).expect(200);
        for (String taken : new String[] {FULL_GROUP, GROUP}) {
            app.targets.withGroup(taken, group(true, false, false, false, false));
            assertThat(choose(RISK_GROUP.replace(RISK, taken)).expect(409).code())
                    .isEqualTo("publishing.group-taken");
        }
        app.targets.withGroup(
                RISK, new RiskGroups.Candidate("Nested", true, false, false, false, false, Set.of(FULL_GROUP)));
        assertThat(choose(RISK_GROUP).expect(409).code()).isEqualTo("publishing.group-taken");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | publisher",
                "{'publisher': 'carrier-pigeon'} | publisher",
                "{'publisher': 'device-attribute'} | attribute",
                "{'publisher': 'device-attribute', 'attribute': 16} | attribute",
                "{'publisher': 'device-attribute', 'attribute': 7, 'groupId': 'x'} | groupId",
                "{'publisher': 'risk-group'} | groupId",
                "{'publisher': 'risk-group', 'groupId': 'x'} | groupId",
                "{'publisher': 'partner', 'attribute': 7} | attribute",
                "{'publisher': 'partner', 'mode': 'quietly'} | mode",
                "{'publisher': 'partner', 'graceMinutes': 1441} | graceMinutes",
                "{'publisher': 'partner', 'breakerPercent': 0} | breakerPercent",
            })
    void badInputIsRefusedByTheNameOfItsField(String body, String field) {
        String before = app.get("/api/v1/connector").http().body();
        TestApp.Answer answer = choose(body.replace('\'', '"')).expect(400);
        assertThat(answer.text("/errors/0/field")).isEqualTo(field);
        assertThat(app.get("/api/v1/connector").http().body()).isEqualTo(before);
    }

    @Test
    void whatIsLeftOutStaysAndAnOptionThatChangesHasEverythingToldAnew() {
        choose("{\"publisher\": \"partner\", \"graceMinutes\": 15, \"breakerPercent\": 50}")
                .expect(200);
        app.consent(Registration.ATTRIBUTE).expect(200);
        app.targets.withDevice(PHONE, "kiosk");
        TestApp.Answer chosen = choose(ATTRIBUTE).expect(200);
        assertThat(chosen.text("/publishing/graceMinutes")).isEqualTo("15");
        assertThat(chosen.text("/publishing/breakerPercent")).isEqualTo("50");
        app.drain();
        ConnectorStore store = new dev.mtdconnector.storage.ConnectorTable(app.tables);
        assertThat(store.beats(TENANT).resyncRequestedAt()).isNull();
        choose("{\"publisher\": \"device-attribute\", \"attribute\": 7, \"overwriteForeign\": true}")
                .expect(200);
        app.drain();
        assertThat(store.beats(TENANT).resyncRequestedAt()).isEqualTo(app.clock.instant());
    }

    private void atRiskGroup() {
        app.consent(Registration.GROUP).expect(200);
        app.targets.withGroup(RISK, group(true, false, false, false, false));
        choose(RISK_GROUP).expect(200);
        app.drain();
    }

    @Test
    void theViewNamesTheConsentThatTheTargetNeeds() {
        atRiskGroup();
        assertThat(app.get("/api/v1/connector").text("/publishing/consentLink"))
                .isEqualTo("https://connector.example/les?action=consent&tenant=" + TENANT + "&registration=group");
    }

    @Test
    void theRiskGroupCannotBecomeAnAccessGroupOrAnEnrollmentGroup() {
        atRiskGroup();
        app.directory.withGroup(RISK, "At risk", LENA);
        TestApp.Answer enrollment = app.put("/api/v1/connector/enrollment", "{\"groups\": [\"At risk\"]}")
                .expect(409);
        assertThat(enrollment.code()).isEqualTo("publishing.group-taken");
        assertThat(enrollment.text("/detail")).contains(RISK);
        assertThat(app.get("/api/v1/connector").text("/enrollment/groups/0/id")).isEqualTo(GROUP);
        for (String field : new String[] {"fullAccessGroupId", "readOnlyAccessGroupId"}) {
            TestApp.Answer access = app.operator(
                            "PATCH", "/" + TENANT, "{\"" + field + "\": \"" + RISK.toUpperCase(Locale.ROOT) + "\"}")
                    .expect(409);
            assertThat(access.code()).isEqualTo("publishing.group-taken");
        }
        assertThat(app.get("/api/v1/tenant").text("/accessGroups/full/id")).isEqualTo(FULL_GROUP);
    }

    @Test
    void aRiskGroupThatCameIntoAnEnrollmentGroupStopsPublishingWithARemedy() {
        atRiskGroup();
        app.directory.withGroup(RISK, "At risk", LENA).nest(GROUP, RISK, true);
        app.post("/api/v1/connector/sync", "").expect(202);
        app.drain();
        infect();
        assertThat(app.targets.members()).isEmpty();
        assertThat(app.get("/api/v1/connector").text("/publishingProgress/error"))
                .isEqualTo("publishing.group-taken");
        assertThat(app.get("/api/v1/errors").http().body()).contains("publishing.group-taken", "Choose a group");
    }

    @Test
    void whoLeavesThePartnerIsDeprovisionedWhenAllIsWithdrawnAndProvisionedWhenHeComesBack() {
        infect();
        assertThat(app.intune.history(PHONE)).endsWith("highSeverity");
        app.consent(Registration.ATTRIBUTE).expect(200);
        app.targets.withDevice(PHONE, null);
        app.intune.failWith(new UpstreamException(
                UpstreamException.Service.INTUNE, UpstreamException.Kind.CONSENT_MISSING, "revoked"));
        choose(ATTRIBUTE).expect(200);
        app.pass(Duration.ofMinutes(11));
        assertThat(app.intune.isProvisioned()).as("something stands there").isTrue();
        TestApp.Answer view = app.get("/api/v1/connector");
        assertThat(view.text("/publishingProgress/formerTargets/0/target")).isEqualTo("partner");
        assertThat(view.text("/publishingProgress/formerTargets/0/error")).isEqualTo("intune.consent-missing");
        assertThat(app.get("/api/v1/errors").http().body()).contains("publishing.former-target");
        assertThat(app.targets.value(PHONE)).isNull();

        app.intune.failWith(null);
        app.pass(Duration.ofMinutes(45));
        assertThat(app.intune.history(PHONE)).endsWith("deactivated");
        assertThat(app.targets.value(PHONE)).isEqualTo("mtd:high");
        assertThat(app.intune.isProvisioned()).isFalse();
        assertThat(app.intune.deprovisions()).isEqualTo(1);

        choose("{\"publisher\": \"partner\"}").expect(200);
        app.pass(Duration.ofMinutes(1));
        assertThat(app.intune.isProvisioned()).isTrue();
        assertThat(app.intune.history(PHONE)).endsWith("highSeverity");
        assertThat(app.targets.value(PHONE)).isNull();
    }

    @Test
    void anAdministratorHasAFormerTargetForgotten() {
        infect();
        app.consent(Registration.ATTRIBUTE).expect(200);
        app.targets.withDevice(PHONE, null);
        String forget = "/api/v1/connector/publishing/forget-target";
        for (String target : new String[] {"partner", "device-attribute:7", "nowhere"}) {
            assertThat(app.post(forget, "{\"target\": \"" + target + "\"}")
                            .expect(400)
                            .text("/errors/0/field"))
                    .isEqualTo("target");
        }
        app.intune.failWith(new UpstreamException(
                UpstreamException.Service.INTUNE, UpstreamException.Kind.CONSENT_MISSING, "revoked"));
        choose(ATTRIBUTE).expect(200);
        app.pass(Duration.ofMinutes(1));
        app.post(forget, "{\"target\": \"partner\"}").expect(202);
        app.drain();
        assertThat(app.targets.value(PHONE)).isEqualTo("mtd:high");
        assertThat(app.intune.history(PHONE)).endsWith("highSeverity");
        assertThat(app.get("/api/v1/audit").http().body()).contains("publishing.former-target.forget");
        assertThat(app.get("/api/v1/connector").text("/publishingProgress/formerTargets/0/forgotten"))
                .isEqualTo("true");
    }
}
