package dev.mtdconnector.simulated;

import static dev.mtdconnector.simulated.ContosoBench.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.common.UpstreamException.Kind;
import dev.mtdconnector.enrollment.Directory.OwnedDevice;
import dev.mtdconnector.enrollment.DirectoryChanges.DeviceSink;
import dev.mtdconnector.enrollment.DirectoryChanges.Meter;
import dev.mtdconnector.enrollment.DirectoryChanges.Position;
import dev.mtdconnector.enrollment.DirectoryChanges.Reading;
import dev.mtdconnector.local.contoso.Device;
import dev.mtdconnector.local.contoso.GraphConduct;
import dev.mtdconnector.local.contoso.WellKnown;
import dev.mtdconnector.local.http.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChangesOverContosoTest implements Meter {

    private static final String GROUP = WellKnown.ENROLLMENT_GROUP;
    private static final String NESTED = WellKnown.FIELD_SALES_GROUP;

    private ContosoBench bench;
    private int requests;
    private Duration waited = Duration.ZERO;

    @BeforeEach
    void start() {
        bench = new ContosoBench();
        bench.consent();
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    @Override
    public void request() {
        requests++;
    }

    @Override
    public void page() {}

    @Override
    public void throttled(Duration time) {
        waited = waited.plus(time);
    }

    private Reading reading() {
        return bench.graphChanges.open(TENANT, this);
    }

    private GroupFollower follow(String... groups) {
        return new GroupFollower(reading(), groups).round();
    }

    private Map<String, Set<String>> truth(String... groups) {
        Map<String, Set<String>> truth = new TreeMap<>();
        for (String group : groups) {
            truth.put(
                    group,
                    bench.contoso.members(group).stream()
                            .filter(id -> bench.contoso.user(id).isPresent()
                                    || bench.contoso.group(id).isPresent())
                            .collect(TreeSet::new, Set::add, Set::addAll));
        }
        return truth;
    }

    private List<OwnedDevice> devicesOf(Iterable<String> users) {
        List<String> ids = new ArrayList<>();
        users.forEach(ids::add);
        List<OwnedDevice> devices = new ArrayList<>();
        reading().devicesOf(ids, devices::add);
        return devices;
    }

    private static UpstreamException failure(Runnable call) {
        UpstreamException failure = catchThrowableOfType(UpstreamException.class, call::run);
        assertThat(failure).isNotNull();
        return failure;
    }

    private void add(String group, String member) {
        bench.change("{\"type\":\"memberAdded\",\"group\":\"" + group + "\",\"member\":\"" + member + "\"}");
    }

    private void remove(String group, String member) {
        bench.change("{\"type\":\"memberRemoved\",\"group\":\"" + group + "\",\"member\":\"" + member + "\"}");
    }

    private static String user(String id, String name) {
        return "{\"type\":\"userCreated\",\"displayName\":\"" + name + "\",\"userPrincipalName\":\"" + name
                + "@contoso.example\",\"id\":\"" + id + "\"}";
    }

    private static String device(String deviceId, String owner) {
        return "{\"type\":\"deviceCreated\",\"displayName\":\"D\",\"owner\":\"" + owner
                + "\",\"operatingSystem\":\"Android\",\"operatingSystemVersion\":\"15\",\"deviceId\":\"" + deviceId
                + "\"}";
    }

    @Test
    void theGroupsWithinSeveralAreLearntInOneRequest() {
        bench.change("{\"type\":\"groupCreated\",\"displayName\":\"Team\",\"unified\":true}");
        String unified = bench.contoso.groupsNamed("Team").get(0).id();
        Set<String> found = new TreeSet<>();
        reading().groupsWithin(List.of(unified, GROUP, new UUID(9, 77).toString()), found::add);
        assertThat(requests).isEqualTo(1);
        assertThat(found)
                .contains(NESTED)
                .isEqualTo(bench.contoso.transitiveMembers(GROUP).stream()
                        .filter(id -> bench.contoso.group(id).isPresent())
                        .collect(TreeSet::new, Set::add, Set::addAll));
    }

    @Test
    void readsTheUsersOfNestedGroupsAndTheirDevices() {
        GroupFollower follower = follow(GROUP, NESTED);
        assertThat(follower.members).isEqualTo(truth(GROUP, NESTED));
        assertThat(follower.members.get(GROUP)).contains(NESTED, WellKnown.LENA);
        assertThat(follower.names).containsEntry(GROUP, "Mobile Threat Defense Users");

        Set<String> users = new TreeSet<>(follower.members.get(GROUP));
        users.addAll(follower.members.get(NESTED));
        users.remove(NESTED);
        List<OwnedDevice> devices = devicesOf(users);
        assertThat(devices)
                .extracting(OwnedDevice::deviceId)
                .containsExactlyInAnyOrderElementsOf(bench.contoso.devices().stream()
                        .filter(device -> users.contains(device.owner()))
                        .map(Device::deviceId)
                        .toList());
        assertThat(devices).anySatisfy(device -> {
            assertThat(device.deviceId()).isEqualTo(WellKnown.LENAS_IPHONE);
            assertThat(device.displayName()).isEqualTo("Lena's iPhone");
            assertThat(device.operatingSystem()).isNotNull();
            assertThat(device.operatingSystemVersion()).isNotNull();
            assertThat(device.managed()).isTrue();
            assertThat(device.userId()).isEqualTo(WellKnown.LENA);
            assertThat(device.userPrincipalName()).isEqualTo("lena.brandt@contoso.example");
        });
    }

    @Test
    void readsMoreUsersAndDevicesThanAPageOrABatchHolds() {
        List<String> users = new ArrayList<>();
        String many = new UUID(7, 0).toString();
        bench.change("{\"type\":\"groupCreated\",\"displayName\":\"Many\",\"id\":\"" + many + "\"}");
        for (int i = 1; i <= 1_100; i++) {
            String id = new UUID(8, i).toString();
            bench.change(user(id, "u" + i));
            add(many, id);
            users.add(id);
        }
        for (int i = 1; i <= 130; i++) {
            bench.change(device(new UUID(9, i).toString(), users.get(0)));
        }
        GroupFollower follower = follow(many);
        assertThat(follower.members.get(many)).containsExactlyInAnyOrderElementsOf(users);
        assertThat(follower.pages).isEqualTo(11);
        assertThat(devicesOf(users.subList(0, 45))).hasSize(130);
        assertThat(reading().deviceCount()).isEqualTo(bench.contoso.devices().size());
    }

    @ParameterizedTest
    @CsvSource({"1, false", "100, false", "999, false", "1, true", "100, true", "999, true"})
    void theSameIsReadHoweverGraphAnswers(int page, boolean asDocumented) {
        bench.conduct.become(GraphConduct.State.START.withDelta(asDocumented, page));
        GroupFollower follower = follow(GROUP, NESTED);
        assertThat(follower.members).isEqualTo(truth(GROUP, NESTED));
        String joiner = new UUID(8, 1).toString();
        bench.change(user(joiner, "joiner"));
        add(NESTED, joiner);
        remove(GROUP, WellKnown.LENA);
        assertThat(follower.round().members).isEqualTo(truth(GROUP, NESTED));
        bench.change("{\"type\":\"membersExchanged\",\"group\":\"" + NESTED + "\",\"remove\":3,\"add\":7}");
        bench.change("{\"type\":\"userDeleted\",\"user\":\"" + joiner + "\"}");
        bench.change("{\"type\":\"groupRenamed\",\"group\":\"" + NESTED + "\",\"displayName\":\"Sales\"}");
        assertThat(follower.round().members).isEqualTo(truth(GROUP, NESTED));
        assertThat(follower.names).containsEntry(NESTED, "Sales");
        add(GROUP, WellKnown.LENA);
        remove(GROUP, NESTED);
        assertThat(follower.round().members).isEqualTo(truth(GROUP, NESTED));
        bench.change("{\"type\":\"groupDeleted\",\"group\":\"" + NESTED + "\"}");
        assertThat(follower.round().members).isEqualTo(truth(GROUP));
    }

    @Test
    void aRoundWithoutChangesIsOneRequest() {
        GroupFollower follower = follow(GROUP, NESTED);
        requests = 0;
        follower.round();
        assertThat(requests).isEqualTo(1);
    }

    @Test
    void followsWhatChangesOfDevices() {
        String phone = new UUID(9, 1).toString();
        Device gone = bench.contoso.deviceByDeviceId(WellKnown.OSCARS_ANDROID).orElseThrow();
        Position position = reading().devicesFromNow();
        assertThat(position.isComplete()).isTrue();
        bench.change(device(phone, WellKnown.LENA));
        bench.change("{\"type\":\"deviceChanged\",\"deviceId\":\"" + WellKnown.LENAS_IPHONE
                + "\",\"operatingSystemVersion\":\"19.1\"}");
        bench.change("{\"type\":\"deviceDeleted\",\"deviceId\":\"" + WellKnown.OSCARS_ANDROID + "\"}");
        List<String> told = new ArrayList<>();
        DeviceSink sink = new DeviceSink() {
            @Override
            public void device(OwnedDevice device) {
                told.add(device.deviceId() + " " + device.operatingSystemVersion());
            }

            @Override
            public void deviceGone(String objectId) {
                told.add("gone " + objectId);
            }
        };
        position = reading().devices(String.valueOf(position.link()), sink);
        assertThat(told)
                .containsExactlyInAnyOrder(phone + " 15", WellKnown.LENAS_IPHONE + " 19.1", "gone " + gone.id());
        told.clear();
        reading().devices(String.valueOf(position.link()), sink);
        assertThat(told).isEmpty();
    }

    @Test
    void readsAllDevicesWithTheirOwnersAndThoseWithoutOne() {
        String user = new UUID(8, 1).toString();
        bench.change("{\"type\":\"usersGenerated\",\"count\":150}");
        bench.change(user(user, "leaver"));
        bench.change(device(new UUID(9, 1).toString(), user));
        bench.change("{\"type\":\"userDeleted\",\"user\":\"" + user + "\"}");
        Map<String, String> owners = new TreeMap<>();
        Map<String, String> objects = new TreeMap<>();
        String link = null;
        boolean isComplete = false;
        while (!isComplete) {
            Position position = reading().allDevices(link, device -> {
                owners.put(device.deviceId(), device.userId());
                objects.put(device.deviceId(), device.objectId());
            });
            link = position.link();
            isComplete = position.isComplete();
        }
        Map<String, String> truth = new TreeMap<>();
        bench.contoso
                .devices()
                .forEach(device -> truth.put(
                        device.deviceId(),
                        bench.contoso.owner(device).map(owner -> owner.id()).orElse("")));
        assertThat(owners).isEqualTo(truth).hasSizeGreaterThan(100).containsValue("");

        List<OwnedDevice> owned = new ArrayList<>();
        reading()
                .ownersOf(
                        List.of(objects.get(new UUID(9, 1).toString()), objects.get(WellKnown.LENAS_IPHONE), user),
                        owned::add);
        assertThat(owned).extracting(OwnedDevice::userId).containsExactly(WellKnown.LENA);
    }

    @Test
    void aRoleThatIsGrantedAgainIsUsedByTheNextRequest() {
        Map<String, Runnable> needed = Map.of(
                "GroupMember.Read.All", () -> follow(GROUP),
                "Device.Read.All", () -> reading().devicesFromNow(),
                "User.Read.All",
                        () -> assertThat(devicesOf(List.of(WellKnown.LENA))).isNotEmpty());
        needed.forEach((role, call) -> {
            bench.change("{\"type\":\"roleRemoved\",\"clientId\":\"" + WellKnown.BASE_CLIENT + "\",\"role\":\"" + role
                    + "\"}");
            bench.clock.advance(Duration.ofMinutes(61));
            assertThat(failure(call).kind()).as(role).isEqualTo(Kind.FORBIDDEN);
            bench.consent();
            call.run();
        });
    }

    @Test
    void withoutThePermissionForDevicesNoDeviceIsTakenForOneThatIsGone() {
        bench.change("{\"type\":\"roleRemoved\",\"clientId\":\"" + WellKnown.BASE_CLIENT
                + "\",\"role\":\"Device.Read.All\"}");
        bench.clock.advance(Duration.ofMinutes(61));
        assertThat(failure(() -> devicesOf(List.of(WellKnown.LENA))).kind()).isEqualTo(Kind.FORBIDDEN);
    }

    @Test
    void aUserWhoIsGoneHasNoDevices() {
        assertThat(devicesOf(List.of(new UUID(1, 1).toString(), WellKnown.LENA)))
                .extracting(OwnedDevice::userId)
                .containsOnly(WellKnown.LENA);
    }

    @Test
    void faultsWithinABatchAreRiddenOut() {
        bench.traffic.add(Fault.status("GET", "/v1.0/users/" + WellKnown.LENA + "*", 2, 429));
        bench.traffic.add(Fault.status("POST", "/v1.0/$batch", 1, 503));
        assertThat(devicesOf(List.of(WellKnown.LENA, WellKnown.OSCAR)))
                .extracting(OwnedDevice::userId)
                .contains(WellKnown.LENA, WellKnown.OSCAR);
        assertThat(requests).isEqualTo(4);
        assertThat(waited).isEqualTo(bench.sleeper.total()).isPositive();
    }

    @Test
    void aTenantsBudgetIsKeptBySpacingItsRequests() {
        bench.conduct.become(GraphConduct.State.START.withThrottling(true, 10, true));
        GroupFollower follower = follow(GROUP);
        bench.traffic.resetCounts();
        for (int i = 0; i < 200; i++) {
            follower.round();
        }
        assertThat(waited).isPositive();
        assertThat(requests).as("refused ones among them").isLessThan(230);
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 31})
    void aLinkThatLayTooLongIsGone(int days) {
        GroupFollower follower = follow(GROUP);
        Position devices = reading().devicesFromNow();
        bench.clock.advance(Duration.ofDays(days));
        assertThat(failure(follower::round).kind()).isEqualTo(Kind.GONE);
        assertThat(failure(() -> reading().devices(String.valueOf(devices.link()), new NoDevices()))
                        .kind())
                .isEqualTo(Kind.GONE);
    }

    @Test
    void aLinkOfBeforeAResetIsGone() {
        GroupFollower follower = follow(GROUP);
        bench.change("{\"type\":\"deltaReset\"}");
        assertThat(failure(follower::round).kind()).isEqualTo(Kind.GONE);
    }

    private static final class NoDevices implements DeviceSink {
        @Override
        public void device(OwnedDevice device) {}

        @Override
        public void deviceGone(String objectId) {}
    }
}
