package dev.mtdconnector.local.contoso;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mtdconnector.local.contoso.World.Reply;
import dev.mtdconnector.local.http.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Probes of the rules about writing into the directory. */
final class WriteProbes {

    private static final String NOBODY = "11111111-2222-4333-8444-555555555555";
    private static final String DEVICES = "Device.ReadWrite.All";
    private static final String MEMBERS = "GroupMember.ReadWrite.All GroupMember.Read.All";
    private static final String GROUP = WellKnown.READ_ONLY_ACCESS_GROUP;

    private WriteProbes() {}

    static void probe(Rule rule, World world) throws Exception {
        switch (rule) {
            case WRITE_ATTRIBUTES_ONLY -> {
                refused(patch(world, "{'displayName':'x'}"), 400, "Request_BadRequest");
                assertThat(patch(world, "{'extensionAttributes':{'extensionAttribute7':'mtd:high'}}")
                                .status())
                        .isEqualTo(204);
                assertThat(attribute(world, 7)).isEqualTo("mtd:high");
            }
            case WRITE_ATTRIBUTE_KNOWN ->
                refused(patch(world, "{'extensionAttributes':{'extensionAttribute16':'x'}}"), 400, "BadRequest");
            case WRITE_ATTRIBUTE_LENGTH -> {
                String most = "x".repeat(1_024);
                assertThat(patch(world, "{'extensionAttributes':{'extensionAttribute1':'" + most + "'}}")
                                .status())
                        .isEqualTo(204);
                refused(
                        patch(world, "{'extensionAttributes':{'extensionAttribute1':'" + most + "x'}}"),
                        400,
                        "Request_BadRequest");
            }
            case WRITE_ATTRIBUTE_MERGES -> {
                patch(world, "{'extensionAttributes':{'extensionAttribute1':'a','extensionAttribute2':'b'}}");
                patch(world, "{'extensionAttributes':{'extensionAttribute1':null}}");
                assertThat(attribute(world, 1)).isEqualTo("null");
                assertThat(attribute(world, 2)).isEqualTo("b");
            }
            case WRITE_ROLES -> {
                String body = "{'extensionAttributes':{'extensionAttribute1':'a'}}";
                refused(
                        write(world, "Device.Read.All", "PATCH", lenas(world), body),
                        403,
                        "Authorization_RequestDenied");
                refused(
                        write(world, "GroupMember.Read.All", "PATCH", "/groups/" + GROUP, bound(WellKnown.LENA)),
                        403,
                        "Authorization_RequestDenied");
            }
            case WRITE_DEVICE_MEMBER_ROLES -> {
                String device = lenas(world).replace("/devices/", "");
                refused(
                        write(world, MEMBERS, "PATCH", "/groups/" + GROUP, bound(device)),
                        403,
                        "Authorization_RequestDenied");
                assertThat(write(world, MEMBERS + " " + DEVICES, "PATCH", "/groups/" + GROUP, bound(device))
                                .status())
                        .isEqualTo(204);
            }
            case WRITE_BIND_LIMIT ->
                refused(
                        write(
                                world,
                                MEMBERS,
                                "PATCH",
                                "/groups/" + GROUP,
                                bound(Collections.nCopies(21, WellKnown.LENA).toArray(String[]::new))),
                        400,
                        "Request_BadRequest");
            case WRITE_MEMBER_TWICE -> {
                Reply reply = write(world, MEMBERS, "PATCH", "/groups/" + GROUP, bound(WellKnown.LENA, WellKnown.ZOE));
                refused(reply, 400, "Request_BadRequest");
                assertThat(reply.errorMessage()).startsWith("One or more added object references already exist");
                assertThat(members(world)).containsExactly(WellKnown.ZOE);
            }
            case WRITE_MEMBER_EXISTS -> {
                refused(
                        write(world, MEMBERS, "PATCH", "/groups/" + GROUP, bound(WellKnown.LENA, NOBODY)),
                        404,
                        "Request_ResourceNotFound");
                assertThat(members(world)).containsExactly(WellKnown.ZOE);
            }
            case WRITE_NO_MEMBER -> {
                String lena = "/groups/" + GROUP + "/members/" + WellKnown.LENA + "/$ref";
                refused(write(world, MEMBERS, "DELETE", lena, ""), 404, "Request_ResourceNotFound");
                String one =
                        "{'@odata.id':'" + "https://graph.microsoft.com/v1.0/directoryObjects/" + WellKnown.LENA + "'}";
                assertThat(write(world, MEMBERS, "POST", "/groups/" + GROUP + "/members/$ref", one)
                                .status())
                        .isEqualTo(204);
                assertThat(world.graph(lena).status()).isEqualTo(200);
                assertThat(write(world, MEMBERS, "DELETE", lena, "").status()).isEqualTo(204);
                refused(world.graph(lena), 404, "Request_ResourceNotFound");
            }
            case WRITE_DYNAMIC -> refused(bindTo(world, "'dynamic':true"), 403, "Authorization_RequestDenied");
            case WRITE_ROLE_ASSIGNABLE ->
                refused(bindTo(world, "'roleAssignable':true"), 403, "Authorization_RequestDenied");
            case WRITE_SYNCED -> refused(bindTo(world, "'synced':true"), 400, "Request_BadRequest");
            case WRITE_LIMIT -> {
                String token = token(world, DEVICES);
                String device = lenas(world);
                ObjectNode twenty = Json.object();
                ArrayNode requests = twenty.putArray("requests");
                for (int i = 0; i < 20; i++) {
                    ObjectNode one = requests.addObject()
                            .put("id", Integer.toString(i))
                            .put("method", "PATCH")
                            .put("url", device);
                    one.putObject("headers").put("Content-Type", "application/json");
                    one.putObject("body").putObject("extensionAttributes");
                }
                List<Integer> statuses = new ArrayList<>();
                for (int i = 0; i < 151; i++) {
                    Reply reply = world.post("/v1.0/$batch", twenty, "Authorization", "Bearer " + token);
                    reply.json()
                            .path("responses")
                            .forEach(
                                    answer -> statuses.add(answer.path("status").asInt()));
                }
                assertThat(statuses.stream().filter(status -> status == 204)).hasSize(3_000);
                assertThat(statuses.stream().filter(status -> status == 429)).hasSize(20);
            }
            default -> throw new IllegalArgumentException("There is no probe of " + rule);
        }
    }

    private static Reply bindTo(World world, String property) throws Exception {
        String id = "22222222-2222-4333-8444-555555555555";
        world.change("{'type':'groupCreated','displayName':'Other','id':'" + id + "'," + property + "}");
        return write(world, MEMBERS, "PATCH", "/groups/" + id, bound(WellKnown.LENA));
    }

    private static String bound(String... ids) {
        ObjectNode body = Json.object();
        ArrayNode array = body.putArray("members@odata.bind");
        for (String id : ids) {
            array.add("https://graph.microsoft.com/v1.0/directoryObjects/" + id);
        }
        return Json.text(body);
    }

    private static List<String> members(World world) throws Exception {
        return world.graph("/groups/" + GROUP + "/members?$select=id").value().findValuesAsText("id");
    }

    private static String attribute(World world, int number) throws Exception {
        return world.graph(lenas(world) + "?$select=extensionAttributes")
                .json()
                .at("/extensionAttributes/extensionAttribute" + number)
                .asText();
    }

    private static String lenas(World world) {
        return "/devices/"
                + world.server
                        .parts()
                        .contoso()
                        .deviceByDeviceId(WellKnown.LENAS_IPHONE)
                        .orElseThrow()
                        .id();
    }

    private static Reply patch(World world, String body) throws Exception {
        return write(world, DEVICES, "PATCH", lenas(world), body);
    }

    private static Reply write(World world, String roles, String method, String path, String body) throws Exception {
        return world.send(
                method,
                world.uri("/v1.0" + path),
                "application/json",
                body.replace('\'', '"'),
                "Authorization",
                "Bearer " + token(world, roles));
    }

    private static String token(World world, String roles) throws Exception {
        return world.issued(
                Json.object().put("identity", "base").put("audience", "graph").put("scope", roles));
    }

    private static void refused(Reply reply, int status, String code) {
        assertThat(reply.status()).as("%s", reply.json()).isEqualTo(status);
        assertThat(reply.errorCode()).isEqualTo(code);
    }
}
