package dev.mtdconnector.local.contoso;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.mtdconnector.local.contoso.World.Reply;
import dev.mtdconnector.local.http.Json;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControlApiTest {

    private World world;

    @BeforeEach
    void start() throws Exception {
        world = World.consented();
    }

    @AfterEach
    void stop() {
        world.close();
    }

    private Contoso contoso() {
        return world.server.parts().contoso();
    }

    @Test
    void state_shows_tenant_registrations_people_groups_counts_connector_and_clock() throws Exception {
        JsonNode state = world.get("/control/state").json();
        assertThat(state.at("/tenant/id").asText()).isEqualTo(WellKnown.TENANT);
        assertThat(state.at("/registrations/0/granted")).hasSize(7);
        assertThat(state.at("/registrations/1/granted")).isEmpty();
        assertThat(state.at("/identities/0/globalAdministrator").asBoolean()).isTrue();
        assertThat(state.at("/groups")).hasSize(9);
        assertThat(state.at("/counts/users").asInt()).isEqualTo(12);
        assertThat(state.at("/connector/state").asText()).isEqualTo("unavailable");
        assertThat(state.at("/connector/rule").isNull()).isTrue();
        assertThat(Instant.parse(state.at("/clock").asText())).isNotNull();
    }

    @Test
    void an_agent_token_is_what_entra_issues_to_the_app_on_the_phone() throws Exception {
        String token = world.token("agent", "lena.brandt@contoso.example");
        SignedJWT jwt = SignedJWT.parse(token);
        Reply keys = world.get("/" + WellKnown.TENANT + "/discovery/v2.0/keys");
        JWKSet set = JWKSet.parse(keys.response().body());
        assertThat(jwt.verify(new RSASSAVerifier(
                        set.getKeyByKeyId(jwt.getHeader().getKeyID()).toRSAKey())))
                .isTrue();
        assertThat(keys.response().body()).doesNotContain("\"d\":");
        JWTClaimsSet claims = jwt.getJWTClaimsSet();
        assertThat(claims.getAudience()).containsExactly(WellKnown.BASE_CLIENT);
        assertThat(claims.getIssuer()).isEqualTo(world.server.loginAddress() + "/" + WellKnown.TENANT + "/v2.0");
        assertThat(claims.getStringClaim("azp")).isEqualTo(WellKnown.AGENT_CLIENT);
        assertThat(claims.getStringClaim("scp")).isEqualTo(WellKnown.ACTIVATE_SCOPE);
        assertThat(claims.getStringClaim("oid")).isEqualTo(WellKnown.LENA);
        assertThat(claims.getStringClaim("tid")).isEqualTo(WellKnown.TENANT);
        assertThat(claims.getStringClaim("ver")).isEqualTo("2.0");
        assertThat(claims.getStringClaim("preferred_username")).isEqualTo("lena.brandt@contoso.example");
        Duration left = Duration.between(
                world.server.parts().clock().instant(),
                claims.getExpirationTime().toInstant());
        assertThat(left).isBetween(Duration.ofMinutes(59), Duration.ofMinutes(90));
    }

    @Test
    void a_token_can_be_made_wrong_on_purpose() throws Exception {
        Reply reply = world.post("/control/tokens", """
                {"identity": "%s", "audience": "agent", "expiresInSeconds": -60, "scope": "Other",
                 "tenant": "11111111-2222-4333-8444-555555555555", "clientId": "someone-else"}""".formatted(WellKnown.OSCAR));
        JWTClaimsSet claims =
                SignedJWT.parse(reply.json().path("access_token").asText()).getJWTClaimsSet();
        assertThat(claims.getStringClaim("tid")).isEqualTo("11111111-2222-4333-8444-555555555555");
        assertThat(claims.getIssuer()).endsWith("/11111111-2222-4333-8444-555555555555/v2.0");
        assertThat(claims.getStringClaim("azp")).isEqualTo("someone-else");
        assertThat(claims.getStringClaim("scp")).isEqualTo("Other");
        assertThat(claims.getExpirationTime().toInstant())
                .isBefore(world.server.parts().clock().instant());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'identity':'nobody@contoso.example','audience':'agent'}",
                "{'identity':'partner','audience':'intune'}",
                "{'identity':'base','audience':'mars'}",
                "{'identity':'base'}",
                "{'identity':'base','audience':'graph','colour':1}",
                "{'identity':'base','audience':'graph','expiresInSeconds':'soon'}",
                "[]",
                "{"
            })
    void a_token_that_entra_would_not_issue_is_refused_with_the_reason(String body) throws Exception {
        Reply reply = world.post("/control/tokens", body.replace('\'', '"'));
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().path("error").asText()).isNotEmpty();
    }

    @Test
    void every_kind_of_change_takes_effect() throws Exception {
        ok("{'type':'userCreated','displayName':'Nia Okoro','userPrincipalName':'nia.okoro@contoso.example'}");
        String nia = contoso().user("nia.okoro@contoso.example").orElseThrow().id();
        ok("{'type':'groupCreated','displayName':'Pilot'}");
        ok("{'type':'memberAdded','group':'Pilot','member':'nia.okoro@contoso.example'}");
        ok("{'type':'memberAdded','group':'" + WellKnown.ENROLLMENT_GROUP + "','member':'Pilot'}");
        assertThat(contoso().transitiveMembers(WellKnown.ENROLLMENT_GROUP)).contains(nia);
        ok("{'type':'groupRenamed','group':'Pilot','displayName':'Pilot phase 2'}");
        assertThat(contoso().groupsNamed("pilot PHASE 2")).hasSize(1);
        ok("{'type':'deviceCreated','displayName':'Nia phone','owner':'nia.okoro@contoso.example',"
                + "'operatingSystem':'Android','operatingSystemVersion':'16'}");
        Device phone = contoso().devicesOf(nia).get(0);
        ok("{'type':'ownerChanged','deviceId':'" + phone.deviceId() + "','owner':'" + WellKnown.LENA + "'}");
        assertThat(contoso().devicesOf(WellKnown.LENA)).hasSize(2);
        assertThat(contoso().devicesOf(nia)).isEmpty();
        ok("{'type':'memberRemoved','group':'Pilot phase 2','member':'" + nia + "'}");
        assertThat(contoso().transitiveMembers(WellKnown.ENROLLMENT_GROUP)).doesNotContain(nia);
        String again = "11111111-2222-4333-8444-555555555556";
        ok("{'type':'deviceChanged','deviceId':'" + phone.deviceId() + "','enabled':false}");
        ok("{'type':'deviceSignedIn','deviceId':'" + phone.deviceId() + "'}");
        ok("{'type':'deviceReregistered','deviceId':'" + phone.deviceId() + "','newDeviceId':'" + again + "'}");
        Device old = contoso().deviceByDeviceId(phone.deviceId()).orElseThrow();
        Device anew = contoso().deviceByDeviceId(again).orElseThrow();
        assertThat(old.extra().enabled()).isFalse();
        assertThat(old.lastSignInAt()).isAfterOrEqualTo(old.registeredAt());
        assertThat(old.managed()).isFalse();
        assertThat(anew.owner()).isEqualTo(old.owner());
        assertThat(anew.displayName()).isEqualTo(old.displayName());
        assertThat(anew.extra().enabled()).isTrue();
        ok("{'type':'deviceDeleted','deviceId':'" + again + "'}");
        ok("{'type':'deviceDeleted','deviceId':'" + phone.deviceId() + "'}");
        assertThat(contoso().deviceByDeviceId(phone.deviceId())).isEmpty();
        ok("{'type':'userDeleted','user':'" + nia + "'}");
        assertThat(contoso().user(nia)).isEmpty();
        ok("{'type':'groupDeleted','group':'Pilot phase 2'}");
        assertThat(contoso().groupsNamed("Pilot phase 2")).isEmpty();
        ok("{'type':'platformToggled','platform':'ios','enabled':true}");
        ok("{'type':'complianceRule','level':'low'}");
        assertThat(contoso().intune()).isEqualTo(new IntuneSettings(true, false, "low"));
        ok("{'type':'complianceRule','level':null}");
        assertThat(contoso().intune().ruleLevel()).isNull();
        ok("{'type':'roleRemoved','clientId':'base','role':'Device.Read.All'}");
        ok("{'type':'roleDeclared','clientId':'base','role':'Device.Read.All','declared':false}");
        world.consent("base");
        assertThat(roles()).doesNotContain("Device.Read.All").hasSize(6);
        ok("{'type':'roleDeclared','clientId':'base','role':'Device.Read.All','declared':true}");
        world.consent("base");
        assertThat(roles()).contains("Device.Read.All").hasSize(7);
        ok("{'type':'consentRevoked','clientId':'" + WellKnown.BASE_CLIENT + "'}");
        assertThat(contoso().principalOf(WellKnown.BASE_CLIENT)).isEmpty();
    }

    private List<String> roles() {
        return contoso().principalOf(WellKnown.BASE_CLIENT).orElseThrow().roles(WellKnown.MICROSOFT_GRAPH);
    }

    private void ok(String change) throws IOException, InterruptedException {
        Reply reply = world.change(change);
        assertThat(reply.status()).as("%s: %s", change, reply.json()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'earthquake'}",
                "{}",
                "{'type':'userCreated','displayName':'A B'}",
                "{'type':'userCreated','displayName':'A B','userPrincipalName':'lena.brandt@contoso.example'}",
                "{'type':'userCreated','displayName':'A B','userPrincipalName':'nobody'}",
                "{'type':'userCreated','displayName':'A','userPrincipalName':'a@b','id':'7'}",
                "{'type':'userDeleted','user':'nobody'}",
                "{'type':'groupRenamed','group':'Field Sales'}",
                "{'type':'memberAdded','group':'Field Sales','member':'oscar.lindqvist@contoso.example'}",
                "{'type':'memberAdded','group':'Field Sales','member':'Mobile Threat Defense Users'}",
                "{'type':'memberRemoved','group':'Field Sales','member':'lena.brandt@contoso.example'}",
                "{'type':'deviceCreated','displayName':'A','owner':'nobody','operatingSystem':'iOS',"
                        + "'operatingSystemVersion':'18'}",
                "{'type':'deviceCreated','displayName':'A','owner':'lena.brandt@contoso.example',"
                        + "'operatingSystem':'Symbian','operatingSystemVersion':'1'}",
                "{'type':'deviceDeleted','deviceId':'nope'}",
                "{'type':'deviceReregistered','deviceId':'" + WellKnown.LENAS_IPHONE + "','newDeviceId':'"
                        + WellKnown.OSCARS_ANDROID + "'}",
                "{'type':'platformToggled','platform':'windows','enabled':true}",
                "{'type':'platformToggled','platform':'ios'}",
                "{'type':'complianceRule','level':'severe'}",
                "{'type':'consentRevoked','clientId':'partner'}",
                "{'type':'roleRemoved','clientId':'base','role':'Group.Read.All'}",
                "{'type':'roleDeclared','clientId':'base','role':'No.Such.Role','declared':true}",
                "{'type':'groupDeleted','group':'Field Sales','colour':'red'}",
                "{'changes':[{'type':'groupDeleted','group':'Field Sales'},{'type':'earthquake'}]}",
                "{'changes':[],'colour':1}"
            })
    void a_change_that_cannot_be_is_refused_with_the_reason_and_changes_nothing(String body) throws Exception {
        Reply before = world.get("/control/state");
        Reply reply = world.change(body);
        assertThat(reply.status()).as("%s", reply.json()).isEqualTo(400);
        assertThat(reply.json().path("error").asText()).isNotEmpty();
        assertThat(world.get("/control/state").json().path("groups"))
                .isEqualTo(before.json().path("groups"));
    }

    @Test
    void requests_are_counted_by_template_with_those_in_batches_and_not_the_control_api() throws Exception {
        String token = world.token("graph", "base");
        world.server.parts().traffic().resetCounts();
        world.as(token, "/groups/" + WellKnown.ENROLLMENT_GROUP + "/members");
        world.as(token, "/groups/" + WellKnown.FIELD_SALES_GROUP + "/members");
        world.as(token, "/devices(deviceId='" + WellKnown.LENAS_IPHONE + "')");
        world.post(
                "/v1.0/$batch",
                "{\"requests\":[{\"id\":\"1\",\"method\":\"GET\",\"url\":\"/users/" + WellKnown.LENA + "\"}]}",
                "Authorization",
                "Bearer " + token);
        JsonNode counted = world.get("/control/requests").json();
        assertThat(counted.path("total").asInt()).isEqualTo(5);
        List<String> lines = new ArrayList<>();
        counted.path("requests")
                .forEach(one -> lines.add(
                        one.path("method").asText() + " " + one.path("template").asText() + " "
                                + one.path("count").asInt()));
        assertThat(lines)
                .containsExactlyInAnyOrder(
                        "GET /v1.0/groups/{id}/members 2",
                        "GET /v1.0/devices/deviceId={} 1",
                        "POST /v1.0/$batch 1",
                        "GET /v1.0/users/{id} 1");
        counted.path("requests")
                .forEach(one -> assertThat(one.path("responseBytes").asLong()).isPositive());
        assertThat(world.send("DELETE", world.uri("/control/requests"), "", "").status())
                .isEqualTo(204);
        assertThat(world.get("/control/requests").json().path("total").asInt()).isZero();
    }

    @Test
    void a_fault_meets_so_many_requests_and_no_others() throws Exception {
        fault("{'method':'GET','path':'/v1.0/groups/*','times':2,'status':429,'retryAfterSeconds':1}");
        String path = "/groups/" + WellKnown.ENROLLMENT_GROUP;
        assertThat(world.graph("/groups").status()).isEqualTo(200);
        for (int i = 0; i < 2; i++) {
            Reply throttled = world.graph(path);
            assertThat(throttled.status()).isEqualTo(429);
            assertThat(throttled.errorCode()).isEqualTo("TooManyRequests");
            assertThat(throttled.header("Retry-After")).isEqualTo("1");
        }
        assertThat(world.graph(path).status()).isEqualTo(200);
    }

    @Test
    void a_fault_can_drop_the_connection_or_cut_the_body() throws Exception {
        fault("{'path':'/v1.0/groups','dropConnection':true}");
        String token = world.token("graph", "base");
        // The client of the JDK sends a GET again when the connection ends without an answer.
        fault("{'path':'/v1.0/groups','dropConnection':true}");
        assertThatThrownBy(() -> world.as(token, "/groups")).isInstanceOf(IOException.class);
        world.send("DELETE", world.uri("/control/faults"), "", "");
        assertThat(world.as(token, "/groups").status()).isEqualTo(200);
        fault("{'path':'/v1.0/groups','cutBodyAfterBytes':10}");
        assertThatThrownBy(() -> world.as(token, "/groups")).isInstanceOf(IOException.class);
        assertThat(world.as(token, "/groups").status()).isEqualTo(200);
    }

    @Test
    void a_fault_can_lose_the_answer_of_a_request_that_took_effect() throws Exception {
        fault("{'method':'POST','path':'/control/changes','status':503,'afterEffect':true}");
        assertThat(world.change("{'type':'groupCreated','displayName':'Made'}").status())
                .isEqualTo(503);
        assertThat(contoso().groupsNamed("Made")).hasSize(1);
        fault("{'method':'POST','path':'/control/changes','status':503}");
        assertThat(world.change("{'type':'groupCreated','displayName':'Not made'}")
                        .status())
                .isEqualTo(503);
        assertThat(contoso().groupsNamed("Not made")).isEmpty();
    }

    @Test
    void a_fault_can_put_an_empty_page_before_the_real_one() throws Exception {
        fault("{'path':'/v1.0/groups','emptyPage':true}");
        String token = world.token("graph", "base");
        Reply empty = world.as(token, "/groups?$top=2");
        assertThat(empty.value()).isEmpty();
        String next = empty.json().path("@odata.nextLink").asText().replace(world.server.address() + "/v1.0", "");
        assertThat(world.as(token, next).value()).hasSize(2);
    }

    @Test
    void a_fault_meets_one_request_of_a_batch_and_the_rest_succeed() throws Exception {
        fault("{'path':'/v1.0/users/*','status':429,'retryAfterSeconds':7}");
        Reply reply = world.post(
                "/v1.0/$batch",
                """
                {"requests":[{"id":"a","method":"GET","url":"/users/%s/ownedDevices"},
                             {"id":"b","method":"GET","url":"/users/%s/ownedDevices"}]}""".formatted(WellKnown.LENA, WellKnown.OSCAR),
                "Authorization",
                "Bearer " + world.token("graph", "base"));
        assertThat(reply.status()).isEqualTo(200);
        reply.json().path("responses").forEach(one -> {
            boolean first = one.path("id").asText().equals("a");
            assertThat(one.path("status").asInt()).isEqualTo(first ? 429 : 200);
            assertThat(one.at("/headers/Retry-After").asText()).isEqualTo(first ? "7" : "");
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{'times':1}", "{'path':'/x','status':200}", "{'path':'/x','times':0}", "{'path':'/x','a':1}"})
    void a_fault_that_makes_no_sense_is_refused(String body) throws Exception {
        assertThat(world.post("/control/faults", body.replace('\'', '"')).status())
                .isEqualTo(400);
    }

    private void fault(String json) throws IOException, InterruptedException {
        Reply reply = world.post("/control/faults", json.replace('\'', '"'));
        assertThat(reply.status()).as("%s", reply.json()).isEqualTo(204);
    }

    @Test
    void the_clock_moves_forward_only_and_takes_others_along() throws Exception {
        List<Instant> heard = new ArrayList<>();
        ContosoClock clock = world.server.parts().clock();
        clock.onMove(heard::add);
        String token = world.token("graph", "base");
        Instant before = clock.instant();
        Reply moved = world.post("/control/clock", Json.object().put("advanceSeconds", 7200));
        assertThat(Instant.parse(moved.json().path("now").asText())).isAfterOrEqualTo(before.plusSeconds(7200));
        assertThat(heard).hasSize(1);
        assertThat(world.as(token, "/groups").status()).isEqualTo(401);
        Reply back = world.post("/control/clock", Json.object().put("now", before.toString()));
        assertThat(back.status()).isEqualTo(400);
        assertThat(world.post("/control/clock", "{}").status()).isEqualTo(400);
        assertThat(world.post("/control/clock", Json.object().put("advanceSeconds", -1))
                        .status())
                .isEqualTo(400);
        assertThat(heard).hasSize(1);
    }
}
