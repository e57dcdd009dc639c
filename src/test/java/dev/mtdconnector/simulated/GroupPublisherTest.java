package dev.mtdconnector.simulated;

import static dev.mtdconnector.simulated.ContosoBench.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.connector.PublishOptions;
import dev.mtdconnector.connector.PublishOptions.Of;
import dev.mtdconnector.connector.PublishOptions.Threshold;
import dev.mtdconnector.device.ThreatState;
import dev.mtdconnector.intune.GroupPublisher;
import dev.mtdconnector.intune.IntunePublisher;
import dev.mtdconnector.intune.IntunePublisher.DeviceReport;
import dev.mtdconnector.local.contoso.WellKnown;
import dev.mtdconnector.local.http.Fault;
import dev.mtdconnector.storage.PublishingTable;
import dev.mtdconnector.testing.MemoryTables;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GroupPublisherTest extends PublisherContract {

    private static final String GROUP = "44444444-0000-4000-8000-000000000001";
    private static final String SECOND = "55555555-0000-4000-8000-000000000001";

    private Of of = Of.USERS;
    private Threshold from = Threshold.MEDIUM;

    @Override
    IntunePublisher make() {
        bench.change("{\"type\":\"groupCreated\",\"displayName\":\"At risk\",\"id\":\"" + GROUP + "\"}");
        PublishingTable table = new PublishingTable(new MemoryTables());
        return new GroupPublisher(
                GROUP, bench.members, table, table, tenantId -> new PublishOptions(false, of, from, null), bench.clock);
    }

    @Override
    String shownFor(ThreatState state) {
        return state == ThreatState.HIGH || state == ThreatState.MEDIUM ? "in" : "out";
    }

    @Override
    String shown(String deviceId) {
        return bench.contoso
                        .members(GROUP)
                        .contains(deviceId.equals(WellKnown.LENAS_IPHONE) ? WellKnown.LENA : WellKnown.OSCAR)
                ? "in"
                : "out";
    }

    @Override
    Fault onWrites(@Nullable Integer status, @Nullable Integer retryAfterSeconds, boolean isLost) {
        return new Fault("PATCH", "/v1.0/groups/*", 1, status, retryAfterSeconds, 0, null, false, isLost, isLost);
    }

    private DeviceReport lenasSecond(ThreatState state) {
        return new DeviceReport(SECOND, WellKnown.LENA, state, bench.clock.instant());
    }

    private void somebody(String verb, String member) {
        bench.change("{\"type\":\"member" + verb + "\",\"group\":\"" + GROUP + "\",\"member\":\"" + member + "\"}");
    }

    @Test
    void aUserIsInWhileOneOfHisDevicesIsAtRisk() {
        told(lena(ThreatState.HIGH), lenasSecond(ThreatState.MEDIUM));
        told(lena(ThreatState.SECURED));
        assertThat(bench.contoso.members(GROUP)).containsExactly(WellKnown.LENA);
        told(lenasSecond(ThreatState.LOW));
        assertThat(bench.contoso.members(GROUP)).isEmpty();
    }

    @Test
    void whoSwitchesTheAgentOffStaysWhereHeWas() {
        told(lena(ThreatState.HIGH));
        told(lena(ThreatState.UNRESPONSIVE), oscar(ThreatState.UNRESPONSIVE));
        assertThat(bench.contoso.members(GROUP)).containsExactly(WellKnown.LENA);
        told(lena(ThreatState.SECURED));
        assertThat(bench.contoso.members(GROUP)).isEmpty();
    }

    @Test
    void whomSomebodyElsePutInStays() {
        somebody("Added", WellKnown.LENA);
        told(lena(ThreatState.HIGH));
        told(lena(ThreatState.SECURED));
        told(lena(ThreatState.DEACTIVATED));
        assertThat(bench.contoso.members(GROUP)).containsExactly(WellKnown.LENA);
    }

    @Test
    void whoComesAndGoesQuicklyIsNotTakenForSomebodyElses() {
        for (int i = 0; i < 3; i++) {
            told(lena(ThreatState.HIGH));
            assertThat(bench.contoso.members(GROUP)).containsExactly(WellKnown.LENA);
            told(lena(ThreatState.SECURED));
            assertThat(bench.contoso.members(GROUP)).isEmpty();
        }
        bench.clock.advance(Duration.ofHours(2));
        somebody("Added", WellKnown.LENA);
        told(lena(ThreatState.HIGH));
        told(lena(ThreatState.SECURED));
        assertThat(bench.contoso.members(GROUP)).containsExactly(WellKnown.LENA);
    }

    @Test
    void whoWasTakenOutBySomebodyIsPutInAgainWhenToldAgain() {
        told(lena(ThreatState.HIGH));
        somebody("Removed", WellKnown.LENA);
        told(lena(ThreatState.HIGH));
        assertThat(bench.contoso.members(GROUP)).containsExactly(WellKnown.LENA);
        somebody("Removed", WellKnown.LENA);
        told(lena(ThreatState.SECURED));
        assertThat(bench.contoso.members(GROUP)).isEmpty();
    }

    @Test
    void aDeviceThatChangedHandsTakesTheFormerUserOut() {
        told(lena(ThreatState.HIGH));
        told(new DeviceReport(WellKnown.LENAS_IPHONE, WellKnown.OSCAR, ThreatState.HIGH, bench.clock.instant()));
        assertThat(bench.contoso.members(GROUP)).containsExactly(WellKnown.OSCAR);
    }

    @Test
    void anotherThresholdOrKindMovesWhatIsToldAgain() {
        told(lena(ThreatState.MEDIUM), oscar(ThreatState.HIGH));
        from = Threshold.HIGH;
        told(lena(ThreatState.MEDIUM), oscar(ThreatState.HIGH));
        assertThat(bench.contoso.members(GROUP)).containsExactly(WellKnown.OSCAR);
        of = Of.DEVICES;
        told(oscar(ThreatState.HIGH));
        assertThat(bench.contoso.members(GROUP))
                .containsExactly(bench.contoso
                        .deviceByDeviceId(WellKnown.OSCARS_ANDROID)
                        .orElseThrow()
                        .id());
        told(oscar(ThreatState.SECURED));
        assertThat(bench.contoso.members(GROUP)).isEmpty();
    }

    @Test
    void ofFortyUsersThoseWhoCannotBeTakenAreFoundByHalves() {
        List<DeviceReport> reports = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            String user = new UUID(9, i).toString();
            if (i % 13 != 5) {
                bench.change("{\"type\":\"userCreated\",\"id\":\"" + user + "\",\"displayName\":\"User " + i
                        + "\",\"userPrincipalName\":\"user" + i + "@contoso.example\"}");
            }
            reports.add(new DeviceReport(new UUID(8, i).toString(), user, ThreatState.HIGH, bench.clock.instant()));
        }
        bench.traffic.resetCounts();
        Message message = message(reports.toArray(DeviceReport[]::new));
        upload(message);
        assertThat(bench.contoso.members(GROUP)).hasSize(37);
        assertThat(status(message).refused().keySet())
                .isEqualTo(Set.of(new UUID(8, 5).toString(), new UUID(8, 18).toString(), new UUID(8, 31).toString()));
    }

    @Test
    void twentyUsersAreOneWrite() {
        List<DeviceReport> reports = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            String user = new UUID(9, i).toString();
            bench.change("{\"type\":\"userCreated\",\"id\":\"" + user + "\",\"displayName\":\"User " + i
                    + "\",\"userPrincipalName\":\"user" + i + "@contoso.example\"}");
            reports.add(new DeviceReport(new UUID(8, i).toString(), user, ThreatState.HIGH, bench.clock.instant()));
        }
        bench.traffic.resetCounts();
        told(reports.toArray(DeviceReport[]::new));
        assertThat(bench.traffic.counts().stream()
                        .filter(count -> count.method().equals("PATCH"))
                        .mapToLong(count -> count.count())
                        .sum())
                .isEqualTo(1);
    }

    @Test
    void aGroupThatIsGoneConcernsEverybody() {
        bench.change("{\"type\":\"groupDeleted\",\"group\":\"" + GROUP + "\"}");
        Message message = message(lena(ThreatState.HIGH));
        assertThatThrownBy(() -> upload(message))
                .isInstanceOfSatisfying(
                        UpstreamException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(UpstreamException.Kind.NOT_FOUND));
    }

    @Test
    void aGroupIsLookedUpWithAllThatSpeaksAgainstIt() {
        String other = "44444444-0000-4000-8000-000000000002";
        bench.change("{\"type\":\"groupCreated\",\"displayName\":\"Odd\",\"id\":\"" + other
                + "\",\"dynamic\":true,\"roleAssignable\":true,\"synced\":true}");
        bench.change("{\"type\":\"memberAdded\",\"group\":\"" + WellKnown.SECURITY_OPERATIONS_GROUP + "\",\"member\":\""
                + other + "\"}");
        var odd = bench.groups.look(TENANT, other, Set.of(WellKnown.FULL_ACCESS_GROUP, WellKnown.ENROLLMENT_GROUP));
        assertThat(odd.isDynamic() && odd.isRoleAssignable() && odd.isSynced()).isTrue();
        assertThat(odd.within()).containsExactly(WellKnown.FULL_ACCESS_GROUP);
        var plain = bench.groups.look(TENANT, GROUP, Set.of(WellKnown.FULL_ACCESS_GROUP));
        assertThat(plain.isSecurityEnabled()).isTrue();
        assertThat(plain.isUnified() || plain.isDynamic() || plain.isRoleAssignable() || plain.isSynced())
                .isFalse();
        assertThat(plain.within()).isEmpty();
    }
}
