package dev.mtdconnector.story;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.local.LocalWorld;
import dev.mtdconnector.local.mail.CaughtMail;
import dev.mtdconnector.local.story.StoryRunner;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What matters of a world after the story: what Intune was told and holds, what the connector holds, what mail went out.
 * Times, ids made by chance and how often something was tried are left out.
 *
 * @param toldStates the states that Intune was told of Lena's phone, in order, a message once however often it came
 * @param devices the connector's devices: id, state, what Intune was told
 */
record Snapshot(
        String connectorState,
        String intuneDevice,
        List<String> toldStates,
        List<Integer> sendsPerMessage,
        String tenant,
        String connector,
        List<String> devices,
        List<String> mailSubjects) {

    private static final String PHONE = "082fb7b9-70be-41a9-8d0b-d84fe7f17291";

    static Snapshot of(LocalWorld world, StoryRunner story) {
        Requests requests = new Requests(world);
        String apiKey = String.valueOf(story.values().get("apiKey"));
        JsonNode intune = requests.control("intune/devices/" + PHONE);
        JsonNode tenant = requests.api("/api/v1/tenant", apiKey);
        JsonNode connector = requests.api("/api/v1/connector", apiKey);
        return new Snapshot(
                requests.control("state").at("/connector/state").asText(),
                intune.path("threatState").asText() + " "
                        + intune.path("compliance").asText(),
                toldStates(requests),
                sends(requests),
                tenant.at("/consents/base/state").asText() + " "
                        + tenant.at("/consents/partner/state").asText(),
                connector.path("settings").toString()
                        + connector.path("enrollment")
                        + connector.path("stateSync")
                        + connector.path("errorManagement"),
                devices(requests.api("/api/v1/devices", apiKey)),
                mails(world));
    }

    private static List<String> toldStates(Requests requests) {
        TreeMap<String, String> byTime = new TreeMap<>();
        for (JsonNode message : requests.control("intune/messages").path("messages")) {
            try {
                for (JsonNode entity : contentOf(message)) {
                    if (entity.path("DeviceId").asText().equals(PHONE)) {
                        byTime.put(
                                entity.path("LastUpdateTime").asText(),
                                entity.path("ThreatState").asText());
                    }
                }
            } catch (IOException e) {
                throw new AssertionError("A message is not JSON: " + message, e);
            }
        }
        return new ArrayList<>(byTime.values());
    }

    private static JsonNode contentOf(JsonNode message) throws IOException {
        JsonNode content = message.path("content");
        return content.isTextual() ? Requests.JSON.readTree(content.textValue()) : content;
    }

    private static List<Integer> sends(Requests requests) {
        List<Integer> counts = new ArrayList<>();
        requests.control("intune/messages")
                .path("messages")
                .forEach(message -> counts.add(message.path("count").asInt()));
        return counts;
    }

    private static List<String> devices(JsonNode page) {
        TreeSet<String> devices = new TreeSet<>();
        for (JsonNode device : page.path("devices")) {
            devices.add(device.path("deviceId").asText() + " "
                    + device.path("state").asText() + " "
                    + device.at("/intune/published").asText() + " " + device.path("openThreats"));
        }
        return List.copyOf(devices);
    }

    /** One line a Message-ID: a mail that came twice under one id is one. */
    private static List<String> mails(LocalWorld world) {
        TreeMap<String, String> byId = new TreeMap<>();
        for (CaughtMail mail : world.simulator().mails().mails()) {
            // A report of the error that was injected is no difference.
            if (!mail.subject().startsWith("MTD connector of")) {
                byId.put(String.valueOf(mail.messageId()), mail.subject());
            }
        }
        return List.copyOf(byId.values());
    }

    /** The same but for how often each message came: a repeat after a crash is allowed, and harmless. */
    Snapshot withoutCounts() {
        return new Snapshot(
                connectorState, intuneDevice, toldStates, List.of(), tenant, connector, devices, mailSubjects);
    }
}
