package dev.mtdconnector.local.contoso;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.azure.core.credential.AccessToken;
import com.azure.core.credential.TokenRequestContext;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.identity.ClientSecretCredential;
import com.azure.identity.ClientSecretCredentialBuilder;
import com.microsoft.graph.core.authentication.AzureIdentityAuthenticationProvider;
import com.microsoft.graph.core.content.BatchRequestContent;
import com.microsoft.graph.core.content.BatchResponseContent;
import com.microsoft.graph.core.tasks.PageIterator;
import com.microsoft.graph.models.DirectoryObject;
import com.microsoft.graph.models.DirectoryObjectCollectionResponse;
import com.microsoft.graph.models.Group;
import com.microsoft.graph.models.odataerrors.ODataError;
import com.microsoft.graph.serviceclient.GraphServiceClient;
import com.microsoft.graph.users.item.checkmembergroups.CheckMemberGroupsPostRequestBody;
import java.net.http.HttpClient;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Microsoft's own clients find the simulator to be what they expect. */
class GraphSdkTest {

    private World world;
    private GraphServiceClient graph;

    @BeforeEach
    void start() throws Exception {
        world = World.consented();
        String token = world.token("graph", "base");
        graph = new GraphServiceClient(
                new AzureIdentityAuthenticationProvider(
                        context -> Mono.just(new AccessToken(token, OffsetDateTime.MAX)),
                        new String[] {"localhost"},
                        World.GRAPH_SCOPE),
                new OkHttpClient());
        graph.getRequestAdapter().setBaseUrl(world.server.address() + "/v1.0");
    }

    @AfterEach
    void stop() {
        world.close();
    }

    @Test
    void groups_are_found_by_name_even_with_an_apostrophe() throws Exception {
        world.change("{'type':'groupCreated','displayName':'Driver" + "\\u0027" + "s pool'}");
        List<Group> found = graph.groups()
                .get(config -> {
                    config.queryParameters.filter = "displayName eq 'Driver''s pool'";
                    config.queryParameters.select = new String[] {"id", "displayName", "securityEnabled"};
                })
                .getValue();
        assertThat(found).extracting(Group::getDisplayName).containsExactly("Driver's pool");
        assertThat(found.get(0).getSecurityEnabled()).isTrue();
    }

    @Test
    void members_through_nested_groups_come_in_pages() throws Exception {
        DirectoryObjectCollectionResponse first = graph.groups()
                .byGroupId(WellKnown.ENROLLMENT_GROUP)
                .transitiveMembers()
                .get(config -> config.queryParameters.top = 3);
        List<DirectoryObject> all = new ArrayList<>();
        new PageIterator.Builder<DirectoryObject, DirectoryObjectCollectionResponse>()
                .client(graph)
                .collectionPage(first)
                .collectionPageFactory(DirectoryObjectCollectionResponse::createFromDiscriminatorValue)
                .processPageItemCallback(all::add)
                .build()
                .iterate();
        assertThat(all)
                .extracting(DirectoryObject::getId)
                .containsExactlyElementsOf(
                        world.server.parts().contoso().transitiveMembers(WellKnown.ENROLLMENT_GROUP));
        assertThat(all).hasAtLeastOneElementOfType(com.microsoft.graph.models.User.class);
        assertThat(all).hasAtLeastOneElementOfType(Group.class);
    }

    @Test
    void membership_is_asked_for_several_groups_at_once() {
        CheckMemberGroupsPostRequestBody body = new CheckMemberGroupsPostRequestBody();
        body.setGroupIds(List.of(WellKnown.FULL_ACCESS_GROUP, WellKnown.READ_ONLY_ACCESS_GROUP));
        assertThat(graph.users()
                        .byUserId(WellKnown.AHMED)
                        .checkMemberGroups()
                        .post(body)
                        .getValue())
                .containsExactly(WellKnown.FULL_ACCESS_GROUP);
    }

    @Test
    void a_cast_gives_the_users_alone() {
        var users = graph.groups()
                .byGroupId(WellKnown.ENROLLMENT_GROUP)
                .transitiveMembers()
                .graphUser()
                .get(config -> {
                    config.queryParameters.count = true;
                    config.headers.add("ConsistencyLevel", "eventual");
                });
        assertThat(users.getOdataCount()).isEqualTo(9);
        assertThat(users.getValue()).hasSize(9);
    }

    @Test
    void a_batch_of_owned_devices_is_answered_one_by_one() throws Exception {
        BatchRequestContent batch = new BatchRequestContent(graph);
        String lena = batch.addBatchRequestStep(
                graph.users().byUserId(WellKnown.LENA).ownedDevices().toGetRequestInformation());
        String nobody = batch.addBatchRequestStep(graph.users()
                .byUserId("11111111-2222-4333-8444-555555555555")
                .ownedDevices()
                .toGetRequestInformation());
        BatchResponseContent answers = graph.getBatchRequestBuilder().post(batch, null);
        assertThat(answers.getResponseById(nobody).code()).isEqualTo(404);
        DirectoryObjectCollectionResponse devices =
                answers.getResponseById(lena, DirectoryObjectCollectionResponse::createFromDiscriminatorValue);
        com.microsoft.graph.models.Device device =
                (com.microsoft.graph.models.Device) devices.getValue().get(0);
        assertThat(device.getDeviceId()).isEqualTo(WellKnown.LENAS_IPHONE);
        assertThat(device.getOperatingSystem()).isEqualTo("iOS");
    }

    @Test
    void granted_roles_and_the_partner_services_are_found_by_application_id() {
        String base =
                graph.servicePrincipalsWithAppId(WellKnown.BASE_CLIENT).get().getId();
        var roles = graph.servicePrincipals()
                .byServicePrincipalId(base)
                .appRoleAssignments()
                .get();
        assertThat(roles.getValue())
                .extracting(one -> one.getAppRoleId().toString())
                .contains("9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30")
                .hasSize(7);
        String intune = graph.servicePrincipals()
                .get(config -> config.queryParameters.filter = "appId eq '" + WellKnown.INTUNE_API + "'")
                .getValue()
                .get(0)
                .getId();
        assertThat(graph.servicePrincipals()
                        .byServicePrincipalId(intune)
                        .endpoints()
                        .get()
                        .getValue())
                .extracting(one -> one.getProviderName() + " " + one.getUri())
                .containsExactly(
                        "PartnerTenantDataSyncService " + world.server.address() + "/intune/tenant",
                        "PartnerDeviceDataSyncService " + world.server.address() + "/intune/device");
    }

    @Test
    void an_error_arrives_with_code_and_request_id() {
        ODataError error = catchThrowableOfType(
                ODataError.class,
                () -> graph.groups()
                        .byGroupId("11111111-2222-4333-8444-555555555555")
                        .get());
        assertThat(error.getResponseStatusCode()).isEqualTo(404);
        assertThat(error.getError().getCode()).isEqualTo("Request_ResourceNotFound");
        assertThat(error.getError().getInnerError().getDate()).isNotNull();
        assertThat(error.getError().getInnerError().getRequestId()).isNotEmpty();
    }

    @Test
    void azure_identity_gets_a_token_from_the_sign_in_service() throws Exception {
        ClientSecretCredential credential = new ClientSecretCredentialBuilder()
                .authorityHost(world.server.loginAddress().toString())
                .disableInstanceDiscovery()
                .tenantId(WellKnown.TENANT)
                .clientId(WellKnown.BASE_CLIENT)
                .clientSecret(world.options.baseSecret())
                .httpClient(new JdkHttpClientBuilder(HttpClient.newBuilder().sslContext(world.server.clientContext()))
                        .build())
                .build();
        AccessToken token = credential.getTokenSync(new TokenRequestContext().addScopes(World.GRAPH_SCOPE));
        assertThat(world.as(token.getToken(), "/groups").status()).isEqualTo(200);
        AccessToken intune = credential.getTokenSync(new TokenRequestContext().addScopes(World.INTUNE_SCOPE));
        assertThat(world.server
                        .parts()
                        .tokenCheck()
                        .check("Bearer " + intune.getToken(), java.util.Set.of(WellKnown.INTUNE_AUDIENCE))
                        .roles())
                .isEmpty();
    }
}
