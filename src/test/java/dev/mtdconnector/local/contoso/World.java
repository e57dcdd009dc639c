package dev.mtdconnector.local.contoso;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mtdconnector.local.http.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A running Contoso and an HTTP client for it: what the simulator's tests talk with. */
final class World implements AutoCloseable {

    static final String CALLBACK = "http://localhost:7071/consent/callback";
    static final String GRAPH_SCOPE = "https://graph.microsoft.com/.default";
    static final String INTUNE_SCOPE = "https://api.manage.microsoft.com//.default";
    private static final String[] NONE = new String[0];

    final ContosoServer server;
    final ContosoOptions options;
    private final HttpClient client;
    private volatile IntuneView.Connector connector = IntuneView.SILENT.connector();

    World(ContosoOptions options) {
        this.options = options;
        this.server = ContosoServer.start(
                options,
                parts -> new IntuneView() {
                    @Override
                    public Connector connector() {
                        return connector;
                    }

                    @Override
                    public DeviceState device(String deviceId) {
                        return DeviceState.UNKNOWN;
                    }
                },
                List.of());
        this.client = HttpClient.newBuilder()
                .sslContext(server.clientContext())
                .connectTimeout(Duration.ofSeconds(10))
                .build();
    }

    /** Intune shows this of the partner from now on. */
    void shows(IntuneView.Connector shown) {
        connector = shown;
    }

    static World start() {
        return new World(ContosoOptions.forTests());
    }

    /** With the base registration consented to. */
    static World consented() throws IOException, InterruptedException {
        return consented(ContosoOptions.forTests());
    }

    static World consented(ContosoOptions options) throws IOException, InterruptedException {
        World world = new World(options);
        world.consent("base");
        return world;
    }

    @Override
    public void close() {
        server.close();
    }

    /** An answer; {@code json} is missing when the body is none. */
    record Reply(HttpResponse<String> response, JsonNode json) {
        int status() {
            return response.statusCode();
        }

        String errorCode() {
            return json.path("error").path("code").asText();
        }

        String errorMessage() {
            return json.path("error").path("message").asText();
        }

        JsonNode value() {
            return json.path("value");
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }
    }

    Reply send(String method, URI uri, String contentType, String body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(Duration.ofSeconds(20))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (!contentType.isEmpty()) {
            request.header("Content-Type", contentType);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
        JsonNode json = Json.object().missingNode();
        if (response.headers().firstValue("Content-Type").orElse("").contains("json")) {
            json = Json.parse(response.body());
        }
        return new Reply(response, json);
    }

    URI uri(String pathAndQuery) {
        return URI.create(server.address() + pathAndQuery.replace(" ", "%20"));
    }

    Reply get(String pathAndQuery, String... headers) throws IOException, InterruptedException {
        return send("GET", uri(pathAndQuery), "", "", headers);
    }

    Reply post(String path, JsonNode body, String... headers) throws IOException, InterruptedException {
        return send("POST", uri(path), "application/json", Json.text(body), headers);
    }

    Reply post(String path, String json, String... headers) throws IOException, InterruptedException {
        return send("POST", uri(path), "application/json", json, headers);
    }

    /** Asks Graph as the base registration. */
    Reply graph(String pathAndQuery, String... headers) throws IOException, InterruptedException {
        return as(token("graph", "base"), pathAndQuery, headers);
    }

    /** Asks Graph with these roles in the token, whatever was granted. */
    Reply graphWithRoles(String roles, String pathAndQuery) throws IOException, InterruptedException {
        ObjectNode ask =
                Json.object().put("identity", "base").put("audience", "graph").put("scope", roles);
        return as(issued(ask), pathAndQuery, NONE);
    }

    Reply as(String token, String pathAndQuery, String... headers) throws IOException, InterruptedException {
        String[] all = new String[headers.length + 2];
        all[0] = "Authorization";
        all[1] = "Bearer " + token;
        System.arraycopy(headers, 0, all, 2, headers.length);
        return get("/v1.0" + pathAndQuery, all);
    }

    /** A token by the control API. */
    String token(String audience, String identity) throws IOException, InterruptedException {
        return issued(Json.object().put("identity", identity).put("audience", audience));
    }

    String issued(ObjectNode ask) throws IOException, InterruptedException {
        Reply reply = post("/control/tokens", ask);
        assertThat(reply.status()).as("%s", reply.json()).isEqualTo(200);
        return reply.json().path("access_token").asText();
    }

    Reply change(String json) throws IOException, InterruptedException {
        return post("/control/changes", json.replace('\'', '"'));
    }

    void consent(String label) throws IOException, InterruptedException {
        Reply reply = decide(consentPath(label), WellKnown.INES, "accept");
        assertThat(reply.status()).as("consent to " + label).isEqualTo(302);
    }

    static String consentPath(String label) {
        String clientId = switch (label) {
            case "base" -> WellKnown.BASE_CLIENT;
            case "attribute" -> WellKnown.ATTRIBUTE_CLIENT;
            case "group" -> WellKnown.GROUP_CLIENT;
            case "device-group" -> WellKnown.DEVICE_GROUP_CLIENT;
            default -> WellKnown.PARTNER_CLIENT;
        };
        return consentPath(clientId, label.equals("partner") ? INTUNE_SCOPE : GRAPH_SCOPE, CALLBACK);
    }

    static String consentPath(String clientId, String scope, String redirectUri) {
        return "/" + WellKnown.TENANT + "/v2.0/adminconsent?"
                + encoded(Map.of("client_id", clientId, "scope", scope, "redirect_uri", redirectUri, "state", "s 1&2"));
    }

    Reply decide(String path, String identity, String decision) throws IOException, InterruptedException {
        return form(server.address() + path, Map.of("identity", identity, "decision", decision));
    }

    Reply form(String url, Map<String, String> fields) throws IOException, InterruptedException {
        return send("POST", URI.create(url), "application/x-www-form-urlencoded", encoded(fields));
    }

    /** Asks the token endpoint over https, as the connector does. */
    Reply tokenRequest(String tenant, Map<String, String> fields) throws IOException, InterruptedException {
        return form(server.loginAddress() + "/" + tenant + "/oauth2/v2.0/token", fields);
    }

    /** A good token request of the base registration; some fields may be replaced. */
    Map<String, String> goodTokenRequest() {
        Map<String, String> fields = new java.util.HashMap<>();
        fields.put("grant_type", "client_credentials");
        fields.put("client_id", WellKnown.BASE_CLIENT);
        fields.put("client_secret", options.baseSecret());
        fields.put("scope", GRAPH_SCOPE + " openid profile offline_access");
        return fields;
    }

    static String encoded(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(one -> one.getKey() + "=" + URLEncoder.encode(one.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }
}
