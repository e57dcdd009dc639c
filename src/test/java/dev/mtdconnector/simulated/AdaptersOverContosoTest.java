package dev.mtdconnector.simulated;

import static dev.mtdconnector.simulated.ContosoBench.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.common.UpstreamException.Kind;
import dev.mtdconnector.common.UpstreamException.Service;
import dev.mtdconnector.device.ThreatState;
import dev.mtdconnector.enrollment.Directory.Group;
import dev.mtdconnector.graph.LoginKeys;
import dev.mtdconnector.graph.LoginSettings;
import dev.mtdconnector.intune.IntunePublisher.DeviceReport;
import dev.mtdconnector.intune.IntunePublisher.Progress;
import dev.mtdconnector.local.contoso.WellKnown;
import dev.mtdconnector.local.http.Fault;
import dev.mtdconnector.local.http.Traffic;
import dev.mtdconnector.tenant.ApplicationRole;
import dev.mtdconnector.tenant.Registration;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdaptersOverContosoTest {

    private ContosoBench bench;

    @BeforeEach
    void start() {
        bench = new ContosoBench();
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    @Test
    void beforeConsentTheTenantDoesNotKnowUs() {
        UpstreamException failure = failure(() -> bench.roles.of(TENANT, Registration.BASE));
        assertThat(failure.service()).isEqualTo(Service.LOGIN);
        assertThat(failure.kind()).isEqualTo(Kind.CONSENT_MISSING);
        assertThat(failure(() -> bench.partner.provision(TENANT)).kind()).isEqualTo(Kind.CONSENT_MISSING);
    }

    @Test
    void consentIsProvenByTheGrantedRoles() {
        bench.consent();
        for (Registration registration : Registration.values()) {
            assertThat(bench.roles.of(TENANT, registration))
                    .containsExactlyInAnyOrderElementsOf(
                            Stream.concat(registration.requiredRoles().stream(), registration.optionalRoles().stream())
                                    .map(ApplicationRole::id)
                                    .toList());
        }
    }

    @Test
    void aRegistrationWithoutConsentIsNamedByTheBaseRegistration() {
        bench.changes.consent(WellKnown.BASE_CLIENT);
        UpstreamException failure = failure(() -> bench.roles.of(TENANT, Registration.PARTNER));
        assertThat(failure.service()).isEqualTo(Service.GRAPH);
        assertThat(failure.kind()).isEqualTo(Kind.CONSENT_MISSING);
    }

    @Test
    void aRoleThatWasTakenAwayIsForbiddenOnceTheTokenIsRenewed() {
        bench.consent();
        assertThat(groups("MTD Full Access")).hasSize(1);
        bench.change("{\"type\":\"roleRemoved\",\"clientId\":\"" + WellKnown.BASE_CLIENT
                + "\",\"role\":\"GroupMember.Read.All\"}");
        assertThat(groups("MTD Full Access")).as("the token still has it").hasSize(1);
        bench.clock.advance(Duration.ofMinutes(61));
        assertThat(failure(() -> groups("MTD Full Access")).kind()).isEqualTo(Kind.FORBIDDEN);
    }

    @Test
    void consentTakenBackIsSeenAtOnce() {
        bench.consent();
        groups("MTD Full Access");
        bench.change("{\"type\":\"consentRevoked\",\"clientId\":\"" + WellKnown.BASE_CLIENT + "\"}");
        assertThat(failure(() -> groups("MTD Full Access")).kind()).isEqualTo(Kind.CONSENT_MISSING);
    }

    @Test
    void findsGroupsWhateverTheirNamesHold() {
        bench.consent();
        String odd = "O'Brien & Söhne + #1 50%24 /?";
        bench.change("{\"type\":\"groupCreated\",\"displayName\":\"" + odd + "\"}");
        assertThat(groups(odd)).extracting(Group::displayName).containsExactly(odd);
        assertThat(groups("mobile threat defense users"))
                .containsExactly(new Group(WellKnown.ENROLLMENT_GROUP, "Mobile Threat Defense Users", true));
        assertThat(groups("nobody's")).isEmpty();
        assertThat(bench.directory.group(TENANT, WellKnown.ENROLLMENT_GROUP).displayName())
                .isEqualTo("Mobile Threat Defense Users");
        assertThat(failure(() -> bench.directory.group(TENANT, new UUID(1, 1).toString()))
                        .kind())
                .isEqualTo(Kind.NOT_FOUND);
    }

    @Test
    void findsGroupsByTheBeginningOfTheirNamesAndWhetherAnybodyIsInThem() {
        bench.consent();
        bench.change("{\"type\":\"groupCreated\",\"displayName\":\"Mobile Nobody\"}");
        assertThat(bench.directory.groupsBeginning(TENANT, "mobile n"))
                .extracting(Group::displayName)
                .containsExactly("Mobile Nobody");
        assertThat(bench.directory.groupsBeginning(TENANT, "o'x")).isEmpty();
        assertThat(bench.directory.isEmpty(TENANT, WellKnown.ENROLLMENT_GROUP)).isFalse();
        assertThat(bench.directory.isEmpty(
                        TENANT, groups("Mobile Nobody").get(0).id()))
                .isTrue();
    }

    @Test
    void oneTokenServesManyRequests() {
        bench.consent();
        for (int i = 0; i < 5; i++) {
            groups("MTD Full Access");
        }
        assertThat(tokenRequests()).isEqualTo(1);
        bench.clock.advance(Duration.ofHours(2));
        groups("MTD Full Access");
        assertThat(tokenRequests()).isEqualTo(2);
    }

    @Test
    void thePartnerProvisionsBeatsAndReports() {
        bench.consent();
        bench.partner.provision(TENANT);
        bench.partner.provision(TENANT);
        Instant now = bench.clock.instant();
        assertThat(bench.partner.heartbeat(TENANT, now).acknowledged()).isEqualTo(now);

        UUID message = UUID.randomUUID();
        assertThat(bench.partner.status(TENANT, message).progress()).isEqualTo(Progress.UNKNOWN);
        String content = bench.partner.content(
                TENANT, List.of(new DeviceReport(WellKnown.LENAS_IPHONE, WellKnown.LENA, ThreatState.HIGH, now)));
        bench.partner.upload(TENANT, message, now, content, () -> {});
        bench.partner.upload(TENANT, message, now, content, () -> {});
        assertThat(bench.partner.status(TENANT, message).progress()).isEqualTo(Progress.COMPLETED);
        assertThat(bench.intune
                        .device(TENANT, WellKnown.LENAS_IPHONE)
                        .orElseThrow()
                        .threatState()
                        .wireName())
                .isEqualTo("highSeverity");
    }

    @Test
    void aTenantThatWasDeprovisionedBeatsNoMoreUntilItIsProvisionedAnew() {
        bench.consent();
        bench.partner.deprovision(TENANT);
        bench.partner.provision(TENANT);
        bench.partner.heartbeat(TENANT, bench.clock.instant());
        bench.partner.deprovision(TENANT);
        bench.partner.deprovision(TENANT);
        assertThat(failure(() -> bench.partner.heartbeat(TENANT, bench.clock.instant()))
                        .kind())
                .isEqualTo(Kind.REFUSED);
        bench.partner.provision(TENANT);
        bench.partner.heartbeat(TENANT, bench.clock.instant());
    }

    @Test
    void anUploadThatIntuneCannotTakeIsToldByStatusAndByTheNextHeartbeat() {
        bench.consent();
        bench.partner.provision(TENANT);
        Instant now = bench.clock.instant();
        bench.partner.heartbeat(TENANT, now);
        UUID message = UUID.randomUUID();
        String content = bench.partner.content(
                TENANT, List.of(new DeviceReport(new UUID(1, 1).toString(), null, ThreatState.SECURED, now)));
        bench.partner.upload(TENANT, message, now, content, () -> {});
        assertThat(bench.partner.status(TENANT, message).progress()).isEqualTo(Progress.FAILED);
        assertThat(bench.partner.heartbeat(TENANT, now).messageErrors())
                .singleElement()
                .satisfies(error -> assertThat(error.messageId()).isEqualTo(message.toString()));
    }

    @Test
    void aLostAnswerOfIntuneIsRepeatedUnderTheSameMessage() {
        bench.consent();
        bench.partner.provision(TENANT);
        Instant now = bench.clock.instant();
        bench.partner.heartbeat(TENANT, now);
        bench.traffic.add(new Fault("PUT", "/intune/device/*", 1, null, null, 0, null, false, true, true));
        UUID message = UUID.randomUUID();
        bench.partner.upload(
                TENANT,
                message,
                now,
                bench.partner.content(
                        TENANT,
                        List.of(new DeviceReport(WellKnown.LENAS_IPHONE, WellKnown.LENA, ThreatState.LOW, now))),
                () -> {});
        assertThat(bench.intune
                        .message(TENANT, message.toString())
                        .orElseThrow()
                        .count())
                .isEqualTo(2);
    }

    @Test
    void readsTheKeysThatSignTokens() {
        LoginKeys keys = new LoginKeys(new LoginSettings(bench.address(), Map.of()), bench.clock);
        assertThat(keys.of(TENANT, Instant.EPOCH).getKeys()).isNotEmpty();
    }

    private List<Group> groups(String name) {
        return bench.directory.groupsNamed(TENANT, name);
    }

    private long tokenRequests() {
        return bench.traffic.counts().stream()
                .filter(count -> count.template().endsWith("/oauth2/v2.0/token"))
                .mapToLong(Traffic.Count::count)
                .sum();
    }

    private static UpstreamException failure(Runnable call) {
        UpstreamException failure = catchThrowableOfType(UpstreamException.class, call::run);
        assertThat(failure).isNotNull();
        return failure;
    }
}
