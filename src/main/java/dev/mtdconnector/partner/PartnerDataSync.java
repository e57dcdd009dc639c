package dev.mtdconnector.partner;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mtdconnector.common.RetryAfter;
import dev.mtdconnector.common.Sleeper;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.common.UpstreamException.Kind;
import dev.mtdconnector.common.UpstreamException.Service;
import dev.mtdconnector.connector.IntuneConnection;
import dev.mtdconnector.graph.AccessTokens;
import dev.mtdconnector.graph.BoundedHttp;
import dev.mtdconnector.graph.ServiceDirectory;
import dev.mtdconnector.intune.IntunePublisher;
import dev.mtdconnector.partner.ServiceEndpoints.SyncService;
import dev.mtdconnector.tenant.Registration;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Intune's partner data-sync protocol: discovery, provisioning, heartbeat, uploads and their status.
 *
 * <p>The envelope is public by way of other partners' open code. The entity that carries a threat level is not: its
 * number and its field's name come from the settings, and without them {@link #content} says NOT_CONFIGURED.
 *
 * <p>An exchange is tried twice at most, a second apart: the service now and then rejects a token that was only just
 * issued, and every request here is idempotent by its key. Longer waits are the caller's.
 */
public final class PartnerDataSync implements IntuneConnection, IntunePublisher {

    static final Duration RETRY_WAIT = Duration.ofSeconds(1);
    static final int MAX_BODY = 1 << 20;

    private static final String TENANT_API = "1.6";
    private static final String DEVICE_API = "1.2";
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Always three digits of a second, so that the same time is always the same text. */
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final PartnerSettings settings;
    private final ServiceEndpoints endpoints;
    private final AccessTokens tokens;
    private final Clock clock;
    private final Sleeper sleeper;
    private final BoundedHttp http = new BoundedHttp(Duration.ofSeconds(30), MAX_BODY);

    public PartnerDataSync(
            PartnerSettings settings, ServiceDirectory directory, AccessTokens tokens, Clock clock, Sleeper sleeper) {
        this.settings = settings;
        this.endpoints = new ServiceEndpoints(settings, directory, clock);
        this.tokens = tokens;
        this.clock = clock;
        this.sleeper = sleeper;
    }

    @Override
    public void provision(String tenantId) {
        ObjectNode body = JSON.createObjectNode()
                .put("Provisioned", 1)
                .put("PartnerEnrollmentUrl", settings.enrollmentUrl().toString())
                .put("PartnerRemediationUrl", settings.remediationUrl().toString());
        putTenant(tenantId, body);
    }

    @Override
    public void deprovision(String tenantId) {
        putTenant(tenantId, JSON.createObjectNode().put("Provisioned", 2));
    }

    private void putTenant(String tenantId, ObjectNode body) {
        Request request =
                new Request("PUT", SyncService.TENANT, "PartnerTenants", guid(tenantId), TENANT_API, body, false);
        request.success(exchange(tenantId, request));
    }

    @Override
    public HeartbeatAnswer heartbeat(String tenantId, Instant now) {
        ObjectNode body = JSON.createObjectNode().put("Timestamp", TIME.format(now));
        Request request = new Request(
                "PUT", SyncService.TENANT, "PartnerTenantHeartbeat", guid(tenantId), TENANT_API, body, true);
        return PartnerAnswers.heartbeat(request.success(exchange(tenantId, request)));
    }

    /** Times are cut to milliseconds. */
    @Override
    public String content(String tenantId, List<DeviceReport> reports) {
        Integer entityType = settings.entityType();
        String threatField = settings.threatField();
        if (entityType == null || threatField == null) {
            throw new UpstreamException(
                    Service.INTUNE,
                    Kind.NOT_CONFIGURED,
                    "Microsoft gives the entity type and the field of the threat level to its partners only;"
                            + " they are not in the settings");
        }
        ArrayNode entities = JSON.createArrayNode();
        for (DeviceReport report : reports) {
            ObjectNode entity = entities.addObject()
                    .put("EntityType", entityType)
                    .put("TenantId", tenantId)
                    .put("DeviceId", report.deviceId());
            if (report.userId() != null) {
                entity.put("UserId", report.userId());
            }
            entity.put("LastUpdateTime", TIME.format(report.lastUpdateTime()))
                    .put(threatField, report.state().wireName());
        }
        return text(entities);
    }

    @Override
    public void upload(String tenantId, UUID messageId, Instant uploadTime, String content, Runnable checkpoint) {
        ObjectNode body = JSON.createObjectNode()
                .put("TenantId", tenantId)
                .put("UploadTime", TIME.format(uploadTime))
                .put("Content", content);
        Request request =
                new Request("PUT", SyncService.DEVICE, "DataUploadMessages", messageId, DEVICE_API, body, false);
        PartnerAnswers.upload(request.success(exchange(tenantId, request, checkpoint)), messageId);
    }

    @Override
    public UploadStatus status(String tenantId, UUID messageId) {
        Request request =
                new Request("GET", SyncService.DEVICE, "DataUploadMessages", messageId, DEVICE_API, null, false);
        Answer answer = exchange(tenantId, request);
        if (answer.status() == 404) {
            return new UploadStatus(Progress.UNKNOWN, null);
        }
        return PartnerAnswers.status(request.success(answer));
    }

    private Answer exchange(String tenantId, Request request) {
        return exchange(tenantId, request, () -> {});
    }

    private Answer exchange(String tenantId, Request request, Runnable checkpoint) {
        AccessTokens.Key key = new AccessTokens.Key(Registration.PARTNER, tenantId, settings.tokenScope());
        for (boolean again = false; ; again = true) {
            String token = tokens.token(key);
            try {
                Answer answer = send(tenantId, token, request, checkpoint);
                if (answer.status() == 401 || answer.status() == 403) {
                    // One that is forbidden may be of before a role was granted; the next request gets a new one.
                    tokens.drop(key, token);
                }
                if (answer.status() >= 500) {
                    // A tenant that was moved may be answered like this at its old address.
                    endpoints.drop(tenantId);
                }
                if (again || !(answer.status() == 401 || answer.status() >= 500)) {
                    return answer;
                }
            } catch (IOException e) {
                endpoints.drop(tenantId);
                if (again) {
                    String how = e.getClass().getSimpleName();
                    throw new UpstreamException(
                            Service.INTUNE,
                            Kind.UNAVAILABLE,
                            "No answer of Intune to " + request + " (" + how + ")",
                            null,
                            e);
                }
            }
            pause(request);
        }
    }

    private Answer send(String tenantId, String token, Request request, Runnable checkpoint) throws IOException {
        URI uri = URI.create(endpoints.of(tenantId, request.service()) + "/" + request.path());
        HttpRequest.Builder builder = HttpRequest.newBuilder(uri)
                .method(
                        request.method(),
                        request.body() == null
                                ? BodyPublishers.noBody()
                                : BodyPublishers.ofString(text(request.body())))
                .header("Accept", "application/json")
                .header("Authorization", "Bearer " + token);
        if (request.body() != null) {
            builder.header("Content-Type", "application/json");
        }
        if (request.returnContent()) {
            builder.header("Prefer", "return-content");
        }
        checkpoint.run();
        BoundedHttp.Answer answer = http.send(builder.build());
        JsonNode body = object(answer.body());
        int status = answer.status();
        if (status >= 200 && status < 300 && body != null) {
            // The service can carry a failure inside a success.
            int inner = body.path("HttpStatusCode").asInt(status);
            status = inner == 0 ? status : inner;
        }
        return new Answer(status, body, RetryAfter.parse(answer.header("Retry-After"), clock.instant()));
    }

    private void pause(Request request) {
        try {
            sleeper.sleep(RETRY_WAIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UpstreamException(
                    Service.INTUNE, Kind.UNAVAILABLE, "Stopped before " + request + " was sent again", null, e);
        }
    }

    private static @Nullable JsonNode object(String body) {
        try {
            JsonNode node = JSON.readTree(body);
            return node != null && node.isObject() ? node : null;
        } catch (IOException e) {
            return null;
        }
    }

    private static String text(JsonNode node) {
        try {
            return JSON.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A tree of values could not be written", e);
        }
    }

    private static UUID guid(String tenantId) {
        return UUID.fromString(tenantId);
    }

    /** An answer; {@code body} is null when it is no JSON object. */
    private record Answer(
            int status, @Nullable JsonNode body, @Nullable Duration retryAfter) {

        @Override
        public String toString() {
            return "Answer[" + status + "]";
        }
    }

    /** A request of the protocol, addressed by an OData key. */
    private record Request(
            String method,
            SyncService service,
            String set,
            UUID key,
            String apiVersion,
            @Nullable JsonNode body,
            boolean returnContent) {

        private String path() {
            return set + "(guid'" + key + "')?api-version=" + apiVersion;
        }

        /** The body of a success. */
        private JsonNode success(Answer answer) {
            if (answer.status() < 200 || answer.status() >= 300) {
                throw failure(answer);
            }
            if (answer.body() == null) {
                if (answer.status() == 204) {
                    return JSON.createObjectNode();
                }
                throw PartnerAnswers.unreadable("something unreadable to " + this);
            }
            JsonNode detail = answer.body().path("ErrorDetail");
            boolean isUpload = set.equals("DataUploadMessages"); // which says by its own code or status
            if (!isUpload && detail.isTextual() && !detail.textValue().isBlank()) {
                throw new UpstreamException(
                        Service.INTUNE,
                        Kind.REFUSED,
                        "Intune took " + this + " with an error: " + PartnerAnswers.detail(answer.body()));
            }
            return answer.body();
        }

        private UpstreamException failure(Answer answer) {
            Kind kind = switch (answer.status()) {
                case 401, 403 -> Kind.FORBIDDEN;
                case 404 -> Kind.NOT_FOUND;
                case 408 -> Kind.UNAVAILABLE;
                case 429 -> Kind.THROTTLED;
                default -> answer.status() >= 500 ? Kind.UNAVAILABLE : Kind.REFUSED;
            };
            String detail = answer.body() == null ? "" : ": " + PartnerAnswers.detail(answer.body());
            return new UpstreamException(
                    Service.INTUNE,
                    kind,
                    "Intune answered " + answer.status() + " to " + this + detail,
                    answer.retryAfter(),
                    null);
        }

        @Override
        public String toString() {
            return method + " " + set + " " + key;
        }
    }
}
