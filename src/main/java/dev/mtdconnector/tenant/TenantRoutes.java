package dev.mtdconnector.tenant;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.http.Fields;
import dev.mtdconnector.http.HttpAnswer;
import dev.mtdconnector.http.HttpRequest;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.signin.Access;
import dev.mtdconnector.signin.Caller;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Onboarding by the operator, and the tenant as it sees itself. */
public final class TenantRoutes {

    private static final int PAGE = 100;

    /** A filter may match few; so many pages of the store are looked through for one answer. */
    private static final int MOST_LOOKS = 10;

    private final Onboarding onboarding;
    private final TenantStore store;
    private final Consents consents;
    private final TenantView view;

    public TenantRoutes(Onboarding onboarding, TenantStore store, Consents consents, TenantView view) {
        this.onboarding = onboarding;
        this.store = store;
        this.consents = consents;
        this.view = view;
    }

    public List<Route> routes() {
        String tenants = "/api/v1/operator/tenants";
        return List.of(
                new Route("POST", tenants, Access.OPERATOR, Route.JSON, (request, caller) -> create(request)),
                new Route("GET", tenants, Access.OPERATOR, null, (request, caller) -> list(request)),
                new Route("GET", tenants + "/{tenantId}", Access.OPERATOR, null, (request, caller) -> show(request)),
                new Route("GET", "/api/v1/tenant", Access.SYSTEM_READ, null, (request, caller) -> own(caller)),
                new Route(
                        "POST",
                        "/api/v1/tenant/consent-check",
                        Access.SYSTEM_CHANGE,
                        Route.JSON,
                        (request, caller) -> checkConsent(request, caller)));
    }

    private HttpAnswer create(HttpRequest request) {
        Fields fields = Fields.of(request.body());
        Onboarding.Order order = new Onboarding.Order(
                fields.guid("directoryId"), Details.ofNew(fields), fields.optionalGuid("enterpriseGuid"));
        fields.done();
        order.details().checkGroups();
        Onboarding.Onboarded onboarded = onboarding.create(order);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("tenantId", onboarded.tenant().tenantId());
        answer.put("enterpriseGuid", onboarded.tenant().enterpriseGuid());
        answer.put("apiKey", onboarded.apiKey().present());
        answer.put("feedKey", onboarded.feedKey().present());
        answer.put("consentLink", onboarding.consentLink(onboarded.tenant().tenantId()));
        return HttpAnswer.json(201, answer);
    }

    private HttpAnswer list(HttpRequest request) {
        String after = request.query().get("after");
        if (after != null && !Fields.isGuid(after)) {
            throw AppException.invalid("after", "must be the next of the page before");
        }
        String label = request.query().get("status");
        Tenant.Status status = label == null ? null : status(label);
        String next = after == null ? null : after.toLowerCase(Locale.ROOT);
        List<Tenant> found = new ArrayList<>();
        for (int look = 0; look < MOST_LOOKS && found.size() < PAGE; look++) {
            int wanted = PAGE - found.size();
            List<Tenant> tenants = store.list(next, wanted);
            tenants.stream()
                    .filter(tenant -> status == null || tenant.status() == status)
                    .forEach(found::add);
            if (tenants.size() < wanted) {
                next = null;
                break;
            }
            next = tenants.get(wanted - 1).tenantId();
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("tenants", found.stream().map(view::ofOperator).toList());
        answer.put("next", next);
        return HttpAnswer.json(200, answer);
    }

    private static Tenant.Status status(String label) {
        for (Tenant.Status status : Tenant.Status.values()) {
            if (status.label().equals(label)) {
                return status;
            }
        }
        throw AppException.invalid("status", "must be one of active, suspended, offboarded, deleting");
    }

    private HttpAnswer show(HttpRequest request) {
        return HttpAnswer.json(200, view.ofOperator(find(request.pathParameter("tenantId"))));
    }

    private HttpAnswer own(Caller caller) {
        return HttpAnswer.json(200, view.ofTenant(find(((Caller.OfTenant) caller).tenantId())));
    }

    private HttpAnswer checkConsent(HttpRequest request, Caller caller) {
        Fields fields = Fields.of(request.body());
        String label = fields.oneOf(
                "registration",
                Arrays.stream(Registration.values()).map(Registration::label).toList());
        fields.done();
        Tenant tenant = find(((Caller.OfTenant) caller).tenantId());
        consents.check(tenant.tenantId(), Registration.ofLabel(label).orElseThrow());
        return HttpAnswer.json(200, view.ofTenant(find(tenant.tenantId())));
    }

    private Tenant find(String tenantId) {
        return Optional.of(tenantId.toLowerCase(Locale.ROOT))
                .filter(Fields::isGuid)
                .flatMap(store::find)
                .orElseThrow(() -> new AppException(ErrorCode.TENANT_UNKNOWN));
    }
}
