package dev.mtdconnector.intune;

import static dev.mtdconnector.intune.PublishWorld.TENANT;
import static dev.mtdconnector.intune.PublishWorld.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.connector.Publishing.Mode;
import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.ThreatState;
import dev.mtdconnector.device.Told;
import dev.mtdconnector.notify.MailOutbox;
import dev.mtdconnector.storage.StoredDevices;
import dev.mtdconnector.threat.RiskLevel;
import dev.mtdconnector.threat.Threat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class BreakerTest {

    private final PublishWorld world = new PublishWorld();

    private void infect(int from, int to) {
        for (int i = from; i < to; i++) {
            world.infect(i, "TROJAN");
        }
    }

    private long infected() {
        return world.partner().states().values().stream()
                .filter("highSeverity"::equals)
                .count();
    }

    private void approve() {
        Books books = world.books();
        assertThat(world.outbox.save(TENANT, books.approving(world.outbox.heldSets(TENANT))))
                .isTrue();
    }

    @Test
    void aShareOfTheDevicesMayWorsenUnasked() {
        world.withDevices(50);
        infect(0, 10);
        world.settle();
        assertThat(infected()).isEqualTo(10);
        assertThat(world.books().held()).isZero();
        infect(10, 11);
        world.settle();
        assertThat(infected()).isEqualTo(10);
        assertThat(world.books().held()).isEqualTo(1);
    }

    @Test
    void inASmallTenantSomeMayAlways() {
        world.withDevices(6);
        infect(0, 5);
        world.settle();
        assertThat(infected()).isEqualTo(5);
    }

    @Test
    void whatComesAtOnceIsHeldWholeAndAskedAboutOnce() {
        world.withDevices(50);
        infect(0, 20);
        world.settle();
        assertThat(infected()).isZero();
        assertThat(world.books().held()).isEqualTo(20);
        assertThat(world.books().asked()).isEqualTo(1);
        assertThat(world.mails.pending(TENANT, 10))
                .extracting(MailOutbox.Pending::draft)
                .singleElement()
                .satisfies(mail -> assertThat(mail.subject()).contains("20"));
        world.settle();
        world.reassess();
        world.settle();
        assertThat(world.mails.pending(TENANT, 10)).hasSize(1);
        assertThat(world.errorTable
                        .find(TENANT, "held-publishes", "publishing.held")
                        .orElseThrow()
                        .recoveredAt())
                .isNull();

        world.heal(3);
        world.settle();
        assertThat(world.books().held()).as("an improvement ends its hold").isEqualTo(19);
        approve();
        world.settle();
        assertThat(infected()).isEqualTo(19);
        assertThat(world.partner().history(3)).containsExactly("secured");
        assertThat(world.books().held()).isZero();
        assertThat(world.books().approved()).isEmpty();
        assertThat(world.errorTable
                        .find(TENANT, "held-publishes", "publishing.held")
                        .orElseThrow()
                        .recoveredAt())
                .isNotNull();
    }

    @Test
    void manyChangesThatAreNotWorseAreNotHeld() {
        world.withDevices(50);
        infect(0, 8);
        world.settle();
        for (int i = 0; i < 50; i++) {
            world.outbox.mark(TENANT, id(i));
        }
        world.infect(9, "TROJAN");
        world.heal(0);
        world.settle();
        assertThat(world.books().held()).isZero();
        assertThat(infected()).isEqualTo(8);
        assertThat(world.partner().state(0)).isEqualTo("secured");
        assertThat(world.mails.pending(TENANT, 10)).isEmpty();
    }

    @Test
    void improvementsPassWhileOthersAreHeld() {
        world.withDevices(50);
        infect(0, 9);
        world.settle();
        infect(20, 40);
        world.heal(0);
        world.settle();
        assertThat(world.partner().state(0)).isEqualTo("secured");
        assertThat(infected()).isEqualTo(8);
    }

    @Test
    void whatIsWorseThanWhatWasApprovedStaysHeld() {
        world.withDevices(50);
        for (int i = 0; i < 20; i++) {
            world.infect(i, "ADWARE");
        }
        world.settle();
        approve();
        infect(0, 20);
        world.settle();
        assertThat(world.partner().states().values()).doesNotContain("lowSeverity", "highSeverity");
        assertThat(world.books().held()).isEqualTo(20);
    }

    @Test
    void afterAnHourSingleDevicesPassWhileTheHeldOnesStay() {
        world.withDevices(50);
        infect(0, 20);
        world.settle();
        world.clock.advance(Duration.ofMinutes(61));
        infect(40, 41);
        world.settle();
        assertThat(infected()).isEqualTo(1);
        assertThat(world.books().held()).isEqualTo(20);
    }

    @Test
    void aBreakerOfAHundredPercentNeverHolds() {
        world.withDevices(50);
        world.publishing(Mode.PUBLISH, 0, 100);
        infect(0, 50);
        world.settle();
        assertThat(infected()).isEqualTo(50);
    }

    @Test
    void observingLetsGoOfWhatIsHeld() {
        world.withDevices(50);
        infect(0, 20);
        world.settle();
        world.publishing(Mode.OBSERVE, 0, 20);
        world.settle();
        assertThat(world.books().held()).isZero();
        assertThat(infected()).isZero();
    }

    @Test
    void aFeedThatSuddenlyCallsThirtyThousandOfAHundredThousandDevicesInfectedIsHeld() {
        int all = 100_000;
        int open = 30_000;
        // Those that stay well are counted and never looked at, so they need not be stored.
        List<Device> some = new ArrayList<>();
        for (int i = 0; i < open; i++) {
            some.add(told(i, ThreatState.SECURED));
        }
        StoredDevices.add(world.memory, TENANT, some);
        world.outbox.save(TENANT, counting(all));
        for (int i = 0; i < open; i++) {
            world.infect(i, "TROJAN");
        }
        long before = world.memory.writes("devices");
        world.settle();
        assertThat(world.partner().told()).isZero();
        assertThat(world.books().held()).isEqualTo(open);
        assertThat(world.memory.writes("devices") - before)
                .as(
                        "transactions: two for each look, with the device, its mark, its line and its place for each device")
                .isLessThanOrEqualTo(2 * (open / PublishJob.BATCH + 1) + 2);
        assertThat(world.mails.pending(TENANT, 10)).hasSize(1);
    }

    @Test
    void aChangeThatAffectsAThousandDevicesTellsThoseAndANoOpTellsNone() {
        List<Device> some = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            some.add(told(i, i < 5_000 ? ThreatState.HIGH : ThreatState.SECURED));
        }
        StoredDevices.add(world.memory, TENANT, some);
        world.outbox.save(TENANT, counting(20_000));
        for (int i = 0; i < 5_000; i++) {
            int number = i;
            // The first thousand were told high by a policy that has changed since.
            String classification = i < 1_000 ? "ADWARE" : "TROJAN";
            Threat threat = new Threat(
                    id(1),
                    Threat.Status.OPEN,
                    new Threat.Finding(List.of(classification), RiskLevel.NONE, "APPLICATION"),
                    PublishWorld.START,
                    PublishWorld.START,
                    "e",
                    null,
                    null);
            world.devices.change(TENANT, id(number), device -> device.with(threat));
        }
        world.settle();
        assertThat(world.partner().told()).isEqualTo(1_000);
        long before = world.memory.writes("devices");
        world.reassess();
        world.settle();
        assertThat(world.partner().told()).isEqualTo(1_000);
        assertThat(world.memory.writes("devices")).isEqualTo(before);
    }

    private static Device told(int number, ThreatState state) {
        Told told = new Told(state, UUID.randomUUID().toString(), PublishWorld.START, PublishWorld.START);
        return PublishWorld.secured(number).withTold(told);
    }

    private static Books counting(int told) {
        return new Books(told, 0, 0, 1, 0, List.of(), Breaker.UNUSED, Books.Resync.NONE, Elsewhere.NONE, null);
    }
}
