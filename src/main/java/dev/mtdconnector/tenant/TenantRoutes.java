package dev.mtdconnector.tenant;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.http.Fields;
import dev.mtdconnector.http.HttpAnswer;
import dev.mtdconnector.http.HttpRequest;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.signin.Access;
import dev.mtdconnector.signin.Caller;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Onboarding by the operator, and the tenant as it sees itself. */
public final class TenantRoutes {

    private static final int PAGE = 100;

    private final Onboarding onboarding;
    private final TenantStore store;
    private final ConsentFlow consentFlow;

    public TenantRoutes(Onboarding onboarding, TenantStore store, ConsentFlow consentFlow) {
        this.onboarding = onboarding;
        this.store = store;
        this.consentFlow = consentFlow;
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
                fields.guid("directoryId"),
                fields.optionalText("name", 200),
                fields.guid("fullAccessGroupId"),
                fields.optionalGuid("restrictedAccessGroupId"),
                fields.optionalGuid("readOnlyAccessGroupId"),
                fields.email("primaryContact"),
                "en",
                fields.optionalGuid("enterpriseGuid"));
        fields.done();
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
        List<Tenant> tenants = store.list(after == null ? null : after.toLowerCase(Locale.ROOT), PAGE);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("tenants", tenants.stream().map(this::view).toList());
        answer.put("next", tenants.size() < PAGE ? null : tenants.get(PAGE - 1).tenantId());
        return HttpAnswer.json(200, answer);
    }

    private HttpAnswer show(HttpRequest request) {
        return HttpAnswer.json(200, view(find(request.pathParameter("tenantId"))));
    }

    private HttpAnswer own(Caller caller) {
        return HttpAnswer.json(200, view(find(((Caller.OfTenant) caller).tenantId())));
    }

    private HttpAnswer checkConsent(HttpRequest request, Caller caller) {
        Fields fields = Fields.of(request.body());
        String label = fields.oneOf("registration", List.of("base", "partner"));
        fields.done();
        Tenant tenant = find(((Caller.OfTenant) caller).tenantId());
        consentFlow.check(tenant.tenantId(), Registration.valueOf(label.toUpperCase(Locale.ROOT)));
        return HttpAnswer.json(200, view(tenant));
    }

    private Tenant find(String tenantId) {
        return Optional.of(tenantId.toLowerCase(Locale.ROOT))
                .filter(Fields::isGuid)
                .flatMap(store::find)
                .orElseThrow(() -> new AppException(ErrorCode.TENANT_UNKNOWN));
    }

    private Map<String, Object> view(Tenant tenant) {
        Map<String, Object> consents = new LinkedHashMap<>();
        for (Registration registration : Registration.values()) {
            Consent consent = store.consent(tenant.tenantId(), registration);
            Map<String, Object> view = new LinkedHashMap<>();
            view.put("state", consent.state().label());
            view.put("missing", consent.missing());
            view.put("checkedAt", consent.checkedAt());
            consents.put(registration.label(), view);
        }
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("tenantId", tenant.tenantId());
        view.put("name", tenant.name());
        view.put("enterpriseGuid", tenant.enterpriseGuid());
        view.put("fullAccessGroupId", tenant.fullAccessGroupId());
        view.put("restrictedAccessGroupId", tenant.restrictedAccessGroupId());
        view.put("primaryContact", tenant.primaryContact());
        view.put("consents", consents);
        return view;
    }
}
