package dev.mtdconnector.graph;

import static dev.mtdconnector.graph.GraphBench.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mtdconnector.enrollment.Directory.Group;
import dev.mtdconnector.stub.StubServer;
import dev.mtdconnector.stub.StubServer.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Function;
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
                .contains("$select=id,displayName,securityEnabled,groupTypes,visibility");
    }

    @Test
    void readsAGroupById() {
        graph.then(200, "{\"id\":\"" + GROUP + "\",\"displayName\":\"Users\",\"securityEnabled\":false}");
        assertThat(bench.directory().group(TENANT, GROUP)).isEqualTo(new Group(GROUP, "Users", false));
        assertThat(graph.requests().get(0).uri().getPath()).isEqualTo("/v1.0/groups/" + GROUP);
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
