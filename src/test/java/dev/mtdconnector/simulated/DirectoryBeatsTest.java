package dev.mtdconnector.simulated;

import static dev.mtdconnector.simulated.ContosoBench.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.connector.IntuneConnection.HeartbeatAnswer;
import dev.mtdconnector.connector.PublishTarget;
import dev.mtdconnector.intune.TargetPublishers;
import dev.mtdconnector.local.http.Fault;
import dev.mtdconnector.storage.ConnectorTable;
import dev.mtdconnector.storage.PublishingTable;
import dev.mtdconnector.tenant.Registration;
import dev.mtdconnector.testing.MemoryTables;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a beat of a target in the directory proves, against a simulated one; it writes nothing. */
class DirectoryBeatsTest {

    private static final String GROUP = "44444444-0000-4000-8000-000000000001";
    private static final PublishTarget ATTRIBUTE = PublishTarget.attribute(7);
    private static final PublishTarget RISK_GROUP = PublishTarget.group(GROUP);

    private final ContosoBench bench = new ContosoBench();
    private final MemoryTables tables = new MemoryTables();
    private final PublishingTable kept = new PublishingTable(tables);
    private final TargetPublishers targets = new TargetPublishers(
            bench.partner,
            bench.partner,
            new TargetPublishers.Directory(bench.attributes, bench.members, kept, kept),
            EnumSet.allOf(Registration.class),
            new ConnectorTable(tables),
            bench.clock);

    @BeforeEach
    void start() {
        bench.consent();
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    private void group(String more) {
        bench.change("{\"type\":\"groupCreated\",\"displayName\":\"At risk\",\"id\":\"" + GROUP + "\"" + more + "}");
    }

    private HeartbeatAnswer beat(PublishTarget target) {
        return targets.to(target).heartbeat(TENANT, bench.clock.instant());
    }

    private UpstreamException.Kind refused(PublishTarget target) {
        UpstreamException failure = catchThrowableOfType(UpstreamException.class, () -> beat(target));
        assertThat(failure).isNotNull();
        return failure.kind();
    }

    private void withoutRole(String client, String role) {
        bench.change("{\"type\":\"roleRemoved\",\"clientId\":\"" + client + "\",\"role\":\"" + role + "\"}");
        // A token keeps the roles of the time when it was issued, for beats as for writes.
        bench.clock.advance(Duration.ofHours(2));
    }

    @Test
    void aBeatIsTwoRequestsAtMostAndWritesNothing() {
        group("");
        long before = bench.contoso.deviceCount();
        for (PublishTarget target : List.of(ATTRIBUTE, RISK_GROUP)) {
            assertThat(beat(target).acknowledged()).isEqualTo(bench.clock.instant());
            assertThat(beat(target).messageErrors()).isEmpty();
        }
        assertThat(bench.traffic.counts())
                .filteredOn(count -> count.template().startsWith("/v1.0/"))
                .allMatch(count -> count.method().equals("GET"));
        assertThat(bench.contoso.deviceCount()).isEqualTo(before);
        assertThat(bench.contoso.members(GROUP)).isEmpty();
    }

    @Test
    void theRegistrationsOnlyRoleForDevicesIsProvenByReadingThem() {
        assertThatCode(() -> beat(ATTRIBUTE)).doesNotThrowAnyException();
        withoutRole("attribute", "Device.ReadWrite.All");
        assertThat(refused(ATTRIBUTE)).isEqualTo(UpstreamException.Kind.FORBIDDEN);
    }

    @Test
    void theRegistrationsOnlyRoleForGroupsIsProvenByReadingTheGroup() {
        group("");
        assertThatCode(() -> beat(RISK_GROUP)).doesNotThrowAnyException();
        withoutRole("group", "GroupMember.ReadWrite.All");
        assertThat(refused(RISK_GROUP)).isEqualTo(UpstreamException.Kind.FORBIDDEN);
    }

    @ParameterizedTest
    @CsvSource({"attribute, DEVICE_ATTRIBUTE", "group, RISK_GROUP"})
    void aConsentThatIsRevokedIsNoticed(String client, PublishTarget.Way way) {
        group("");
        bench.change("{\"type\":\"consentRevoked\",\"clientId\":\"" + client + "\"}");
        assertThat(refused(way == PublishTarget.Way.RISK_GROUP ? RISK_GROUP : ATTRIBUTE))
                .isEqualTo(UpstreamException.Kind.CONSENT_MISSING);
    }

    @Test
    void aGraphThatIsDownIsNoticed() {
        group("");
        bench.traffic.add(new Fault("GET", "/v1.0/*", 1_000, 503, null, 0, null, false, false, false));
        assertThat(refused(ATTRIBUTE)).isEqualTo(UpstreamException.Kind.UNAVAILABLE);
        assertThat(refused(RISK_GROUP)).isEqualTo(UpstreamException.Kind.UNAVAILABLE);
    }

    @Test
    void aGroupThatIsGoneIsNoticed() {
        AppException gone = catchThrowableOfType(AppException.class, () -> beat(RISK_GROUP));
        assertThat(gone.code()).isEqualTo(ErrorCode.RISK_GROUP_GONE);
        group("");
        assertThatCode(() -> beat(RISK_GROUP)).doesNotThrowAnyException();
        bench.change("{\"type\":\"groupDeleted\",\"group\":\"" + GROUP + "\"}");
        gone = catchThrowableOfType(AppException.class, () -> beat(RISK_GROUP));
        assertThat(gone.code()).isEqualTo(ErrorCode.RISK_GROUP_GONE);
    }

    @ParameterizedTest
    @CsvSource({
        "dynamic, RISK_GROUP_DYNAMIC",
        "synced, RISK_GROUP_SYNCED",
        "roleAssignable, RISK_GROUP_ROLE_ASSIGNABLE",
        "unified, RISK_GROUP_NO_SECURITY_GROUP"
    })
    void aGroupThatTakesNobodyFromUsIsNoticed(String how, ErrorCode code) {
        group(",\"" + how + "\":true");
        AppException unfit = catchThrowableOfType(AppException.class, () -> beat(RISK_GROUP));
        assertThat(unfit.code()).isEqualTo(code);
    }
}
