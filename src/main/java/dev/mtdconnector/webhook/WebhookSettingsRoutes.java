package dev.mtdconnector.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.http.Fields;
import dev.mtdconnector.http.HttpAnswer;
import dev.mtdconnector.http.HttpRequest;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.intake.EventIntake;
import dev.mtdconnector.signin.Access;
import dev.mtdconnector.signin.Caller;
import dev.mtdconnector.signin.SealedSecrets;
import dev.mtdconnector.tenant.Tenant;
import dev.mtdconnector.tenant.TenantStore;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An administrator's side of webhooks: set up, tried with a sample, taken away. */
public final class WebhookSettingsRoutes {

    static final int LONGEST_NAME = 40;

    /** Webhooks of a tenant. */
    static final int MOST = 20;

    private static final String ONE = "/api/v1/webhooks/{name}";

    private final WebhookStore store;
    private final Formats formats;
    private final SealedSecrets sealed;
    private final EventIntake intake;
    private final TenantStore tenants;
    private final String publicUrl;
    private final Clock clock;

    public WebhookSettingsRoutes(
            WebhookStore store,
            Formats formats,
            SealedSecrets sealed,
            EventIntake intake,
            TenantStore tenants,
            String publicUrl,
            Clock clock) {
        this.store = store;
        this.formats = formats;
        this.sealed = sealed;
        this.intake = intake;
        this.tenants = tenants;
        this.publicUrl = publicUrl;
        this.clock = clock;
    }

    public List<Route> routes() {
        return List.of(
                new Route("GET", "/api/v1/webhooks", Access.CONNECTOR_READ, null, this::list),
                new Route("GET", ONE, Access.CONNECTOR_READ, null, this::show),
                new Route("PUT", ONE, Access.CONNECTOR_CHANGE, Route.JSON, this::save),
                new Route("DELETE", ONE, Access.CONNECTOR_CHANGE, null, this::delete),
                new Route("POST", ONE + "/test", Access.CONNECTOR_CHANGE, Route.JSON, this::test));
    }

    /** The webhook as the API shows it; null when there is none. */
    public @Nullable Map<String, Object> view(String tenantId, String name) {
        return store.find(tenantId, bounded(name))
                .map(webhook -> view(tenantId, webhook))
                .orElse(null);
    }

    private Map<String, Object> view(String tenantId, Webhook webhook) {
        String mapping = webhook.mapping();
        boolean isSigned = webhook.sealedSecret() != null;
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("name", webhook.name());
        view.put("format", webhook.format());
        view.put("mapping", mapping == null ? null : Fields.parse(mapping));
        view.put("isSigned", isSigned);
        view.put("address", publicUrl + "/webhooks/" + (isSigned ? tenantId + "/" : "") + webhook.name());
        view.put("changedAt", webhook.changedAt());
        view.put("changedBy", webhook.changedBy());
        return view;
    }

    private HttpAnswer list(HttpRequest request, Caller caller) {
        String tenantId = ((Caller.OfTenant) caller).tenantId();
        return HttpAnswer.json(
                200,
                Map.of(
                        "webhooks",
                        store.list(tenantId).stream()
                                .map(webhook -> view(tenantId, webhook))
                                .toList()));
    }

    private HttpAnswer show(HttpRequest request, Caller caller) {
        String tenantId = ((Caller.OfTenant) caller).tenantId();
        return HttpAnswer.json(200, view(tenantId, find(tenantId, request)));
    }

    private HttpAnswer save(HttpRequest request, Caller caller) {
        Caller.Administrator administrator = (Caller.Administrator) caller;
        String tenantId = administrator.tenantId();
        String name = request.pathParameter("name");
        if (!name.matches("[a-z][a-z0-9-]{0," + (LONGEST_NAME - 1) + "}")) {
            throw AppException.invalid(
                    "name", "must be 1 to " + LONGEST_NAME + " small letters, digits and hyphens, a letter first");
        }
        @Nullable Webhook before = store.find(tenantId, name).orElse(null);
        if (before == null && store.list(tenantId).size() >= MOST) {
            throw new AppException(ErrorCode.WEBHOOK_LIMIT);
        }
        JsonNode body = Fields.parse(request.body());
        Fields fields = Fields.of(body);
        String format = fields.oneOfOr("format", formats.names(), Formats.MAPPED);
        fields.optionalObject("mapping", Mapping::of);
        if (fields.has("mapping") != format.equals(Formats.MAPPED)) {
            fields.refuse("mapping", fields.has("mapping") ? "is not for this format" : "is required");
        }
        String sealedSecret = sealedSecret(tenantId, fields, before);
        fields.done();
        String mapping = fields.has("mapping") ? body.path("mapping").toString() : null;
        store.save(tenantId, new Webhook(name, format, mapping, sealedSecret, clock.instant(), administrator.actor()));
        return show(request, caller);
    }

    /** A secret stays as it is where none is sent, and goes where a null is. */
    private @Nullable String sealedSecret(String tenantId, Fields fields, @Nullable Webhook before) {
        String secret = fields.optionalText("signingSecret", 100);
        if (secret == null) {
            return before == null || fields.has("signingSecret") ? null : before.sealedSecret();
        }
        if (Signature.key(secret).isEmpty()) {
            fields.refuse("signingSecret", "must be whsec_ and 24 to 64 bytes as Base64");
            return null;
        }
        return sealed.seal(tenantId, Webhook.SEALED_FOR, secret);
    }

    private HttpAnswer delete(HttpRequest request, Caller caller) {
        String tenantId = ((Caller.OfTenant) caller).tenantId();
        store.delete(tenantId, find(tenantId, request).name());
        return HttpAnswer.noContent();
    }

    private HttpAnswer test(HttpRequest request, Caller caller) {
        String tenantId = ((Caller.OfTenant) caller).tenantId();
        Tenant tenant = tenants.find(tenantId).orElseThrow(() -> new AppException(ErrorCode.TENANT_UNKNOWN));
        Webhook webhook = find(tenantId, request);
        return HttpAnswer.json(
                200,
                Map.of(
                        "events",
                        intake.look(tenant, formats.of(webhook, tenant), request.body()).stream()
                                .map(ReadAs::view)
                                .toList()));
    }

    private Webhook find(String tenantId, HttpRequest request) {
        return store.find(tenantId, bounded(request.pathParameter("name")))
                .orElseThrow(() -> new AppException(ErrorCode.WEBHOOK_UNKNOWN));
    }

    /** No longer than a key of storage may be. */
    private static String bounded(String name) {
        return name.length() > LONGEST_NAME ? "" : name;
    }
}
