package dev.mtdconnector.intune;

import static dev.mtdconnector.intune.PublishWorld.TENANT;
import static dev.mtdconnector.intune.PublishWorld.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.connector.PublishOptions;
import dev.mtdconnector.connector.PublishTarget;
import dev.mtdconnector.device.TraceEntry;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.storage.JobTable;
import dev.mtdconnector.storage.PublishingTable;
import dev.mtdconnector.testing.FakeTargets;
import dev.mtdconnector.testing.MemoryQueues;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReadBackTest {

    private final PublishWorld world = new PublishWorld().withDevices(30);
    private final Map<String, String> other = new HashMap<>();
    private final List<Integer> asked = new ArrayList<>();
    private boolean isGranted = true;
    private PublishOptions options = PublishOptions.DEFAULT;
    private final FakeTargets targets = new FakeTargets();
    private final PublishingTable kept = new PublishingTable(world.memory);
    private final TargetPublishers.Directory directory = new TargetPublishers.Directory(targets, targets, kept, kept);

    private void read() {
        ReportedStates reported = new ReportedStates() {
            @Override
            public Map<String, String> of(String tenantId, List<String> deviceIds) {
                asked.add(deviceIds.size());
                Map<String, String> shown = new HashMap<>(world.partner().states());
                shown.putAll(other);
                shown.keySet().retainAll(deviceIds);
                return shown;
            }

            @Override
            public List<PartnerConnector> connectors(String tenantId) {
                return List.of();
            }
        };
        Schedule schedule = new Schedule(new JobTable(world.memory), new MemoryQueues(world.clock), world.clock);
        new ReadBackJob(
                        world.connectors,
                        world.devices,
                        world.outbox,
                        world.devices.readBack(),
                        (tenant, target) -> new TargetComparisons(
                                        reported, directory, one -> options, (any, place) -> isGranted)
                                .of(tenant, target),
                        schedule,
                        world.clock)
                .run(TENANT, () -> {});
        world.settle();
    }

    private void minutes(int minutes) {
        world.clock.advance(Duration.ofMinutes(minutes));
    }

    @Test
    void aDifferenceThatLastsIsRepairedAndTraced() {
        other.put(id(3), "highSeverity");
        minutes(5);
        read();
        int told = world.partner().told();
        minutes(5);
        read();
        assertThat(world.partner().told()).as("it may be on its way").isEqualTo(told);
        minutes(5);
        world.partner().isAgainAllowed = true;
        read();
        assertThat(world.partner().told()).isEqualTo(told + 1);
        assertThat(world.partner().history(3)).containsExactly("secured", "secured");
        assertThat(world.trace(3)).contains(TraceEntry.Kind.READ_BACK);
        assertThat(world.devices.readBack().round(TENANT).repaired()).isEqualTo(1);
        // While it does not help, it is sent again ever more seldom.
        for (int i = 0; i < 6; i++) {
            minutes(10);
            read();
        }
        assertThat(world.partner().told()).isEqualTo(told + 3);
        other.clear();
        minutes(60);
        read();
        assertThat(world.devices.readBack().suspects(TENANT, 10)).isEmpty();
    }

    @Test
    void aDifferenceThatPassesIsNotRepaired() {
        other.put(id(3), "unknown");
        minutes(5);
        read();
        other.clear();
        int told = world.partner().told();
        minutes(15);
        read();
        assertThat(world.partner().told()).isEqualTo(told);
        assertThat(world.devices.readBack().suspects(TENANT, 10)).isEmpty();
    }

    @Test
    void whatIntuneDoesNotManageIsLeftAlone() {
        minutes(5);
        world.partner().states().remove(id(3));
        read();
        minutes(15);
        read();
        assertThat(world.devices.readBack().suspects(TENANT, 10)).isEmpty();
        assertThat(world.devices.readBack().round(TENANT).different()).isZero();
    }

    @Test
    void whereItIsNotGrantedNothingIsRead() {
        isGranted = false;
        minutes(5);
        read();
        assertThat(asked).isEmpty();
    }

    private void toldIn(PublishTarget target) {
        // What was told, as the places in memory do not write to the directory: each device as it is told there.
        world.publishing(before -> before.with(target));
        world.settle();
        for (int i = 0; i < 30; i++) {
            targets.withDevice(id(i), "mtd:secured");
        }
        world.place(target).isAgainAllowed = true;
    }

    @Test
    void anAttributeThatWasChangedIsRepairedAndAForeignValueIsNot() {
        PublishTarget target = PublishTarget.attribute(7);
        toldIn(target);
        targets.withDevice(id(3), "mtd:high")
                .withDevice(id(4), null)
                .withDevice(id(5), "kiosk")
                .withoutDevice(id(6));
        int told = world.place(target).told();
        minutes(5);
        read();
        assertThat(world.place(target).told()).as("it may pass").isEqualTo(told);
        minutes(10);
        read();
        assertThat(world.place(target).told()).isEqualTo(told + 2);
        assertThat(world.place(target).history(3)).containsExactly("secured", "secured");
        assertThat(world.place(target).history(4)).containsExactly("secured", "secured");
        assertThat(world.trace(3)).contains(TraceEntry.Kind.READ_BACK);
        assertThat(world.devices.readBack().round(TENANT).repaired()).isEqualTo(2);

        // With the administrator's word the foreign value is a difference like any other.
        options = new PublishOptions(true, options.of(), options.from(), null);
        targets.withDevice(id(3), "mtd:secured").withDevice(id(4), "mtd:secured");
        minutes(10);
        read();
        minutes(10);
        read();
        assertThat(world.place(target).history(5)).containsExactly("secured", "secured");
    }

    @Test
    void aMemberWhomSomebodyTookOutIsPutInAgainAndWhoIsInByOthersStays() {
        PublishTarget target = PublishTarget.group("44444444-0000-4000-8000-000000000001");
        world.infect(3, "TROJAN");
        world.infect(4, "TROJAN");
        toldIn(target);
        kept.saveDevices(TENANT, target.place(), Map.of(id(3), "user 3", id(4), "user 4"));
        targets.withMember("user 4").withMember("user 5");
        int told = world.place(target).told();
        minutes(5);
        read();
        minutes(10);
        read();
        assertThat(world.place(target).told()).isEqualTo(told + 1);
        assertThat(world.place(target).history(3)).containsExactly("highSeverity", "highSeverity");
        assertThat(world.devices.readBack().round(TENANT).different()).isEqualTo(2);
        assertThat(world.devices.readBack().suspects(TENANT, 10))
                .singleElement()
                .satisfies(suspect -> assertThat(suspect.deviceId()).isEqualTo(id(3)));
    }
}
