package dev.mtdconnector.graph;

import static dev.mtdconnector.graph.GraphBench.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.common.UpstreamException.Kind;
import dev.mtdconnector.stub.StubServer;
import dev.mtdconnector.tenant.Registration;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GraphMembershipTest {

    private static final String LENA = "d95209b0-e274-4702-8929-807e2ad7900a";
    private static final String FULL = "11111111-1111-4111-8111-111111111111";
    private static final String RESTRICTED = "22222222-2222-4222-8222-222222222222";

    private final GraphBench bench = new GraphBench();
    private final GraphMembership membership = new GraphMembership(bench.client);

    @AfterEach
    void stop() {
        bench.close();
    }

    @Test
    void asksForAllGroupsAtOnceBeforeEverythingElse() {
        bench.graph.then(200, "{\"value\":[\"" + RESTRICTED.toUpperCase(Locale.ROOT) + "\"]}");
        assertThat(groups()).containsExactly(RESTRICTED);
        StubServer.Request request = bench.graph.requests().get(0);
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.uri().getPath()).isEqualTo("/v1.0/users/" + LENA + "/checkMemberGroups");
        assertThat(request.header("x-ms-throttle-priority")).isEqualTo("High");
        assertThat(request.header("Content-Type")).startsWith("application/json");
        assertThat(request.body()).isEqualTo("{\"groupIds\":[\"" + FULL + "\",\"" + RESTRICTED + "\"]}");
        assertThat(bench.tokens.asked).allMatch(key -> key.registration() == Registration.BASE);
    }

    @Test
    void whoIsInNoGroupIsInNone() {
        bench.graph.then(200, "{\"value\":[]}");
        assertThat(groups()).isEmpty();
    }

    @Test
    void aGroupThatWasNotAskedForIsNotAnswered() {
        bench.graph.then(200, "{\"value\":[\"33333333-3333-4333-8333-333333333333\"]}");
        assertThat(groups()).isEmpty();
    }

    @Test
    void noGroupsAreNotAskedFor() {
        assertThat(membership.of(TENANT, LENA, Set.of())).isEmpty();
        assertThat(bench.graph.requests()).isEmpty();
    }

    @Test
    void theQuestionIsWholeWhenItIsAskedAgain() {
        bench.graph.then(401, "{}").then(503, "{}").then(200, "{\"value\":[\"" + FULL + "\"]}");
        assertThat(groups()).containsExactly(FULL);
        assertThat(bench.graph.requests())
                .hasSize(3)
                .allMatch(request -> request.body().contains(FULL));
    }

    @ParameterizedTest
    @CsvSource({
        "404, Request_ResourceNotFound, NOT_FOUND",
        "403, Authorization_RequestDenied, FORBIDDEN",
        "400, Request_BadRequest, REFUSED",
    })
    void namesTheFailure(int status, String code, Kind kind) {
        bench.graph.then(status, "{\"error\":{\"code\":\"" + code + "\"}}");
        assertThat(failure()).isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource({"{}", "{\"value\":true}", "[]"})
    void whatIsNoListIsRefusedAndMakesNobodyAMember(String body) {
        bench.graph.then(200, body);
        assertThat(failure()).isEqualTo(Kind.REFUSED);
    }

    @Test
    void idsThatAreNoneDoNotLeadTheRequestAstray() {
        assertThatThrownBy(() -> membership.of(TENANT, "../groups", Set.of(FULL)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> membership.of(TENANT, LENA, Set.of("x"))).isInstanceOf(IllegalArgumentException.class);
        assertThat(bench.graph.requests()).isEmpty();
    }

    private Set<String> groups() {
        return membership.of(TENANT, LENA, Set.of(FULL, RESTRICTED));
    }

    private Kind failure() {
        return catchThrowableOfType(UpstreamException.class, this::groups).kind();
    }
}
