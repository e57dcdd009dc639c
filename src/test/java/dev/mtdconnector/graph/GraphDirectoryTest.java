package dev.mtdconnector.graph;

import static dev.mtdconnector.graph.GraphBench.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.common.UpstreamException.Kind;
import dev.mtdconnector.enrollment.Directory.Group;
import dev.mtdconnector.enrollment.Directory.OwnedDevice;
import dev.mtdconnector.stub.StubServer;
import dev.mtdconnector.stub.StubServer.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GraphDirectoryTest {

    private static final String GROUP = "c5ede0fb-5408-4064-8c79-5f36af8f57d9";

    private final GraphBench bench = new GraphBench();
    private final StubServer graph = bench.graph;

    @AfterEach
    void stop() {
        bench.close();
    }

    @Test
    void findsGroupsByNameWhateverCharactersItHas() {
        graph.then(200, "{\"value\":[{\"id\":\"" + GROUP + "\",\"displayName\":\"x\",\"securityEnabled\":true}]}");
        String name = "O'Brien & Söhne + #1 50%24";
        assertThat(bench.directory().groupsNamed(TENANT, name)).containsExactly(new Group(GROUP, "x", true));
        assertThat(graph.requests().get(0).uri().getRawQuery().split("&")).hasSize(2);
        assertThat(graph.requests().get(0).query())
                .contains("$filter=displayName eq 'O''Brien & Söhne + #1 50%24'")
                .contains("$select=id,displayName,securityEnabled");
    }

    @Test
    void readsAGroupById() {
        graph.then(200, "{\"id\":\"" + GROUP + "\",\"displayName\":\"Users\",\"securityEnabled\":false}");
        assertThat(bench.directory().group(TENANT, GROUP)).isEqualTo(new Group(GROUP, "Users", false));
        assertThat(graph.requests().get(0).uri().getPath()).isEqualTo("/v1.0/groups/" + GROUP);
    }

    @Test
    void readsTransitiveUsersAsAnAdvancedQueryOnEveryPage() {
        graph.then(
                        200,
                        "{\"@odata.nextLink\":\"" + graph.uri()
                                + "/v1.0/next?$skiptoken=a\",\"value\":[{\"id\":\"1\"}]}")
                .then(200, "{\"value\":[{\"id\":\"2\"},{\"id\":\"1\"}]}");
        assertThat(bench.directory().users(TENANT, GROUP)).containsExactlyInAnyOrder("1", "2");
        StubServer.Request first = graph.requests().get(0);
        assertThat(first.uri().getPath()).isEqualTo("/v1.0/groups/" + GROUP + "/transitiveMembers/graph.user");
        assertThat(first.query()).contains("$select=id", "$top=999", "$count=true");
        assertThat(graph.requests())
                .allSatisfy(r -> assertThat(r.header("ConsistencyLevel")).isEqualTo("eventual"));
    }

    @Test
    void handsOverTheDevicesOfMoreUsersThanABatchHolds() {
        List<String> users =
                IntStream.range(0, 45).mapToObj(i -> new UUID(1, i).toString()).toList();
        graph.then(batch(url -> owned(url) ? ok(devices(device(user(url), "iOS"))) : ok(name(user(url)))));
        List<OwnedDevice> devices = devicesOf(users);
        assertThat(devices).extracting(OwnedDevice::userId).containsExactlyElementsOf(users);
        assertThat(devices.get(0))
                .isEqualTo(new OwnedDevice(
                        "d-" + users.get(0),
                        "o-" + users.get(0),
                        "Phone",
                        "iOS",
                        "18.6",
                        "Model",
                        true,
                        users.get(0),
                        "upn-" + users.get(0)));
        assertThat(graph.requests()).hasSize(6);
    }

    @Test
    void followsNextLinksWithinABatchAnswer() {
        String user = new UUID(1, 1).toString();
        String next = graph.uri() + "/v1.0/users/" + user + "/ownedDevices?$skiptoken=x";
        graph.then(batch(url -> ok("{\"@odata.nextLink\":\"" + next + "\",\"value\":[" + device("one", "iOS") + "]}")))
                .then(200, "{\"value\":[" + device("two", "Android") + "]}")
                .then(batch(url -> ok(name(user))));
        assertThat(devicesOf(List.of(user))).extracting(OwnedDevice::deviceId).containsExactly("d-one", "d-two");
    }

    @Test
    void aUserWhoIsGoneHasNoDevicesWheneverHeGoes() {
        String goneBefore = new UUID(1, 1).toString();
        String goneBetween = new UUID(1, 2).toString();
        graph.then(batch(url -> {
            if (url.contains(goneBefore) || !owned(url)) {
                return "404,\"body\":{\"error\":{\"code\":\"Request_ResourceNotFound\"}}";
            }
            return ok(devices(device("x", "iOS")));
        }));
        assertThat(devicesOf(List.of(goneBefore, goneBetween))).isEmpty();
    }

    @Test
    void leavesOutWhatIsNoDevice() {
        String user = new UUID(1, 1).toString();
        String printer = "{\"@odata.type\":\"#microsoft.graph.printer\",\"id\":\"p\"}";
        graph.then(batch(url -> ok(devices(printer))));
        assertThat(devicesOf(List.of(user))).isEmpty();
        assertThat(graph.requests()).hasSize(1);
    }

    @Test
    void aDeviceThatGraphShowsWithoutItsPropertiesIsAMissingPermission() {
        String user = new UUID(1, 1).toString();
        String bare = "{\"@odata.type\":\"#microsoft.graph.device\",\"id\":\"o\",\"deviceId\":null}";
        graph.then(batch(url -> owned(url) ? ok(devices(bare)) : ok(name(user))));
        UpstreamException failure = catchThrowableOfType(UpstreamException.class, () -> devicesOf(List.of(user)));
        assertThat(failure.kind()).isEqualTo(Kind.FORBIDDEN);
        assertThat(failure.getMessage()).contains("Device.Read.All");
    }

    @Test
    void noUsersNeedNoRequest() {
        assertThat(devicesOf(List.of())).isEmpty();
        assertThat(graph.requests()).isEmpty();
    }

    private List<OwnedDevice> devicesOf(List<String> users) {
        List<OwnedDevice> devices = new ArrayList<>();
        bench.directory().devicesOf(TENANT, users, devices::add);
        return devices;
    }

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
                    responses.add(GraphClient.JSON.readTree("{\"id\":\"" + id + "\",\"status\":"
                            + answer.apply(inner.get("url").asText()) + "}"));
                }
                return Answer.json(200, answers.toString());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    private static boolean owned(String url) {
        return url.endsWith(
                "/ownedDevices?$select=id,deviceId,displayName,operatingSystem,operatingSystemVersion,model,isManaged");
    }

    private static String user(String url) {
        return url.substring("/users/".length(), "/users/".length() + 36);
    }

    private static String ok(String body) {
        return "200,\"body\":" + body;
    }

    private static String devices(String... devices) {
        return "{\"value\":[" + String.join(",", devices) + "]}";
    }

    private static String device(String name, String system) {
        return """
                {"@odata.type":"#microsoft.graph.device","id":"o-%s","deviceId":"d-%s","displayName":"Phone",
                 "operatingSystem":"%s","operatingSystemVersion":"18.6","model":"Model","isManaged":true}""".formatted(name, name, system);
    }

    private static String name(String user) {
        return "{\"id\":\"" + user + "\",\"userPrincipalName\":\"upn-" + user + "\"}";
    }
}
