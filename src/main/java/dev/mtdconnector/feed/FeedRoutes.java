package dev.mtdconnector.feed;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.AppException.FieldError;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.http.Fields;
import dev.mtdconnector.http.HttpAnswer;
import dev.mtdconnector.http.HttpRequest;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.signin.Access;
import dev.mtdconnector.signin.Caller;
import dev.mtdconnector.tenant.Tenant;
import dev.mtdconnector.tenant.TenantStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The feed as administrators connect and see it. No answer holds the key. */
public final class FeedRoutes {

    private static final String ADDRESS = "/api/v1/feed";
    private static final int MOST_SILENT_HOURS = 240;

    private final FeedSettings settings;
    private final FeedView view;
    private final TenantStore tenants;
    private final Clock clock;

    public FeedRoutes(FeedSettings settings, FeedView view, TenantStore tenants, Clock clock) {
        this.settings = settings;
        this.view = view;
        this.tenants = tenants;
        this.clock = clock;
    }

    public List<Route> routes() {
        return List.of(
                new Route("GET", ADDRESS, Access.CONNECTOR_READ, null, (request, caller) -> show(200, caller)),
                new Route("PUT", ADDRESS, Access.CONNECTOR_CHANGE, Route.JSON, this::save),
                new Route("DELETE", ADDRESS, Access.CONNECTOR_CHANGE, null, this::disconnect),
                new Route("POST", ADDRESS + "/read-again", Access.CONNECTOR_CHANGE, null, this::readAgain));
    }

    private HttpAnswer show(int status, Caller caller) {
        return HttpAnswer.json(status, view.of(tenantOf(caller)));
    }

    private HttpAnswer save(HttpRequest request, Caller caller) {
        Tenant tenant = tenants.find(tenantOf(caller)).orElseThrow(() -> new AppException(ErrorCode.TENANT_UNKNOWN));
        Instant now = clock.instant();
        Fields fields = Fields.of(request.body());
        String key = fields.optionalText("applicationKey", ApplicationKey.LONGEST);
        String enterprise = fields.optionalGuid("enterpriseGuid");
        Instant expiresAt = fields.optionalTime("expiresAt", now, now.plus(Duration.ofDays(3 * 365)));
        int every = fields.betweenOr(
                "everySeconds",
                FeedConnection.LEAST_SECONDS,
                FeedConnection.MOST_SECONDS,
                FeedConnection.USUAL_SECONDS);
        int silentHours = fields.betweenOr("silentAfterHours", 1, MOST_SILENT_HOURS, 0);
        fields.done();
        if (key != null && !key.matches("[!-~]+")) {
            throw AppException.invalid("applicationKey", "must be printable ASCII characters, no spaces");
        }
        if (enterprise != null && !enterprise.equals(tenant.enterpriseGuid())) {
            throw new AppException(
                    ErrorCode.FEED_FOREIGN,
                    ErrorCode.FEED_FOREIGN.title() + ".",
                    List.of(new FieldError("enterpriseGuid", "is not this organization's")));
        }
        settings.save(
                tenant,
                new FeedSettings.Wanted(
                        key == null ? null : new ApplicationKey(key),
                        expiresAt,
                        Duration.ofSeconds(every),
                        silentHours == 0 ? null : Duration.ofHours(silentHours)));
        return show(200, caller);
    }

    private HttpAnswer readAgain(HttpRequest request, Caller caller) {
        settings.readAgain(tenantOf(caller));
        return show(202, caller);
    }

    private HttpAnswer disconnect(HttpRequest request, Caller caller) {
        String threats = request.query().getOrDefault("threats", "keep");
        if (!List.of("keep", "close").contains(threats)) {
            throw AppException.invalid("threats", "must be keep or close");
        }
        settings.disconnect(tenantOf(caller), threats.equals("close"));
        return show(200, caller);
    }

    private static String tenantOf(Caller caller) {
        return ((Caller.OfTenant) caller).tenantId();
    }
}
