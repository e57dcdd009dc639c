package dev.mtdconnector.enrollment;

import static dev.mtdconnector.enrollment.SyncBench.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.device.AppRegistration;
import dev.mtdconnector.device.Device;
import dev.mtdconnector.device.Device.DirectoryFacts;
import dev.mtdconnector.device.Platform;
import dev.mtdconnector.enrollment.IntuneReading.ManagedDevice;
import dev.mtdconnector.enrollment.OptionalSources.Source;
import dev.mtdconnector.schedule.Outcome;
import dev.mtdconnector.storage.DeviceTable;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Where a sync learns whose a device is, and what it reads of Intune besides. */
class SyncSourcesTest {

    private static final String GROUP = id("group", 0);
    private static final String HELP_DESK = id("user", 900);

    private final SyncBench bench = new SyncBench(SyncBench.HINTED);

    /** Thirty people with a phone each, enrolled by themselves, in a directory of as many. */
    private void thirty() {
        bench.directory.withGroup(GROUP, "All").withUserCount(30);
        for (int i = 0; i < 30; i++) {
            bench.directory.join(GROUP, id("user", i)).withDevice(id("device", i), id("user", i), "iOS", "18");
            bench.directory.management().withDevice("intune-" + i, id("device", i), id("user", i));
        }
        bench.directory.management().grant(Source.MANAGED_DEVICES);
        bench.connector(true, 20, GROUP);
    }

    private void assertEverybodyHasHisPhone() {
        assertThat(bench.devices()).hasSize(30);
        for (int i = 0; i < 30; i++) {
            assertThat(bench.devices()).containsEntry(id("device", i), id("user", i) + " 18");
        }
    }

    private Device device(int number) {
        return new DeviceTable(bench.memory, bench.clock)
                .find(SyncBench.TENANT, id("device", number))
                .orElseThrow();
    }

    private static ManagedDevice enrolled(int number, @Nullable String by, String type) {
        return new ManagedDevice("intune-" + number, id("device", number), by, null, "iOS", null, type);
    }

    @Test
    void theOwnersOfAllDevicesAreLearntFromIntuneWhereThatIsCheapest() {
        thirty();
        bench.sync();
        assertEverybodyHasHisPhone();
        // Groups within groups, groups, devices from now on; counts of devices (twice), of managed ones, of users;
        // Intune, the list; devices
        // since then; the first page of the pass over Intune.
        assertThat(bench.directory.requests()).isEqualTo(3 + 4 + 2 + 1 + 1);
    }

    @Test
    void withoutThePermissionIntuneIsNotAsked() {
        thirty();
        bench.directory.management().failWith(new AssertionErrorAsFailure());
        bench.directory.management().revoke();
        bench.sync();
        assertEverybodyHasHisPhone();
        assertThat(device(1).facts().intuneId()).isNull();
    }

    /** Whoever catches failures of Graph does not catch this one. */
    private static final class AssertionErrorAsFailure extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    @Test
    void whereIntuneRefusesAllTheSameDevicesAreReadWithTheirOwners() {
        thirty();
        bench.directory
                .management()
                .failWith(new UpstreamException(
                        UpstreamException.Service.GRAPH, UpstreamException.Kind.FORBIDDEN, "not granted any more"));
        assertThat(bench.sync()).isInstanceOf(Outcome.Finished.class);
        assertEverybodyHasHisPhone();
    }

    @Test
    void theRegisteredOwnerDecidesWhereverIntunesWordIsNotEnough() {
        thirty();
        bench.directory
                .management()
                .withDevice(enrolled(0, HELP_DESK, "userEnrollment")) // by somebody who is in no group
                .withDevice(enrolled(1, id("user", 2), "deviceEnrollmentManager")) // by somebody whose work it is
                .withDevice(enrolled(2, null, "userEnrollment")) // by nobody known
                .withDevice(enrolled(3, id("user", 4), "something new"))
                .withDevice(new ManagedDevice(
                        "second",
                        id("device", 4),
                        id("user", 5),
                        null,
                        "iOS",
                        null,
                        "userEnrollment")); // by two people
        for (int i = 10; i < 10 + Hints.MOST_OWN + 1; i++) {
            // By somebody who enrolled more than anybody owns.
            bench.directory.management().withDevice(enrolled(i, id("user", 29), "userEnrollment"));
        }
        bench.sync();
        assertEverybodyHasHisPhone();
    }

    @Test
    void whoIsNotManagedIsFoundAndWhoIsInNoGroupIsNot() {
        thirty();
        bench.directory
                .withDevice(id("device", 50), id("user", 1), "Android", "15")
                .withDevice(id("device", 51), HELP_DESK, "Android", "15")
                .withDevice(id("device", 52), id("user", 2), "Windows", "10");
        bench.directory.management().withDevice("intune-51", id("device", 51), id("user", 3) + "0");
        bench.sync();
        assertThat(bench.devices()).hasSize(31).containsEntry(id("device", 50), id("user", 1) + " 15");
        assertThat(bench.leftOut()).containsExactly(java.util.Map.entry(id("device", 52), id("user", 2)));
    }

    @Test
    void aWrongWordThatNothingBetraysIsPutRightByTheReconcileOfTheNextPoll() {
        thirty();
        bench.directory.management().withDevice(enrolled(7, id("user", 8), "userEnrollment"));
        bench.sync();
        assertThat(bench.devices()).containsEntry(id("device", 7), id("user", 8) + " 18");
        bench.clock.advance(Duration.ofMinutes(5));
        bench.sync();
        assertThat(bench.devices()).containsEntry(id("device", 7), id("user", 7) + " 18");
    }

    @Test
    void aDeviceOutOfScopeIsNotAnotherUsersOnIntunesWordAlone() {
        thirty();
        bench.sync();
        bench.directory.leave(GROUP, id("user", 7));
        bench.sync();
        assertThat(device(7).isInScope()).isFalse();
        DeviceTable table = new DeviceTable(bench.memory, bench.clock);
        DirectoryFacts hinted = device(7).facts();
        DirectoryFacts others = new DirectoryFacts(
                hinted.deviceId(),
                hinted.objectId(),
                hinted.displayName(),
                hinted.platform(),
                hinted.osVersion(),
                hinted.model(),
                hinted.managed(),
                id("user", 8),
                null);
        DeviceRegister.Enrolled enrolled = table.open(SyncBench.TENANT, false).enroll(List.of(others), false);
        assertThat(enrolled.contested()).containsExactly(id("device", 7));
        assertThat(device(7).facts().userId()).isEqualTo(id("user", 7));
        // The directory is asked, and by its word the device comes back.
        bench.directory.removeDevice(id("device", 7));
        bench.sync();
        bench.directory.withDevice(id("device", 7), id("user", 8), "iOS", "18");
        bench.clock.advance(Duration.ofHours(13));
        bench.sync();
        bench.clock.advance(Duration.ofMinutes(5));
        bench.sync();
        assertThat(device(7).facts().userId()).isEqualTo(id("user", 8));
        assertThat(device(7).isInScope()).isTrue();
    }

    @Test
    void whatIsLeftToAskIsCountedAnewWhenIntuneWasRead() {
        thirty();
        for (int i = 0; i < 30; i++) {
            bench.directory.management().withDevice(enrolled(i, HELP_DESK, "userEnrollment"));
        }
        bench.sync();
        assertEverybodyHasHisPhone();
        assertThat(bench.directory.requests())
                .as("not thirty questions for one device")
                .isLessThan(20);
    }

    @Test
    void intunesIdAndWhoOwnsTheDeviceComeWithTheFirstSyncAndStay() {
        thirty();
        bench.sync();
        assertThat(device(3).facts().intuneId()).isEqualTo("intune-3");
        assertThat(device(3).facts().ownership()).isEqualTo("company");
        assertThat(device(3).facts().userPrincipalName()).isEqualTo(id("user", 3) + "@x.example");
        bench.clock.advance(Duration.ofHours(13));
        bench.sync();
        long writes = bench.memory.writes("devices");
        bench.clock.advance(Duration.ofHours(13));
        bench.sync();
        assertThat(bench.memory.writes("devices"))
                .as("what does not change is not written")
                .isEqualTo(writes);
        assertThat(device(3).facts().intuneId()).isEqualTo("intune-3");
    }

    @Test
    void aJoinersDeviceHasItsIdOfIntuneAtOnce() {
        thirty();
        bench.sync();
        bench.directory.join(GROUP, id("user", 60)).withDevice(id("device", 60), id("user", 60), "iOS", "18");
        bench.directory.management().withDevice("intune-60", id("device", 60), id("user", 60));
        bench.sync();
        assertThat(device(60).facts().intuneId()).isEqualTo("intune-60");
    }

    @Test
    void intuneThatDoesNotAnswerStopsNothing() {
        thirty();
        bench.sync();
        bench.directory
                .management()
                .grant(Source.PROTECTED_APPS)
                .failWith(new UpstreamException(
                        UpstreamException.Service.GRAPH, UpstreamException.Kind.UNAVAILABLE, "down"));
        bench.clock.advance(Duration.ofDays(2));
        bench.directory.join(GROUP, id("user", 60)).withDevice(id("device", 60), id("user", 60), "iOS", "18");
        assertThat(bench.sync()).isInstanceOf(Outcome.Finished.class);
        assertThat(device(60).facts().intuneId()).isNull();
        bench.directory.management().failWith(null);
        bench.directory.management().withDevice("intune-60", id("device", 60), id("user", 60));
        bench.clock.advance(Duration.ofMinutes(61));
        bench.sync();
        assertThat(device(60).facts().intuneId()).isEqualTo("intune-60");
    }

    @Test
    void appsUnderAppProtectionAreKeptForUsersInScopeOnceADay() {
        thirty();
        AppRegistration mail = app("mail", id("user", 1));
        bench.directory
                .management()
                .grant(Source.PROTECTED_APPS)
                .withApp(mail)
                .withApp(app("chat", id("user", 1)))
                .withApp(app("stranger", HELP_DESK));
        bench.sync();
        DeviceTable table = new DeviceTable(bench.memory, bench.clock);
        assertThat(table.apps(SyncBench.TENANT, 10, null).apps())
                .containsExactlyInAnyOrder(mail, app("chat", id("user", 1)));
        bench.directory.management().removeApp("mail");
        bench.sync();
        assertThat(table.appsOf(SyncBench.TENANT, id("user", 1)))
                .as("not at every poll")
                .hasSize(2);
        bench.clock.advance(Duration.ofHours(25));
        bench.sync();
        assertThat(table.appsOf(SyncBench.TENANT, id("user", 1))).containsExactly(app("chat", id("user", 1)));
    }

    private static AppRegistration app(String id, String user) {
        return new AppRegistration(user, "tag", id, Platform.IOS, "Phone", "iPhone", "18", "com.example", null);
    }

    @Test
    void aDeviceThatIntuneManagesNoLongerLosesItsId() {
        thirty();
        bench.sync();
        Directory.OwnedDevice known = bench.directory.devices().get(5);
        bench.directory.removeDevice(known.deviceId());
        bench.directory.withDevice(new Directory.OwnedDevice(
                known.deviceId(),
                known.objectId(),
                known.displayName(),
                "iOS",
                "18",
                null,
                null,
                known.userId(),
                known.userPrincipalName()));
        bench.sync();
        assertThat(device(5).facts().intuneId()).isNull();
        assertThat(List.of(device(6).facts().intuneId())).containsExactly("intune-6");
    }
}
