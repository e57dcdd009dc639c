package dev.mtdconnector.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.enrollment.DirectoryChanges.Position;
import dev.mtdconnector.enrollment.DirectoryChanges.Reading;
import dev.mtdconnector.local.contoso.GraphConduct;
import dev.mtdconnector.local.contoso.WellKnown;
import dev.mtdconnector.local.http.Fault;
import dev.mtdconnector.local.http.Traffic;
import dev.mtdconnector.tenant.Registration;
import dev.mtdconnector.testing.TestApp;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The product over the simulated directory: whatever that does, a sync ends converged or says what is wrong. */
class SyncOverContosoTest {

    private static final String GROUP = WellKnown.ENROLLMENT_GROUP;
    private static final String NESTED = WellKnown.FIELD_SALES_GROUP;
    private static final String JOINER = new UUID(8, 1).toString();
    private static final String PHONE = new UUID(9, 1).toString();

    private final TestApp app = new TestApp();
    private ContosoBench bench;

    @BeforeEach
    void start() {
        bench = new ContosoBench(app.clock);
        bench.consent();
        app.reading(bench.directory, bench.graphChanges).ready();
        app.put("/api/v1/connector/enrollment", """
                {"groups": ["Mobile Threat Defense Users"], "safetyCapPercent": 100}
                """).expect(200);
        app.drain();
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    /** Devices that are enrolled, and those that are listed as unsupported. */
    private Set<String> found() {
        Set<String> found = new TreeSet<>();
        String next = "";
        do {
            TestApp.Answer page = app.get("/api/v1/devices?limit=500" + (next.isEmpty() ? "" : "&cursor=" + next))
                    .expect(200);
            for (JsonNode device : page.json().path("devices")) {
                if (!device.path("state").asText().equals("out-of-scope")) {
                    found.add(device.path("deviceId").asText());
                }
            }
            next = page.text("/next").replace("null", "");
        } while (!next.isEmpty());
        app.get("/api/v1/unsupported-devices")
                .expect(200)
                .json()
                .path("devices")
                .forEach(device -> found.add(device.path("deviceId").asText()));
        return found;
    }

    private Set<String> truth() {
        Set<String> truth = new TreeSet<>();
        for (String user : bench.contoso.transitiveMembers(GROUP)) {
            bench.contoso.devicesOf(user).forEach(device -> truth.add(device.deviceId()));
        }
        return truth;
    }

    private void sync() {
        app.post("/api/v1/connector/sync", "").expect(202);
        app.drain();
    }

    private void change(String... fields) {
        StringBuilder json = new StringBuilder("{\"type\":\"" + fields[0] + "\"");
        for (int i = 1; i < fields.length; i += 2) {
            json.append(",\"" + fields[i] + "\":\"" + fields[i + 1] + "\"");
        }
        bench.change(json + "}");
    }

    /** Somebody joins with a phone, and a device is renamed. */
    private void somebodyJoins() {
        change("userCreated", "displayName", "Joiner", "userPrincipalName", "j@contoso.example", "id", JOINER);
        change(
                "deviceCreated",
                "displayName",
                "Joiner's phone",
                "owner",
                JOINER,
                "operatingSystem",
                "Android",
                "operatingSystemVersion",
                "15",
                "deviceId",
                PHONE);
        change("memberAdded", "group", NESTED, "member", JOINER);
        change("deviceChanged", "deviceId", WellKnown.LENAS_IPHONE, "displayName", "Renamed");
    }

    private String error() {
        return app.get("/api/v1/connector").expect(200).text("/sync/error");
    }

    private void assertToldWithRemedy(String code) {
        assertThat(error()).isEqualTo(code);
        assertThat(app.get("/api/v1/errors").expect(200).json().path("errors")).anySatisfy(one -> {
            assertThat(one.path("code").asText()).isEqualTo(code);
            assertThat(one.path("remedy").asText()).isNotBlank();
        });
    }

    private void assertConverges() {
        app.pass(Duration.ofMinutes(12));
        assertThat(found()).isEqualTo(truth());
        assertThat(error()).isIn("null", "");
    }

    private static Fault fault(
            String path, int times, @Nullable Integer status, @Nullable Integer retryAfter, @Nullable Integer cut) {
        return new Fault("GET", path, times, status, retryAfter, 0, cut, false, false, false);
    }

    @Test
    void theFirstSyncFindsEverything() {
        assertThat(found()).isEqualTo(truth()).contains(WellKnown.LENAS_IPHONE).hasSizeGreaterThan(5);
    }

    @ParameterizedTest
    @CsvSource({"1, false", "999, false", "1, true", "100, true", "999, true"})
    void theSameIsFoundHoweverGraphAnswers(int page, boolean asDocumented) {
        bench.conduct.become(GraphConduct.State.START.withDelta(asDocumented, page));
        change("deltaReset");
        sync();
        assertThat(found()).isEqualTo(truth());
        somebodyJoins();
        change("memberRemoved", "group", GROUP, "member", WellKnown.LENA);
        sync();
        assertThat(found()).isEqualTo(truth()).contains(PHONE).doesNotContain(WellKnown.LENAS_IPHONE);
        bench.change("{\"type\":\"membersExchanged\",\"group\":\"" + NESTED + "\",\"remove\":2,\"add\":4}");
        change("memberAdded", "group", GROUP, "member", WellKnown.LENA);
        change("deviceDeleted", "deviceId", PHONE);
        sync();
        assertThat(found()).isEqualTo(truth()).doesNotContain(PHONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1.0/groups/delta", "/v1.0/devices/delta", "/v1.0/users/*"})
    void aShortFaultIsRiddenOut(String path) {
        somebodyJoins();
        bench.traffic.add(fault(path, 1, 429, 3, null));
        bench.traffic.add(fault(path, 1, 503, null, null));
        bench.traffic.add(fault(path, 1, 429, null, null));
        sync();
        assertThat(found()).isEqualTo(truth()).contains(PHONE);
        assertThat(error()).isIn("null", "");
        assertThat(bench.sleeper.sleeps()).hasSizeGreaterThanOrEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({
        "/v1.0/groups/delta, 429, 120",
        "/v1.0/groups/delta, 429,",
        "/v1.0/groups/delta, 503,",
        "/v1.0/devices/delta, 429, 120",
        "/v1.0/devices/delta, 503,",
        "/v1.0/users/*, 429, 120",
        "/v1.0/users/*, 429,",
        "/v1.0/users/*, 503,",
    })
    void aLongFaultIsToldAndMended(String path, int status, @Nullable Integer retryAfter) {
        Set<String> before = found();
        somebodyJoins();
        bench.traffic.add(fault(path, 5, status, retryAfter, null));
        sync();
        assertToldWithRemedy("directory.unavailable");
        assertThat(found()).containsAll(before);
        bench.traffic.clearFaults();
        assertConverges();
    }

    @ParameterizedTest
    @CsvSource({
        "/v1.0/groups/delta, 0",
        "/v1.0/groups/delta, 200",
        "/v1.0/devices/delta, 200",
        "/v1.0/$batch, 100",
    })
    void anAnswerThatIsCutAgainAndAgainIsToldAndMended(String path, int bytes) {
        Set<String> before = found();
        somebodyJoins();
        bench.traffic.add(new Fault(null, path, 20, null, null, 0, bytes, false, bytes == 0, false));
        sync();
        assertToldWithRemedy("directory.unavailable");
        assertThat(found()).containsAll(before);
        bench.traffic.clearFaults();
        assertConverges();
    }

    @ParameterizedTest
    @CsvSource({
        "/v1.0/groups/delta, 410, resyncRequired",
        "/v1.0/groups/delta, 400, syncStateNotFound",
        "/v1.0/groups/delta, 400, BadRequest",
        "/v1.0/groups/delta, 404, Request_ResourceNotFound",
        "/v1.0/devices/delta, 410, resyncRequired",
        "/v1.0/devices/delta, 400, syncStateNotFound",
        "/v1.0/devices/delta, 400, BadRequest",
        "/v1.0/devices/delta, 404, Request_ResourceNotFound",
        "/v1.0/devices/delta, 400, Request_UnsupportedQuery",
    })
    void aLostPlaceIsFoundAnew(String path, int status, String code) {
        somebodyJoins();
        change("memberRemoved", "group", GROUP, "member", WellKnown.LENA);
        bench.traffic.resetCounts();
        bench.traffic.add(new Fault("GET", path, 1, status, null, 0, null, false, false, false, code, null));
        sync();
        // A request that met a fault is counted under the route of all of Graph.
        assertThat(requests("/v1.0/{path...}")).as("the lost one").isEqualTo(1);
        assertThat(requests(path)).as("asked for anew").isPositive();
        assertThat(requests("/v1.0/devices") > 0)
                .as("every device is looked at when changes of devices are lost")
                .isEqualTo(path.contains("devices"));
        assertConverges();
        assertThat(found()).contains(PHONE).doesNotContain(WellKnown.LENAS_IPHONE);
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 31})
    void linksThatLayTooLongAreReplaced(int days) {
        somebodyJoins();
        change("memberRemoved", "group", GROUP, "member", WellKnown.LENA);
        app.clock.advance(Duration.ofDays(days));
        sync();
        assertConverges();
        assertThat(found()).contains(PHONE).doesNotContain(WellKnown.LENAS_IPHONE);
    }

    @ParameterizedTest
    @CsvSource({
        "/v1.0/groups/delta, self",
        "/v1.0/groups/delta, https://graph.microsoft.example/v1.0/groups/delta?$skiptoken=1",
        "/v1.0/devices/delta, self",
        "/v1.0/devices/delta, https://graph.microsoft.example/v1.0/devices/delta?$skiptoken=1",
    })
    void aLinkThatLeadsNowhereIsToldAndMended(String path, String link) {
        Set<String> before = found();
        somebodyJoins();
        bench.traffic.add(new Fault("GET", path, 1000, null, null, 0, null, true, false, false, null, link));
        sync();
        assertToldWithRemedy("directory.refused");
        assertThat(found()).containsAll(before);
        bench.traffic.clearFaults();
        assertConverges();
    }

    @ParameterizedTest
    @ValueSource(strings = {"groups", "devices", "allDevices"})
    void pagesWithoutEndAreGivenUp(String endless) {
        Set<String> before = found();
        manyJoin();
        AtomicInteger pages = new AtomicInteger();
        app.reading(bench.directory, (tenantId, meter) -> {
            Reading real = bench.graphChanges.open(tenantId, meter);
            return (Reading) Proxy.newProxyInstance(
                    Reading.class.getClassLoader(), new Class<?>[] {Reading.class}, (proxy, method, arguments) -> {
                        if (!method.getName().equals(endless)) {
                            try {
                                return method.invoke(real, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        }
                        meter.page();
                        app.clock.advance(Duration.ofSeconds(1));
                        return new Position("https://graph.example/" + pages.incrementAndGet(), false);
                    });
        });
        sync();
        assertToldWithRemedy("directory.refused");
        assertThat(pages.get()).isBetween(100_000, 101_000);
        assertThat(found()).containsAll(before);
    }

    @Test
    void anEmptyPageInBetweenRemovesNothing() {
        Set<String> before = found();
        for (String path : List.of("/v1.0/groups/delta", "/v1.0/devices/delta")) {
            bench.traffic.add(new Fault("GET", path, 2, null, null, 0, null, true, false, false));
        }
        sync();
        assertThat(found()).isEqualTo(before);
        assertConverges();
    }

    /** Once, when such a request arrives, something happens before it is answered. */
    private void when(String path, Runnable event) {
        AtomicBoolean isOver = new AtomicBoolean();
        bench.traffic.observe((method, asked) -> {
            if (asked.contains(path) && isOver.compareAndSet(false, true)) {
                event.run();
            }
            return null;
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"/$batch", "/devices/delta", "/groups/delta"})
    void aUserWhoIsDeletedBetweenTwoCallsDoesNoHarm(String path) {
        somebodyJoins();
        when(path, () -> change("userDeleted", "user", JOINER));
        sync();
        assertConverges();
        assertThat(found()).doesNotContain(PHONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/$batch", "/devices/delta", "/groups/delta"})
    void aNestedGroupThatIsDeletedBetweenTwoCallsDoesNoHarm(String path) {
        somebodyJoins();
        when(path, () -> change("groupDeleted", "group", NESTED));
        sync();
        assertConverges();
        assertThat(found()).doesNotContain(PHONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/$batch", "/devices/delta", "/groups/delta"})
    void anEnrollmentGroupThatIsDeletedBetweenTwoCallsIsToldAndRemovesNothing(String path) {
        Set<String> before = found();
        somebodyJoins();
        when(path, () -> change("groupDeleted", "group", GROUP));
        sync();
        sync();
        assertToldWithRemedy("enrollment.group-gone");
        assertThat(found()).containsAll(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/$batch", "/devices/delta", "/groups/delta"})
    void consentThatIsRevokedInMidRunIsToldAndRemovesNothing(String path) {
        Set<String> before = found();
        somebodyJoins();
        when(path, () -> {
            change("consentRevoked", "clientId", WellKnown.BASE_CLIENT);
            app.entra.revoke(Registration.BASE);
        });
        sync();
        assertToldWithRemedy("directory.consent-missing");
        assertThat(found()).containsAll(before);
        bench.consent();
        app.consent(Registration.BASE);
        assertConverges();
        assertThat(found()).contains(PHONE);
    }

    /** So many join at once that all devices are read. */
    private void manyJoin() {
        bench.change("{\"type\":\"usersGenerated\",\"count\":1000,\"group\":\"" + GROUP + "\"}");
        bench.traffic.resetCounts();
    }

    private long requests(String template) {
        return bench.traffic.counts().stream()
                .filter(count -> count.template().equals(template))
                .mapToLong(Traffic.Count::count)
                .sum();
    }

    @Test
    void manyWhoJoinCostThePagesOfAllDevices() {
        manyJoin();
        sync();
        assertThat(found()).isEqualTo(truth()).hasSizeGreaterThan(1000);
        assertThat(requests("/v1.0/devices")).isBetween(11L, 12L);
        assertThat(requests("/v1.0/groups/delta")).isEqualTo(10L);
        assertThat(requests("/v1.0/$batch")).isZero();
    }

    @ParameterizedTest
    @CsvSource({"503,, directory.unavailable", "429, 120, directory.unavailable", "429,, directory.unavailable"})
    void aPassOverAllDevicesThatBreaksOffGoesOn(int status, @Nullable Integer retryAfter, String code) {
        Set<String> before = found();
        manyJoin();
        bench.traffic.add(fault("/v1.0/devices?*skiptoken*", 5, status, retryAfter, null));
        sync();
        assertToldWithRemedy(code);
        assertThat(found()).containsAll(before);
        bench.traffic.clearFaults();
        assertConverges();
    }

    @ParameterizedTest
    @ValueSource(strings = {"self", "https://graph.microsoft.example/v1.0/devices?$skiptoken=1"})
    void aPassOverAllDevicesThatIsLedAstrayIsToldAndMended(String link) {
        manyJoin();
        bench.traffic.add(
                new Fault("GET", "/v1.0/devices", 1000, null, null, 0, null, false, false, false, null, link));
        sync();
        assertToldWithRemedy("directory.refused");
        bench.traffic.clearFaults();
        assertConverges();
    }

    @Test
    void aPassOverAllDevicesWhosePlaceIsLostBeginsAnew() {
        manyJoin();
        bench.traffic.add(new Fault(
                "GET",
                "/v1.0/devices?*skiptoken*",
                1,
                400,
                null,
                0,
                null,
                false,
                false,
                false,
                "Directory_ExpiredPageToken",
                null));
        sync();
        assertThat(found()).isEqualTo(truth());
    }

    @Test
    void consentThatIsRevokedInAPassOverAllDevicesRemovesNothing() {
        Set<String> before = found();
        manyJoin();
        when("/v1.0/devices", () -> {
            change("consentRevoked", "clientId", WellKnown.BASE_CLIENT);
            app.entra.revoke(Registration.BASE);
        });
        sync();
        assertToldWithRemedy("directory.consent-missing");
        assertThat(found()).containsAll(before);
        bench.consent();
        app.consent(Registration.BASE);
        assertConverges();
    }

    @Test
    void aDeviceWhoseOwnerIsNobodyDoesNotStopASyncOfMany() {
        change("userCreated", "displayName", "Leaver", "userPrincipalName", "l@contoso.example", "id", JOINER);
        change(
                "deviceCreated",
                "displayName",
                "Nobody's phone",
                "owner",
                JOINER,
                "operatingSystem",
                "Android",
                "operatingSystemVersion",
                "15",
                "deviceId",
                PHONE);
        change("userDeleted", "user", JOINER);
        bench.change("{\"type\":\"usersGenerated\",\"count\":700,\"group\":\"" + GROUP + "\"}");
        sync();
        assertThat(error()).isIn("null", "");
        assertThat(found()).isEqualTo(truth()).hasSizeGreaterThan(700).doesNotContain(PHONE);
        assertThat(requests("/v1.0/$batch"))
                .as("read by a pass over all devices")
                .isLessThan(10);
    }
}
