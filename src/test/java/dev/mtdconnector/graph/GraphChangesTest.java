package dev.mtdconnector.graph;

import static dev.mtdconnector.graph.GraphBench.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.common.UpstreamException.Kind;
import dev.mtdconnector.enrollment.Directory.OwnedDevice;
import dev.mtdconnector.enrollment.DirectoryChanges.Position;
import dev.mtdconnector.enrollment.DirectoryChanges.Reading;
import dev.mtdconnector.stub.StubServer;
import dev.mtdconnector.stub.StubServer.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GraphChangesTest {

    private static final String GROUP = "c5ede0fb-5408-4064-8c79-5f36af8f57d9";
    private static final String OTHER = "cfdcb12f-cab8-40dc-a9d8-2b4f739806ca";
    private static final String LENA = "d95209b0-e274-4702-8929-807e2ad7900a";
    private static final String OSCAR = "607f1810-a465-447c-b136-da952f9affef";
    private static final String DEVICE =
            "id,deviceId,displayName,operatingSystem,operatingSystemVersion,model,isManaged,accountEnabled,"
                    + "deviceOwnership,registrationDateTime,approximateLastSignInDateTime";

    private final GraphBench bench = new GraphBench();
    private final StubServer graph = bench.graph;
    private final Told told = new Told();
    private final Reading reading = new GraphChanges(bench.client, bench.settings, bench.clock).open(TENANT, told);

    @AfterEach
    void stop() {
        bench.close();
    }

    private String link(String path) {
        return graph.uri() + "/v1.0" + path;
    }

    private static String next(String link, String... values) {
        return "{\"@odata.nextLink\":\"" + link + "\",\"value\":[" + String.join(",", values) + "]}";
    }

    private static String delta(String link, String... values) {
        return "{\"value\":[" + String.join(",", values) + "],\"@odata.deltaLink\":\"" + link + "\"}";
    }

    private static String user(String id) {
        return "{\"@odata.type\":\"#microsoft.graph.user\",\"id\":\"" + id + "\"}";
    }

    private static String group(String id, String... members) {
        return "{\"members@delta\":[" + String.join(",", members) + "],\"id\":\"" + id + "\"}";
    }

    private static String error(String code) {
        return "{\"error\":{\"code\":\"" + code + "\",\"message\":\"x\"}}";
    }

    private static String id(int number) {
        return new UUID(0xD, number).toString();
    }

    private static String device(int number) {
        return "{\"@odata.type\":\"#microsoft.graph.device\",\"id\":\"" + new UUID(0xE, number) + "\",\"deviceId\":\""
                + id(number) + "\",\"displayName\":\"Phone\",\"operatingSystem\":\"iOS\","
                + "\"operatingSystemVersion\":\"18.6\",\"model\":null,\"isManaged\":true}";
    }

    private static String owned(int number, String owners) {
        return device(number).replaceFirst("}$", ",\"registeredOwners\":[" + owners + "]}");
    }

    private static String owner(String id) {
        return user(id).replaceFirst("}$", ",\"userPrincipalName\":\"" + id.substring(0, 4) + "@x.example\"}");
    }

    private static OwnedDevice phone(int number, String userId, @Nullable String name) {
        return new OwnedDevice(
                id(number), new UUID(0xE, number).toString(), "Phone", "iOS", "18.6", null, true, userId, name);
    }

    private UpstreamException failure(Runnable call) {
        UpstreamException failure = catchThrowableOfType(UpstreamException.class, call::run);
        assertThat(failure).isNotNull();
        return failure;
    }

    /** Answers each request of a batch by its address: a status, and a body after a comma. */
    private static Function<StubServer.Request, Answer> batch(Function<String, String> answer) {
        return request -> {
            try {
                ArrayNode requests =
                        (ArrayNode) GraphClient.JSON.readTree(request.body()).get("requests");
                assertThat(requests.size()).isBetween(1, 20);
                ObjectNode answers = GraphClient.JSON.createObjectNode();
                ArrayNode responses = answers.putArray("responses");
                for (JsonNode inner : requests) {
                    String id = inner.get("id").asText();
                    responses.insert(
                            0,
                            GraphClient.JSON.readTree("{\"id\":\"" + id + "\",\"status\":"
                                    + answer.apply(inner.get("url").asText()) + "}"));
                }
                return Answer.json(200, answers.toString());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    private static String ok(String body) {
        return "200,\"body\":" + body;
    }

    @Test
    void asksForTheGroupsOfOneQueryAndFollowsItsPages() {
        graph.then(200, next(link("/groups/delta?$skiptoken=2"), group(GROUP, user(LENA))))
                .then(200, delta(link("/groups/delta?$deltatoken=3"), group(GROUP, user(OSCAR))));
        Position first = reading.groups(List.of(GROUP, OTHER.toUpperCase(java.util.Locale.ROOT)), told);
        assertThat(first).isEqualTo(new Position(link("/groups/delta?$skiptoken=2"), false));
        Position last = reading.groups(String.valueOf(first.link()), told);
        assertThat(last).isEqualTo(new Position(link("/groups/delta?$deltatoken=3"), true));

        assertThat(graph.requests().get(0).uri().getPath()).isEqualTo("/v1.0/groups/delta");
        assertThat(graph.requests().get(0).query())
                .isEqualTo("$select=displayName,members&$filter=id eq '" + GROUP + "' or id eq '" + OTHER + "'");
        assertThat(graph.requests().get(1).query()).isEqualTo("$skiptoken=2");
        assertThat(told.lines)
                .containsExactly(
                        "group " + GROUP + " null",
                        "+user " + GROUP + " " + LENA,
                        "group " + GROUP + " null",
                        "+user " + GROUP + " " + OSCAR);
        assertThat(told.requests).isEqualTo(2);
        assertThat(told.pages).isEqualTo(2);
        assertThat(told.waited).isZero();
    }

    @Test
    void aPageThatWasCutIsAskedForAgain() {
        graph.then(Answer.json(200, "{\"value\":[" + group(GROUP, user(LENA)) + ",{\"id\"")
                        .cutShort())
                .then(503, error("serviceNotAvailable"))
                .then(200, delta(link("/x"), group(GROUP, user(LENA))));
        assertThat(reading.groups(link("/groups/delta?$deltatoken=1"), told).isComplete())
                .isTrue();
        assertThat(told.requests).isEqualTo(3);
        assertThat(told.pages).isEqualTo(1);
        assertThat(told.waited).isEqualTo(bench.sleeper.total()).isPositive();
    }

    @Test
    void aPageThatIsCutAgainAndAgainIsUnavailable() {
        graph.then(Answer.json(200, "{\"value\":[").cutShort());
        assertThat(failure(() -> reading.groups(List.of(GROUP), told)).kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(told.requests).isEqualTo(5);
        assertThat(told.pages).isZero();
    }

    @Test
    void aMalformedPageIsRefusedAndNotAskedForAgain() {
        graph.then(200, delta(link("/x"), group("c5ede0fb")));
        assertThat(failure(() -> reading.groups(List.of(GROUP), told)).kind()).isEqualTo(Kind.REFUSED);
        assertThat(graph.requests()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "410, resyncRequired",
        "400, syncStateNotFound",
        "404, SyncStateNotFound",
        "400, Request_UnsupportedQuery",
        "400, Directory_ExpiredPageToken",
    })
    void aLinkThatIsTooOldIsGone(int status, String code) {
        graph.then(status, error(code));
        assertThat(failure(() -> reading.groups(link("/groups/delta?$deltatoken=1"), told))
                        .kind())
                .isEqualTo(Kind.GONE);
        assertThat(failure(() -> reading.devices(link("/devices/delta?$deltatoken=1"), told))
                        .kind())
                .isEqualTo(Kind.GONE);
        assertThat(graph.requests()).as("not tried again").hasSize(2);
    }

    @Test
    void aQueryThatGraphDoesNotSupportIsNotTakenForAnOldLink() {
        graph.then(400, error("Request_UnsupportedQuery"));
        assertThat(failure(() -> reading.groups(List.of(GROUP), told)).kind()).isEqualTo(Kind.REFUSED);
        assertThat(failure(reading::devicesFromNow).kind()).isEqualTo(Kind.REFUSED);
        assertThat(failure(() -> reading.allDevices(null, told::device)).kind()).isEqualTo(Kind.REFUSED);
    }

    @Test
    void aLinkToAnotherHostIsNotFollowed() {
        try (StubServer foreign = StubServer.http()) {
            foreign.then(200, delta("x"));
            String link = foreign.uri() + "/v1.0/groups/delta?$deltatoken=1";
            assertThat(failure(() -> reading.groups(link, told)).kind()).isEqualTo(Kind.REFUSED);
            assertThat(failure(() -> reading.devices(link, told)).kind()).isEqualTo(Kind.REFUSED);
            assertThat(failure(() -> reading.allDevices(link, told::device)).kind())
                    .isEqualTo(Kind.REFUSED);
            assertThat(foreign.requests()).isEmpty();
        }
    }

    @Test
    void aPageThatLeadsToItselfIsRefused() {
        String self = link("/groups/delta?$skiptoken=1");
        graph.then(200, next(self));
        assertThat(failure(() -> reading.groups(self, told)).kind()).isEqualTo(Kind.REFUSED);
        assertThat(failure(() -> reading.devices(self, told)).kind()).isEqualTo(Kind.REFUSED);
        assertThat(failure(() -> reading.allDevices(self, told::device)).kind()).isEqualTo(Kind.REFUSED);
    }

    @Test
    void aDeltaLinkThatStaysTheSameIsNoMistake() {
        String link = link("/groups/delta?$deltatoken=1");
        graph.then(200, delta(link));
        assertThat(reading.groups(link, told)).isEqualTo(new Position(link, true));
    }

    @Test
    void followsDevicesFromNowOn() {
        graph.then(200, delta(link("/devices/delta?$deltatoken=now")))
                .then(
                        200,
                        next(
                                link("/devices/delta?$skiptoken=2"),
                                device(1),
                                "{\"id\":\"" + id(9) + "\",\"@removed\":{\"reason\":\"deleted\"}}",
                                "{\"@removed\":{\"reason\":\"changed\"},\"id\":\"" + id(8) + "\"}"));
        Position now = reading.devicesFromNow();
        assertThat(now.isComplete()).isTrue();
        assertThat(graph.requests().get(0).query())
                .isEqualTo("$select=" + DEVICE.replace(",approximateLastSignInDateTime", "") + "&$deltatoken=latest");
        Position position = reading.devices(String.valueOf(now.link()), told);
        assertThat(position).isEqualTo(new Position(link("/devices/delta?$skiptoken=2"), false));
        assertThat(told.lines).containsExactly("device " + id(1) + " of ", "gone " + id(9), "gone " + id(8));
        assertThat(told.pages).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"value\":[]}",
                "{\"@odata.deltaLink\":\"x\"}",
                "{\"value\":[{\"@removed\":{}}],\"@odata.deltaLink\":\"x\"}",
                "{\"value\":[{\"id\":\"../..\",\"@removed\":{}}],\"@odata.deltaLink\":\"x\"}",
                "{\"value\":[{\"id\":\"7\",\"deviceId\":\"082fb7b9-70be-41a9-8d0b-d84fe7f17291\"}],\"@odata.deltaLink\":\"x\"}",
            })
    void aMalformedPageOfDevicesIsRefused(String page) {
        graph.then(200, page);
        assertThat(failure(() -> reading.devices(link("/d"), told)).kind()).isEqualTo(Kind.REFUSED);
    }

    @Test
    void aDeviceOfWhichNoDeviceIdIsToldIsLeftOut() {
        String made = device(1).replace(id(1), "made by hand");
        graph.then(200, delta(link("/d"), "{\"id\":\"" + id(1) + "\",\"displayName\":\"x\"}", made, device(2)));
        reading.devices(link("/devices/delta?$deltatoken=1"), told);
        assertThat(told.lines).containsExactly("device " + id(2) + " of ");
    }

    @Test
    void aDeviceWhoseDeviceIdIsHiddenTellsThatAPermissionIsMissing() {
        graph.then(200, delta(link("/d"), "{\"id\":\"" + id(1) + "\",\"deviceId\":null}"));
        assertThat(failure(() -> reading.devices(link("/d"), told)).kind()).isEqualTo(Kind.FORBIDDEN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1234", "\uFEFF1234", "\uFEFF1234\r\n"})
    void countsDevices(String body) {
        graph.then(new Answer(200, Map.of("Content-Type", "text/plain"), body, false));
        assertThat(reading.deviceCount()).isEqualTo(1234);
        StubServer.Request request = graph.requests().get(0);
        assertThat(request.uri().getPath()).isEqualTo("/v1.0/devices/$count");
        assertThat(request.header("ConsistencyLevel")).isEqualTo("eventual");
        assertThat(request.header("Accept")).contains("text/plain");
    }

    @ParameterizedTest
    @ValueSource(strings = {"many", "-1", "12345678901", "{}"})
    void aCountThatIsNoneIsRefused(String body) {
        graph.then(new Answer(200, Map.of("Content-Type", "text/plain"), body, false));
        assertThat(failure(reading::deviceCount).kind()).isEqualTo(Kind.REFUSED);
    }

    @Test
    void readsAllDevicesWithOneWordForEachOwner() {
        graph.then(200, next(link("/devices?$skiptoken=2"), owned(1, owner(LENA) + "," + owner(OSCAR)), owned(2, "")))
                .then(
                        200,
                        "{\"value\":[" + owned(3, user(LENA).replace("graph.user", "graph.servicePrincipal")) + "]}");
        List<OwnedDevice> devices = new ArrayList<>();
        Position first = reading.allDevices(null, devices::add);
        Position last = reading.allDevices(first.link(), devices::add);
        assertThat(first.isComplete()).isFalse();
        assertThat(last).isEqualTo(new Position(null, true));
        assertThat(graph.requests().get(0).query())
                .isEqualTo("$select=" + DEVICE + "&$expand=registeredOwners($select=id,userPrincipalName)&$top=100");
        assertThat(devices)
                .containsExactly(
                        phone(1, LENA, "d952@x.example"),
                        phone(1, OSCAR, "607f@x.example"),
                        phone(2, "", null),
                        phone(3, "", null));
        assertThat(told.pages).isEqualTo(2);
    }

    @Test
    void asksForTheDevicesOfUsersTwentyAtATime() {
        List<String> users =
                IntStream.range(0, 45).mapToObj(GraphChangesTest::id).toList();
        graph.then(batch(url -> {
            assertThat(url).matches("/users/[0-9a-f-]{36}\\?.*");
            assertThat(url).endsWith("?$select=id,userPrincipalName&$expand=ownedDevices($select=" + DEVICE + ")");
            String user = url.substring(7, 43);
            int number = users.indexOf(user);
            if (number == 3) {
                return "404,\"body\":" + error("Request_ResourceNotFound");
            }
            return ok("{\"id\":\"" + user + "\",\"userPrincipalName\":\"u@x.example\",\"ownedDevices\":["
                    + device(number) + ",{\"@odata.type\":\"#microsoft.graph.servicePrincipal\",\"id\":\"" + id(999)
                    + "\"}]}");
        }));
        List<OwnedDevice> devices = new ArrayList<>();
        reading.devicesOf(users, devices::add);
        assertThat(devices)
                .containsExactlyElementsOf(IntStream.range(0, 45)
                        .filter(i -> i != 3)
                        .mapToObj(i -> phone(i, id(i), "u@x.example"))
                        .toList());
        assertThat(told.requests).isEqualTo(3);
    }

    @Test
    void whatIsThrottledWithinABatchIsAskedForAgainAlone() {
        graph.then(batch(url -> url.contains(LENA)
                        ? "429,\"headers\":{\"Retry-After\":\"4\"},\"body\":" + error("TooManyRequests")
                        : ok("{\"ownedDevices\":[" + device(2) + "]}")))
                .then(batch(url -> ok("{\"ownedDevices\":[" + device(1) + "]}")));
        reading.devicesOf(List.of(LENA, OSCAR), told::device);
        assertThat(told.lines).containsExactly("device " + id(1) + " of " + LENA, "device " + id(2) + " of " + OSCAR);
        assertThat(graph.requests().get(1).body()).contains(LENA).doesNotContain(OSCAR);
        assertThat(told.requests).isEqualTo(2);
        assertThat(told.waited).isEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void aUserOfMoreDevicesThanAreExpandedIsAskedForApart() {
        List<String> shown =
                IntStream.range(0, 20).mapToObj(GraphChangesTest::device).toList();
        graph.then(batch(url -> ok("{\"userPrincipalName\":\"lena@x.example\",\"ownedDevices\":["
                        + String.join(",", shown) + "]}")))
                .then(200, next(link("/users/" + LENA + "/ownedDevices?$skiptoken=2"), shown.toArray(String[]::new)))
                .then(200, "{\"value\":[" + device(20) + "," + device(21) + "]}");
        List<OwnedDevice> devices = new ArrayList<>();
        reading.devicesOf(List.of(LENA), devices::add);
        assertThat(devices)
                .containsExactlyElementsOf(IntStream.range(0, 22)
                        .mapToObj(i -> phone(i, LENA, "lena@x.example"))
                        .toList());
        assertThat(graph.requests().get(1).uri().getPath()).isEqualTo("/v1.0/users/" + LENA + "/ownedDevices");
        assertThat(graph.requests().get(1).query()).isEqualTo("$select=" + DEVICE);
    }

    @Test
    void aUserWhoIsDeletedBetweenTheTwoReadsHasNoDevices() {
        List<String> shown =
                IntStream.range(0, 20).mapToObj(GraphChangesTest::device).toList();
        graph.then(batch(url ->
                        ok("{\"ownedDevices\":[" + (url.contains(LENA) ? String.join(",", shown) : device(30)) + "]}")))
                .then(404, error("Request_ResourceNotFound"));
        reading.devicesOf(List.of(LENA, OSCAR), told::device);
        assertThat(told.lines).containsExactly("device " + id(30) + " of " + OSCAR);
    }

    @Test
    void ownersOfDevicesAreThoseWhoAreUsersAndOfDevicesThatExist() {
        graph.then(batch(url -> {
            assertThat(url).endsWith("?$select=" + DEVICE + "&$expand=registeredOwners($select=id,userPrincipalName)");
            return switch (url.substring(9, 45)) {
                case LENA -> ok(owned(1, owner(LENA) + "," + owner(OSCAR)));
                case OSCAR -> ok(owned(2, ""));
                default -> "404,\"body\":" + error("Request_ResourceNotFound");
            };
        }));
        reading.ownersOf(List.of(LENA, OSCAR, GROUP), told::device);
        assertThat(told.lines).containsExactly("device " + id(1) + " of " + LENA, "device " + id(1) + " of " + OSCAR);
    }

    @Test
    void anOwnerWhoseIdIsNoneIsRefused() {
        graph.then(200, "{\"value\":[" + owned(1, "{\"id\":\"x\"}") + "]}");
        assertThat(failure(() -> reading.allDevices(null, told::device)).kind()).isEqualTo(Kind.REFUSED);
    }

    @Test
    void requestsAreSpacedWhenTheBudgetRunsOut() {
        graph.then(Answer.json(200, delta(link("/d"))).with(Pace.SHARE_HEADER, "0.9"));
        for (int i = 0; i < 4; i++) {
            reading.devices(link("/devices/delta?$deltatoken=1"), told);
        }
        Duration space = Duration.ofMillis(550);
        assertThat(bench.sleeper.sleeps()).containsExactly(space, space, space);
        assertThat(told.waited).isEqualTo(space.multipliedBy(3));
    }

    @Test
    void aBatchTellsOfTheBudgetWithinItsAnswers() {
        graph.then(batch(url -> "200,\"headers\":{\"X-MS-throttle-limit-percentage\":\"1.0\"},\"body\":{}"));
        reading.devicesOf(List.of(LENA), told::device);
        reading.devicesOf(List.of(LENA), told::device);
        assertThat(told.waited).isEqualTo(Pace.WIDEST);
    }

    @Test
    void noBurstFollowsARefusal() {
        graph.then(Answer.json(429, error("TooManyRequests")).with("Retry-After", "7"))
                .then(200, delta(link("/d")));
        for (int i = 0; i < 3; i++) {
            reading.devices(link("/devices/delta?$deltatoken=1"), told);
        }
        assertThat(bench.sleeper.sleeps().get(0)).isEqualTo(Duration.ofSeconds(7));
        assertThat(bench.sleeper.sleeps().subList(1, bench.sleeper.sleeps().size()))
                .hasSize(2)
                .allSatisfy(wait -> assertThat(wait).isPositive());
    }

    @Test
    void aSignInDoesNotWaitBehindJobs() {
        graph.then(Answer.json(200, delta(link("/d"))).with(Pace.SHARE_HEADER, "1.8"))
                .then(200, "{\"value\":[\"" + GROUP + "\"]}");
        reading.devices(link("/devices/delta?$deltatoken=1"), told);
        assertThat(new GraphMembership(bench.client).of(TENANT, LENA, java.util.Set.of(GROUP)))
                .containsExactly(GROUP);
        assertThat(bench.sleeper.sleeps()).isEmpty();
    }
}
