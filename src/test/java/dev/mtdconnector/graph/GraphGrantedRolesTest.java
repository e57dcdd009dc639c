package dev.mtdconnector.graph;

import static dev.mtdconnector.graph.GraphBench.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.common.UpstreamException.Kind;
import dev.mtdconnector.tenant.ApplicationRole;
import dev.mtdconnector.tenant.Registration;
import java.net.URI;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GraphGrantedRolesTest {

    private static final UUID PARTNER = UUID.fromString("0f445670-4b58-44e7-8afa-48335ce0baa0");

    private final GraphBench bench = new GraphBench();
    private final GraphGrantedRoles roles = new GraphGrantedRoles(
            bench.client,
            new AppCredentials(
                    new LoginSettings(
                            URI.create("https://login.microsoftonline.com"),
                            Map.of(
                                    Registration.PARTNER,
                                    new LoginSettings.App(PARTNER, new CredentialSettings.ClientSecret("x")))),
                    AppCredentials.httpClient()));

    @AfterEach
    void stop() {
        bench.close();
    }

    @Test
    void readsTheRolesOfARegistrationWithTheBaseRegistrationsToken() {
        bench.graph.then(200, "{\"value\":[{\"appRoleId\":\"a5438881-186a-48f0-bc41-a93ae8a195fe\"}]}");
        assertThat(roles.of(TENANT, Registration.PARTNER))
                .containsExactly(Registration.PARTNER.requiredRoles().get(0).id());
        assertThat(bench.graph.requests().get(0).uri().getPath())
                .isEqualTo("/v1.0/servicePrincipals(appId='" + PARTNER + "')/appRoleAssignments");
        assertThat(bench.tokens.asked).allMatch(key -> key.registration() == Registration.BASE);
    }

    @Test
    void aPrincipalWithoutRolesHasNone() {
        bench.graph.then(200, "{\"value\":[]}");
        assertThat(roles.of(TENANT, Registration.PARTNER)).isEmpty();
    }

    @Test
    void noPrincipalIsAMissingConsent() {
        bench.graph.then(404, "{\"error\":{\"code\":\"Request_ResourceNotFound\"}}");
        assertThat(kind(Registration.PARTNER)).isEqualTo(Kind.CONSENT_MISSING);
    }

    @Test
    void aRefusalIsForbidden() {
        bench.graph.then(403, "{\"error\":{\"code\":\"Authorization_RequestDenied\"}}");
        assertThat(kind(Registration.PARTNER)).isEqualTo(Kind.FORBIDDEN);
    }

    @Test
    void aRegistrationThatIsNotInTheSettingsIsNotConfigured() {
        assertThat(kind(Registration.BASE)).isEqualTo(Kind.NOT_CONFIGURED);
    }

    @Test
    void readsTheEndpointsOfAService() {
        bench.graph.then(
                200,
                "{\"value\":[{\"providerName\":\"A\",\"uri\":\"https://a.example/x\"},{\"providerName\":null,\"uri\":\"b\"}]}");
        assertThat(new GraphServiceDirectory(bench.client).endpoints(TENANT, ApplicationRole.INTUNE_API))
                .containsExactly(Map.entry("A", URI.create("https://a.example/x")));
        assertThat(bench.graph.requests().get(0).uri().getPath())
                .isEqualTo("/v1.0/servicePrincipals(appId='0000000a-0000-0000-c000-000000000000')/endpoints");
    }

    private Kind kind(Registration registration) {
        return catchThrowableOfType(UpstreamException.class, () -> roles.of(TENANT, registration))
                .kind();
    }
}
