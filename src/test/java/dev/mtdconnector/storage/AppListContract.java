package dev.mtdconnector.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.apps.AppListStore.Progress;
import dev.mtdconnector.apps.AppSyncRun;
import dev.mtdconnector.apps.DeniedApp;
import dev.mtdconnector.apps.FindingStore.Finding;
import dev.mtdconnector.apps.FindingStore.Place;
import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.Platform;
import dev.mtdconnector.threat.Allowance;
import dev.mtdconnector.threat.Allowances;
import dev.mtdconnector.threat.RiskLevel;
import dev.mtdconnector.threat.Threat;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What is kept of lists of apps, and of the threats that they concern. */
abstract class AppListContract {

    private static final Instant AT = Instant.parse("2026-11-21T09:00:00.1234567Z");
    private static final String DEVICE = "00000000-0000-0000-0000-000000000001";

    private final String tenant = UUID.randomUUID().toString();

    abstract Tables tables();

    private AppListTable table() {
        return new AppListTable(tables());
    }

    private static Allowance allowance(String id) {
        return new Allowance(
                id,
                new Allowance.What("Free Torch", "Example", "com.example.torch", "TROJAN"),
                DEVICE,
                "Our own",
                "user:1",
                AT,
                AT.plus(Duration.ofDays(1)));
    }

    @Test
    void entriesOfBothListsComeBackAsTheyWereAndGo() {
        DeniedApp whole = new DeniedApp("Free Torch", DeniedApp.Match.PREFIX, "Example", "reason", "user:1", AT);
        DeniedApp bare = new DeniedApp("日本語", DeniedApp.Match.EXACT, null, "reason", "key:2", AT);
        table().deny(tenant, whole);
        table().deny(tenant, bare);
        table().allow(tenant, allowance("a"));
        assertThat(table().denied(tenant)).containsExactlyInAnyOrder(whole, bare);
        assertThat(table().allowed(tenant)).containsExactly(allowance("a"));
        assertThat(table().denied(UUID.randomUUID().toString())).isEmpty();

        assertThat(table().removeDenied(tenant, whole.id())).isTrue();
        assertThat(table().removeDenied(tenant, whole.id())).isFalse();
        assertThat(table().removeAllowed(tenant, "a")).isTrue();
        assertThat(table().denied(tenant)).containsExactly(bare);
        assertThat(table().allowed(tenant)).isEmpty();
    }

    @Test
    void findingsComeInOrderPageByPage() {
        List<Finding> all = new ArrayList<>();
        for (int app = 0; app < 3; app++) {
            for (int i = 0; i < 7; i++) {
                all.add(new Finding("app" + app, "device" + i, "Torch", i == 0 ? null : "Example"));
            }
        }
        all.forEach(finding -> table().note(tenant, finding));
        all.forEach(finding -> table().note(tenant, finding));
        List<Finding> read = new ArrayList<>();
        List<Finding> page = table().findings(tenant, 4, null);
        while (!page.isEmpty()) {
            read.addAll(page);
            Finding last = page.get(page.size() - 1);
            page = table().findings(tenant, 4, new Place(last.appKey(), last.deviceId()));
        }
        assertThat(read).isEqualTo(all);
        table().drop(tenant, new Place("app1", "device3"));
        table().drop(tenant, new Place("app1", "device3"));
        assertThat(table().devicesWith(tenant, "app1"))
                .containsExactly("device0", "device1", "device2", "device4", "device5", "device6");
    }

    @Test
    void theLatestRunAndTheProgressAreKept() {
        assertThat(table().latest(tenant)).isEmpty();
        AppSyncRun run = new AppSyncRun(
                AppSyncRun.State.RUNNING,
                "v",
                "app|device",
                AT,
                null,
                AT.minusSeconds(5),
                "graph.unavailable",
                new AppSyncRun.Counts(1, 2, 3, 4, 5, 6, 7, 8, 9));
        table().save(tenant, run);
        assertThat(table().latest(tenant)).contains(run);
        assertThat(table().progress(tenant)).isEmpty();
        table().saveProgress(tenant, new Progress("v", "1device", true));
        assertThat(table().progress(tenant)).contains(new Progress("v", "1device", true));
        table().saveProgress(tenant, new Progress("v", null, false));
        assertThat(table().progress(tenant)).contains(new Progress("v", null, false));
    }

    @Test
    void aThreatKeepsItsAppAndWhoSilencedItAndTheDeviceIsFoundByThat() {
        List<Allowance> list = new ArrayList<>();
        DeviceTable devices = new DeviceTable(
                tables(), Clock.fixed(AT, ZoneOffset.UTC), tenantId -> new Allowances(List.copyOf(list)));
        devices.open(tenant, false)
                .enroll(
                        List.of(new Device.DirectoryFacts(
                                DEVICE, "object", "Phone", Platform.IOS, null, null, null, "user", null)),
                        true);
        Threat threat = new Threat(
                "10000000-0000-0000-0000-000000000001",
                Threat.Status.OPEN,
                new Threat.Finding(
                        List.of("TROJAN"),
                        RiskLevel.HIGH,
                        null,
                        "APPLICATION",
                        new Threat.Subject("free torch", "com.example.torch", "EXAMPLE")),
                AT,
                AT,
                "e1",
                "vendor",
                null);
        list.add(allowance("a"));
        devices.change(tenant, DEVICE, device -> device.with(threat));

        Threat kept = Objects.requireNonNull(
                devices.find(tenant, DEVICE).orElseThrow().threats().get(threat.guid()));
        assertThat(kept.finding().subject()).isEqualTo(threat.finding().subject());
        assertThat(kept.silenced())
                .isEqualTo(new Threat.Silenced("a", "user:1", "Our own", AT.plus(Duration.ofDays(1))));
        assertThat(devices.silenced(tenant, 10, null)).containsExactly(DEVICE);
        assertThat(devices.silenced(tenant, 10, DEVICE)).isEmpty();
        assertThat(devices.exposed(tenant, 10, null).devices()).isEmpty();

        list.clear();
        devices.change(tenant, DEVICE, device -> device.silencedBy(Allowances.NONE, AT));
        assertThat(devices.silenced(tenant, 10, null)).isEmpty();
        assertThat(devices.exposed(tenant, 10, null).devices()).hasSize(1);
    }

    @Test
    void aThreatOfTheVersionBeforeIsReadWithoutAnApp() {
        DeviceTable devices = new DeviceTable(tables(), Clock.fixed(AT, ZoneOffset.UTC));
        devices.open(tenant, false)
                .enroll(
                        List.of(new Device.DirectoryFacts(
                                DEVICE, "object", "Phone", Platform.IOS, null, null, null, "user", null)),
                        true);
        String partition = DeviceTable.partition(tenant);
        Writes.put(
                tables().table("devices"),
                Row.of(
                        partition,
                        DeviceRows.threatKey(DEVICE, "10000000-0000-0000-0000-000000000002"),
                        Map.of(
                                "status", "OPEN",
                                "classifications", "TROJAN",
                                "severity", "HIGH",
                                "type", "APPLICATION",
                                "openedAt", AT,
                                "eventAt", AT,
                                "eventId", "e1")));
        Threat read = devices.find(tenant, DEVICE)
                .orElseThrow()
                .threats()
                .values()
                .iterator()
                .next();
        assertThat(read.finding().subject()).isEqualTo(Threat.Subject.UNKNOWN);
        assertThat(read.silenced()).isNull();
    }
}
