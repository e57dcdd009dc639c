package dev.mtdconnector.webhook;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.http.Fields;
import dev.mtdconnector.http.HttpAnswer;
import dev.mtdconnector.http.HttpRequest;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.intake.EventIntake;
import dev.mtdconnector.intake.IntakeAnswer;
import dev.mtdconnector.signin.Access;
import dev.mtdconnector.signin.Caller;
import dev.mtdconnector.signin.SealedSecrets;
import dev.mtdconnector.tenant.Tenant;
import dev.mtdconnector.tenant.TenantStore;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Takes what vendors push: proven by a feed key, or where the vendor cannot send one by its signature. Whatever is wrong with
 * a signature, its time, or the address, the answer is the same 401.
 */
public final class WebhookRoutes {

    private final WebhookStore store;
    private final Formats formats;
    private final SealedSecrets sealed;
    private final Signature signature;
    private final EventIntake intake;
    private final TenantStore tenants;

    public WebhookRoutes(
            WebhookStore store,
            Formats formats,
            SealedSecrets sealed,
            EventIntake intake,
            TenantStore tenants,
            Clock clock) {
        this.store = store;
        this.formats = formats;
        this.sealed = sealed;
        this.signature = new Signature(clock);
        this.intake = intake;
        this.tenants = tenants;
    }

    public List<Route> routes() {
        return List.of(
                new Route("POST", "/webhooks/{name}", Access.FEED, Route.JSON, this::withKey),
                new Route("POST", "/webhooks/{tenantId}/{name}", Access.SIGNATURE, Route.JSON, this::signed));
    }

    private HttpAnswer withKey(HttpRequest request, Caller caller) {
        Tenant tenant = tenants.find(((Caller.OfTenant) caller).tenantId())
                .orElseThrow(() -> new AppException(ErrorCode.IDENTITY_REQUIRED));
        Webhook webhook = store.find(tenant.tenantId(), name(request))
                .orElseThrow(() -> new AppException(ErrorCode.WEBHOOK_UNKNOWN));
        return take(tenant, webhook, request);
    }

    private HttpAnswer signed(HttpRequest request, Caller caller) {
        String tenantId = request.pathParameter("tenantId").toLowerCase(Locale.ROOT);
        Optional<Webhook> webhook = Fields.isGuid(tenantId) ? store.find(tenantId, name(request)) : Optional.empty();
        boolean isProven = webhook.map(Webhook::sealedSecret)
                .flatMap(secret -> sealed.open(tenantId, Webhook.SEALED_FOR, secret))
                .flatMap(Signature::key)
                .filter(key -> signature.isOf(request, key))
                .isPresent();
        Optional<Tenant> tenant = isProven ? tenants.find(tenantId) : Optional.empty();
        if (webhook.isEmpty() || tenant.isEmpty()) {
            throw new AppException(ErrorCode.IDENTITY_REQUIRED);
        }
        if (tenant.get().status() != Tenant.Status.ACTIVE) {
            throw new AppException(ErrorCode.TENANT_SUSPENDED);
        }
        return take(tenant.get(), webhook.get(), request);
    }

    private HttpAnswer take(Tenant tenant, Webhook webhook, HttpRequest request) {
        return IntakeAnswer.of(intake.accept(tenant, formats.of(webhook, tenant), request.body()));
    }

    /** Of the length that a key of storage may have. */
    private static String name(HttpRequest request) {
        String name = request.pathParameter("name");
        return name.length() > WebhookSettingsRoutes.LONGEST_NAME ? "" : name;
    }
}
