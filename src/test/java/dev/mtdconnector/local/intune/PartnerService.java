package dev.mtdconnector.local.intune;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The partner data-sync protocol over HTTP, without the HTTP server: {@code PartnerTenants},
 * {@code PartnerTenantHeartbeat} and {@code DataUploadMessages}, as public partner code speaks it. Errors are OData v3
 * error documents; their codes and the statuses 409 are ours, since Microsoft publishes none.
 */
public final class PartnerService {

    /** The application role that lets a partner report device health. */
    public static final String ROLE = "update_device_health";

    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);
    private static final Pattern RESOURCE = Pattern.compile("/(tenant|device)/([A-Za-z]+)\\(guid'([^']*)'\\)");
    private static final String TENANT_VERSION = "1.6";
    private static final String DEVICE_VERSION = "1.2";

    private final SimulatedIntune intune;
    private final PartnerTokens tokens;
    private final Set<IntuneRule> off;

    /** @param off the rules that are switched off, for tests */
    public PartnerService(SimulatedIntune intune, PartnerTokens tokens, Set<IntuneRule> off) {
        this.intune = intune;
        this.tokens = tokens;
        this.off = Set.copyOf(off);
    }

    /** Who may be calling: reads the bearer token of a request. */
    @FunctionalInterface
    public interface PartnerTokens {

        /**
         * The app-only caller that this header proves.
         *
         * @param authorization the header as it came; null when there was none
         * @return null when the token is absent, expired, not of our issuer or not for
         *     {@code https://api.manage.microsoft.com/}
         */
        @Nullable
        Caller caller(@Nullable String authorization);
    }

    /** An application in a tenant. */
    public record Caller(String tenantId, Set<String> roles) {}

    /**
     * A request.
     *
     * @param path decoded, below the service's base: {@code /tenant/PartnerTenants(guid'…')}
     * @param apiVersion the query's {@code api-version}; null when it has none
     * @param prefer the header of that name; null when there is none
     */
    @SuppressWarnings("ArrayRecordComponent") // Requests are not compared.
    public record Request(
            String method,
            String path,
            @Nullable String apiVersion,
            @Nullable String authorization,
            @Nullable String prefer,
            byte[] body) {}

    /** An answer; without a body when {@code body} is null. */
    public record Reply(int status, @Nullable JsonNode body) {}

    /** Answers a request; refusals are replies too, and have changed nothing. */
    public Reply answer(Request request) {
        try {
            return dispatch(request);
        } catch (IntuneRefusal refusal) {
            ObjectNode error = JsonNodeFactory.instance.objectNode();
            error.putObject("odata.error")
                    .put("code", refusal.code())
                    .putObject("message")
                    .put("lang", "en-US")
                    .put("value", refusal.text());
            return new Reply(refusal.status(), error);
        }
    }

    private Reply dispatch(Request request) {
        Caller caller = authorize(request.authorization());
        Matcher resource = RESOURCE.matcher(request.path());
        if (!resource.matches()) {
            throw new IntuneRefusal(404, "ResourceNotFound", "There is no such resource");
        }
        String key = resource.group(3);
        if (!Fields.isGuid(key) && keeps(IntuneRule.KEY_IS_A_GUID)) {
            throw IntuneRefusal.badRequest("The key must be a GUID");
        }
        key = key.toLowerCase(Locale.ROOT);
        return switch (resource.group(1) + "/" + resource.group(2)) {
            case "tenant/PartnerTenants" -> {
                check(request, TENANT_VERSION, "PUT");
                yield provision(tenant(caller, key), request);
            }
            case "tenant/PartnerTenantHeartbeat" -> {
                check(request, TENANT_VERSION, "PUT");
                yield heartbeat(tenant(caller, key), request);
            }
            case "device/DataUploadMessages" -> {
                check(request, DEVICE_VERSION, "PUT", "GET");
                yield request.method().equals("PUT")
                        ? upload(caller.tenantId(), key, request)
                        : status(caller.tenantId(), key);
            }
            default -> throw new IntuneRefusal(404, "ResourceNotFound", "There is no such resource");
        };
    }

    private Caller authorize(@Nullable String authorization) {
        Caller caller = tokens.caller(authorization);
        if (caller == null) {
            throw new IntuneRefusal(401, "Unauthorized", "The token is missing, expired or not for this service");
        }
        if (!caller.roles().contains(ROLE) && keeps(IntuneRule.TOKEN_HAS_ROLE)) {
            throw new IntuneRefusal(403, "Forbidden", "The token lacks the role " + ROLE);
        }
        return caller;
    }

    private void check(Request request, String version, String... methods) {
        if (!List.of(methods).contains(request.method())) {
            throw new IntuneRefusal(405, "MethodNotAllowed", "Allowed: " + String.join(", ", methods));
        }
        if (!version.equals(request.apiVersion()) && keeps(IntuneRule.API_VERSION_IS_KNOWN)) {
            throw IntuneRefusal.badRequest("api-version must be " + version);
        }
    }

    private String tenant(Caller caller, String key) {
        if (!key.equals(caller.tenantId()) && keeps(IntuneRule.TENANT_IS_THE_TOKENS)) {
            throw new IntuneRefusal(403, "Forbidden", "The key is not the tenant of the token");
        }
        return key;
    }

    private Reply provision(String tenantId, Request request) {
        Fields body = body(request, Set.of("Provisioned", "PartnerEnrollmentUrl", "PartnerRemediationUrl"));
        int provisioned = body.number("Provisioned");
        if (provisioned != 1 && provisioned != 2) {
            throw body.wrong("Provisioned", "must be 1 (provision) or 2 (deprovision)");
        }
        body.optionalUrl("PartnerEnrollmentUrl");
        body.optionalUrl("PartnerRemediationUrl");
        intune.provision(tenantId, provisioned == 1);
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("Key", tenantId).put("ContextId", tenantId).put("Provisioned", provisioned);
        answer.put("HttpStatusCode", 200).putNull("ErrorDetail");
        return new Reply(200, answer);
    }

    private Reply heartbeat(String tenantId, Request request) {
        Fields body = body(request, Set.of("Timestamp"));
        body.time("Timestamp");
        SimulatedIntune.HeartbeatResult result = intune.heartbeat(tenantId);
        if (!"return-content".equals(request.prefer()) && keeps(IntuneRule.CONTENT_ONLY_WHEN_PREFERRED)) {
            return new Reply(204, null);
        }
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        // The value of ClientType is not public; this one is ours.
        answer.put("Key", tenantId).put("TenantId", tenantId).put("ClientType", "MobileThreatDefense");
        answer.put("Timestamp", body.text("Timestamp"));
        answer.put(
                "ResyncTimestamp",
                result.resyncRequested() == null
                        ? null
                        : result.resyncRequested().toString());
        answer.put("HttpStatusCode", 200).putNull("ErrorDetail");
        // The shape of an error is not public either: it is that of an upload's own answer.
        var errors = answer.putArray("MessageErrors");
        for (SimulatedIntune.ReceivedMessage failed : result.failures()) {
            errors.addObject()
                    .put("MessageId", failed.messageId())
                    .put("ErrorCode", 1)
                    .put("ErrorDetail", failed.failure());
        }
        return new Reply(200, answer);
    }

    private Reply upload(String tenantId, String messageId, Request request) {
        Fields body = body(request, Set.of("TenantId", "UploadTime", "Content"));
        if (keeps(IntuneRule.TENANT_IS_THE_TOKENS)) {
            body.tenant("TenantId", tenantId);
        }
        body.time("UploadTime");
        intune.upload(tenantId, messageId, body.text("Content"));
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("TenantId", tenantId).put("MessageId", messageId);
        answer.put("ErrorCode", 0).putNull("ErrorDetail");
        return new Reply(200, answer);
    }

    private Reply status(String tenantId, String messageId) {
        SimulatedIntune.ReceivedMessage message = intune.message(tenantId, messageId)
                .orElseThrow(() -> new IntuneRefusal(404, "ResourceNotFound", "There is no such message"));
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("Status", message.status()).put("ErrorCode", message.failure() == null ? 0 : 1);
        answer.put("ErrorDetail", message.failure());
        return new Reply(200, answer);
    }

    private Fields body(Request request, Set<String> known) {
        try {
            return new Fields("", JSON.readTree(request.body()), known, off);
        } catch (IOException e) {
            throw IntuneRefusal.badRequest("The body is not JSON");
        }
    }

    private boolean keeps(IntuneRule rule) {
        return !off.contains(rule);
    }
}
