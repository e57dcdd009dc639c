package dev.mtdconnector.graph;

import static dev.mtdconnector.graph.GraphBench.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mtdconnector.enrollment.Directory.Group;
import dev.mtdconnector.stub.StubServer;
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
}
