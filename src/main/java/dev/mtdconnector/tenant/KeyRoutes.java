package dev.mtdconnector.tenant;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.http.Fields;
import dev.mtdconnector.http.HttpAnswer;
import dev.mtdconnector.http.HttpRequest;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.signin.Access;
import dev.mtdconnector.signin.Caller;
import dev.mtdconnector.signin.Key;
import dev.mtdconnector.signin.Role;
import java.time.Clock;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A tenant's keys, for its full administrators and for the operator. No answer holds a hash; one holds a new key. */
public final class KeyRoutes {

    private static final int LONGEST_NAME = 100;
    private static final int DAYS = 90;
    private static final List<String> KINDS = List.of(Key.Kind.API.label(), Key.Kind.FEED.label());
    private static final List<String> ROLES =
            Arrays.stream(Role.values()).map(Role::label).toList();

    private final TenantKeys keys;
    private final TenantStore tenants;
    private final Clock clock;

    public KeyRoutes(TenantKeys keys, TenantStore tenants, Clock clock) {
        this.keys = keys;
        this.tenants = tenants;
        this.clock = clock;
    }

    public List<Route> routes() {
        String own = "/api/v1/keys";
        String operators = "/api/v1/operator/tenants/{tenantId}/keys";
        return List.of(
                new Route("GET", own, Access.SYSTEM_READ, null, (request, caller) -> list(tenantId(caller))),
                new Route("POST", own, Access.SYSTEM_CHANGE, Route.JSON, this::issue),
                new Route("DELETE", own + "/{keyId}", Access.SYSTEM_CHANGE, null, this::revoke),
                new Route(
                        "GET",
                        operators,
                        Access.OPERATOR,
                        null,
                        (request, caller) -> list(known(request).tenantId())),
                new Route(
                        "POST", operators, Access.OPERATOR, Route.JSON, (request, caller) -> issueByOperator(request)),
                new Route(
                        "DELETE",
                        operators + "/{keyId}",
                        Access.OPERATOR,
                        null,
                        (request, caller) -> revoke(known(request).tenantId(), request, TenantKey.OPERATOR)));
    }

    private HttpAnswer list(String tenantId) {
        return HttpAnswer.json(
                200, Map.of("keys", keys.list(tenantId).stream().map(this::view).toList()));
    }

    private HttpAnswer issue(HttpRequest request, Caller caller) {
        Fields fields = Fields.of(request.body());
        Key.Kind kind = kind(fields);
        // A feed key has no role, so a role for one is a field that is not known.
        Role role = kind == Key.Kind.API ? role(fields.oneOf("role", ROLES)) : null;
        TenantKeys.Order order = new TenantKeys.Order(
                kind,
                role,
                fields.label("name", LONGEST_NAME),
                fields.betweenOr("expiresInDays", 1, TenantKeys.MOST_DAYS, DAYS),
                actor(caller));
        fields.done();
        return issued(keys.issue(tenantId(caller), order));
    }

    private HttpAnswer issueByOperator(HttpRequest request) {
        Tenant tenant = known(request);
        // A key that is stored while all is deleted could outlive the deletion, and open the tenant that comes after.
        tenant.standing().checkHasNotLeft();
        Fields fields = Fields.of(request.body());
        Key.Kind kind = kind(fields);
        Role role = kind == Key.Kind.API ? role(fields.oneOfOr("role", ROLES, Role.FULL.label())) : null;
        TenantKeys.Order order = new TenantKeys.Order(
                kind,
                role,
                fields.labelOr("name", LONGEST_NAME, "Key from the operator"),
                fields.betweenOr("expiresInDays", 1, TenantKeys.MOST_DAYS, TenantKeys.MOST_DAYS),
                TenantKey.OPERATOR);
        fields.done();
        return issued(keys.issue(tenant.tenantId(), order));
    }

    private HttpAnswer issued(TenantKeys.Issued issued) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("key", issued.key().present());
        answer.putAll(view(issued.kept()));
        return HttpAnswer.json(201, answer);
    }

    private HttpAnswer revoke(HttpRequest request, Caller caller) {
        return revoke(tenantId(caller), request, actor(caller));
    }

    private HttpAnswer revoke(String tenantId, HttpRequest request, String revokedBy) {
        keys.revoke(tenantId, request.pathParameter("keyId"), revokedBy);
        return HttpAnswer.noContent();
    }

    private Map<String, Object> view(TenantKey key) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("id", key.keyId());
        view.put("kind", key.kind().label());
        view.put("name", key.name());
        view.put("role", key.role() == null ? null : key.role().label());
        view.put("createdAt", key.createdAt());
        view.put("createdBy", key.createdBy());
        view.put("expiresAt", key.expiresAt());
        view.put("lastUsedAt", key.lastUsedAt());
        view.put("state", key.isValid(clock.instant()) ? "valid" : "expired");
        return view;
    }

    private static Key.Kind kind(Fields fields) {
        return Key.Kind.valueOf(fields.oneOf("kind", KINDS).toUpperCase(Locale.ROOT));
    }

    private static Role role(String label) {
        return Role.ofLabel(label).orElseThrow();
    }

    private static String tenantId(Caller caller) {
        return ((Caller.OfTenant) caller).tenantId();
    }

    private static String actor(Caller caller) {
        return ((Caller.Administrator) caller).actor();
    }

    /** The tenant that the operator names, if there is one. */
    private Tenant known(HttpRequest request) {
        return Optional.of(request.pathParameter("tenantId").toLowerCase(Locale.ROOT))
                .filter(Fields::isGuid)
                .flatMap(tenants::find)
                .orElseThrow(() -> new AppException(ErrorCode.TENANT_UNKNOWN));
    }
}
