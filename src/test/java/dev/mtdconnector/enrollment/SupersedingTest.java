package dev.mtdconnector.enrollment;

import static dev.mtdconnector.enrollment.SyncBench.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.device.Device;
import dev.mtdconnector.enrollment.Directory.ObjectRecord;
import dev.mtdconnector.enrollment.Directory.OwnedDevice;
import dev.mtdconnector.enrollment.OptionalSources.Source;
import dev.mtdconnector.storage.DeviceTable;
import dev.mtdconnector.storage.EnrollmentTable;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two records of one phone: the old one goes out of scope, and comes back if it turns out to be a phone of its own. */
class SupersedingTest {

    private static final String GROUP = id("group", 0);
    private static final String LENA = id("user", 0);
    private static final String OLD = id("device", 100);
    private static final String NEW = id("device", 200);

    private final SyncBench bench = new SyncBench();

    @BeforeEach
    void oldPhone() {
        bench.directory.withGroup(GROUP, "All");
        for (int i = 0; i < 10; i++) {
            bench.directory.join(GROUP, id("user", i)).withDevice(id("device", i), id("user", i), "Android", "15");
        }
        bench.connector(true, 20, GROUP);
        bench.directory.management().grant(Source.MANAGED_DEVICES);
        phone(OLD, LENA, "Lena's iPhone", "iPhone 15", daysAgo(400), daysAgo(40));
    }

    private Instant daysAgo(int days) {
        return bench.clock.instant().minus(Duration.ofDays(days));
    }

    private void phone(
            String deviceId,
            String owner,
            String name,
            @Nullable String model,
            Instant registeredAt,
            @Nullable Instant lastSignInAt) {
        bench.directory.removeDevice(deviceId);
        bench.directory.withDevice(new OwnedDevice(
                        deviceId, "object-" + deviceId, name, "iOS", "18", model, true, owner, owner + "@x.example")
                .with(new ObjectRecord(true, null, registeredAt, lastSignInAt)));
    }

    /** All that is due is done. */
    private void passes() {
        bench.clock.advance(Duration.ofHours(13));
        bench.sync(3);
    }

    private Map<String, String> superseded() {
        return bench.outOfScope();
    }

    private void assertBothStay() {
        passes();
        assertThat(bench.devices()).containsKeys(OLD, NEW);
        assertThat(superseded()).isEmpty();
    }

    private void assertOldLeft() {
        assertThat(superseded()).isEqualTo(Map.of(OLD, "superseded by " + NEW));
        assertThat(bench.devices()).containsKey(NEW).doesNotContainKey(OLD).hasSize(11);
    }

    @Test
    void aPhoneThatWasRegisteredAnewAndSilentSinceIsSuperseded() {
        bench.sync();
        phone(NEW, LENA, "Lena's iPhone", "iPhone 15", daysAgo(30), daysAgo(1));
        passes();
        assertOldLeft();
        passes();
        bench.directory.join(GROUP, id("user", 50));
        passes();
        assertOldLeft();
        assertThat(bench.memory.dump().get("devices"))
                .as("Intune is told that the old one is deactivated")
                .anyMatch(row -> row.key().equals("o|" + OLD));
    }

    @Test
    void thatIsSeenInTheFirstDayOfATenantToo() {
        phone(NEW, LENA, "Lena's iPhone", "iPhone 15", daysAgo(30), daysAgo(1));
        bench.sync();
        passes();
        assertOldLeft();
    }

    @Test
    void twoPhonesThatDifferInAnythingAreTwoPhones() {
        bench.sync();
        phone(NEW, LENA, "Lena's iPhone", "iPhone 16", daysAgo(30), daysAgo(1));
        assertBothStay();
        phone(NEW, LENA, "Lena's other iPhone", "iPhone 15", daysAgo(30), daysAgo(1));
        assertBothStay();
        phone(NEW, LENA, "Lena's iPhone", null, daysAgo(30), daysAgo(1));
        assertBothStay();
    }

    @Test
    void aPhoneOfSomebodyElseIsAnother() {
        bench.sync();
        phone(NEW, id("user", 1), "Lena's iPhone", "iPhone 15", daysAgo(30), daysAgo(1));
        assertBothStay();
    }

    @Test
    void aPhoneThatIsAliveIsNotSuperseded() {
        bench.sync();
        // Silent for less than Microsoft's time of the last sign-in can be behind.
        phone(OLD, LENA, "Lena's iPhone", "iPhone 15", daysAgo(400), daysAgo(20));
        phone(NEW, LENA, "Lena's iPhone", "iPhone 15", daysAgo(10), daysAgo(1));
        assertBothStay();
        // Seen after the other one was registered.
        phone(OLD, LENA, "Lena's iPhone", "iPhone 15", daysAgo(400), daysAgo(40));
        phone(NEW, LENA, "Lena's iPhone", "iPhone 15", daysAgo(50), daysAgo(1));
        assertBothStay();
        // Nobody knows when it was seen.
        phone(OLD, LENA, "Lena's iPhone", "iPhone 15", daysAgo(400), null);
        assertBothStay();
    }

    @Test
    void aPhoneWhoseAgentCheckedInIsAlive() {
        bench.sync();
        checkIn();
        phone(NEW, LENA, "Lena's iPhone", "iPhone 15", daysAgo(30), daysAgo(1));
        assertBothStay();
    }

    private void checkIn() {
        new DeviceTable(bench.memory, bench.clock)
                .change(
                        SyncBench.TENANT,
                        OLD,
                        device -> device.withAgent(
                                new Device.Agent("1", "18", null, Map.of(), bench.clock.instant(), null, null, null)));
    }

    @Test
    void twoPhonesThatIntuneManagesAreTwoPhones() {
        bench.directory.management().withDevice("intune-old", OLD, LENA).withDevice("intune-new", NEW, LENA);
        bench.sync();
        phone(NEW, LENA, "Lena's iPhone", "iPhone 15", daysAgo(30), daysAgo(1));
        assertBothStay();
    }

    @Test
    void aPhoneToWhichIntunesRecordMovedSupersedesTheOtherAtOnce() {
        bench.directory.management().withDevice("intune-1", OLD, LENA);
        bench.sync();
        bench.directory.management().withDevice("intune-1", NEW, LENA);
        phone(NEW, LENA, "iPhone", null, daysAgo(0), daysAgo(0));
        bench.sync();
        assertOldLeft();
    }

    @Test
    void intunesRecordThatMovedToSomebodyElseSupersedesNothing() {
        bench.directory.management().withDevice("intune-1", OLD, LENA);
        bench.sync();
        bench.directory.management().withDevice("intune-1", NEW, id("user", 1));
        phone(NEW, id("user", 1), "Lena's iPhone", "iPhone 15", daysAgo(0), daysAgo(0));
        assertBothStay();
    }

    @Test
    void whatIsAboveTheSafetyCapWaits() {
        bench.connector(true, 0, GROUP);
        bench.directory.management().withDevice("intune-1", OLD, LENA);
        bench.sync();
        bench.directory.management().withDevice("intune-1", NEW, LENA);
        phone(NEW, LENA, "Lena's iPhone", "iPhone 15", daysAgo(30), daysAgo(1));
        assertBothStay();
        bench.connector(true, 20, GROUP);
        passes();
        assertOldLeft();
    }

    @Test
    void aPhoneToWhichIntunesRecordMovedSupersedesTheOtherAboveTheSafetyCapOnceThatIsApproved() {
        bench.connector(true, 0, GROUP);
        bench.directory.management().withDevice("intune-1", OLD, LENA);
        bench.sync();
        bench.directory.management().withDevice("intune-1", NEW, LENA);
        phone(NEW, LENA, "iPhone", null, daysAgo(0), daysAgo(0));
        bench.sync();
        assertBothStay();
        assertThat(new DeviceTable(bench.memory, bench.clock)
                        .find(SyncBench.TENANT, NEW)
                        .orElseThrow()
                        .facts()
                        .intuneId())
                .isEqualTo("intune-1");
        EnrollmentTable ledger = new EnrollmentTable(bench.memory);
        EnrollmentLedger.Held held = ledger.held(SyncBench.TENANT, null, 10).get(0);
        assertThat(held).isEqualTo(EnrollmentLedger.Held.superseded(OLD, held.set(), NEW));

        assertThat(ledger.approve(SyncBench.TENANT, held.set())).isTrue();
        bench.sync();

        assertOldLeft();
        assertThat(ledger.held(SyncBench.TENANT, null, 10)).isEmpty();
    }

    @Test
    void itComesBackWithItsHistoryWhenItSignsIn() {
        bench.sync();
        new DeviceTable(bench.memory, bench.clock)
                .change(SyncBench.TENANT, OLD, device -> device.activated(daysAgo(300)));
        phone(NEW, LENA, "Lena's iPhone", "iPhone 15", daysAgo(30), daysAgo(1));
        passes();
        assertOldLeft();
        bench.clock.advance(Duration.ofDays(1));
        phone(OLD, LENA, "Lena's iPhone", "iPhone 15", daysAgo(400), daysAgo(0));
        passes();
        assertThat(bench.devices()).containsKeys(OLD, NEW);
        Device back = new DeviceTable(bench.memory, bench.clock)
                .find(SyncBench.TENANT, OLD)
                .orElseThrow();
        assertThat(back.activation()).isEqualTo(Device.Activation.ACTIVATED);
        passes();
        assertThat(superseded()).isEmpty();
    }

    @Test
    void itComesBackWhenItsAgentChecksIn() {
        bench.sync();
        phone(NEW, LENA, "Lena's iPhone", "iPhone 15", daysAgo(30), daysAgo(1));
        passes();
        assertOldLeft();
        bench.clock.advance(Duration.ofMinutes(1));
        checkIn();
        passes();
        assertThat(bench.devices()).containsKeys(OLD, NEW);
    }

    @Test
    void itComesBackAsSomebodyElses() {
        bench.sync();
        phone(NEW, LENA, "Lena's iPhone", "iPhone 15", daysAgo(30), daysAgo(1));
        passes();
        assertOldLeft();
        phone(OLD, id("user", 1), "Lena's iPhone", "iPhone 15", daysAgo(400), daysAgo(40));
        passes();
        assertThat(bench.devices()).containsEntry(OLD, id("user", 1) + " 18");
    }
}
