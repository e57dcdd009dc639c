package dev.mtdconnector.tenant;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.http.Browser;
import dev.mtdconnector.http.Fields;
import dev.mtdconnector.http.Form;
import dev.mtdconnector.http.HttpAnswer;
import dev.mtdconnector.http.HttpRequest;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.signin.Access;
import dev.mtdconnector.signin.Secrets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of a browser through the admin consent, and the operator's renewal of an invitation. Opening the link consumes
 * nothing: only the button starts a consent. Whatever goes wrong is a page that says what to do.
 */
public final class ConsentRoutes {

    private static final Logger LOG = LoggerFactory.getLogger(ConsentRoutes.class);

    private final ConsentFlow flow;
    private final Invitations invitations;
    private final Secrets secrets;
    private final Browser browser;
    private final ConsentPages pages;

    public ConsentRoutes(
            ConsentFlow flow,
            Invitations invitations,
            Secrets secrets,
            Browser browser,
            ConsentFlow.Endpoints endpoints) {
        this.flow = flow;
        this.invitations = invitations;
        this.secrets = secrets;
        this.browser = browser;
        this.pages = new ConsentPages(endpoints);
    }

    public List<Route> routes() {
        return List.of(
                new Route("GET", "/les", Access.ANYBODY, null, (request, caller) -> invite(request)),
                new Route("POST", "/les", Access.ANYBODY, Route.FORM, (request, caller) -> start(request)),
                new Route("GET", "/consent/callback", Access.ANYBODY, null, (request, caller) -> comeBack(request)),
                new Route(
                        "POST",
                        "/api/v1/operator/tenants/{tenantId}/invitation",
                        Access.OPERATOR,
                        null,
                        (request, caller) -> renew(request)));
    }

    private HttpAnswer invite(HttpRequest request) {
        Registration registration = Registration.ofLabel(
                        request.query().getOrDefault("registration", Registration.BASE.label()))
                .orElse(Registration.BASE);
        if (!flow.offers(registration)) {
            return pages.unusable();
        }
        String invitation = request.query().get("invitation");
        if (invitation != null) {
            return invitations
                    .tenantOf(invitation)
                    .map(tenant -> pages.invitation(
                            ConsentPages.invitationField(invitation), registration, ConsentNotices.nameOf(tenant)))
                    .orElseGet(pages::unusable);
        }
        String tenantId = request.query().getOrDefault("tenant", "");
        return pages.invitation(
                Fields.isGuid(tenantId) ? ConsentPages.tenantField(tenantId) : ConsentPages.DIRECTORY_INPUT,
                registration,
                "");
    }

    private HttpAnswer start(HttpRequest request) {
        browser.checkOrigin(request);
        Map<String, String> form = Form.parse(request.body());
        Optional<Registration> registration =
                Registration.ofLabel(form.getOrDefault("registration", Registration.BASE.label()));
        String invitation = form.get("invitation");
        String tenantId = form.getOrDefault("tenant", "").strip().toLowerCase(Locale.ROOT);
        if (registration.isEmpty() || (invitation == null && !Fields.isGuid(tenantId))) {
            return pages.noDirectory(registration.orElse(Registration.BASE));
        }
        if (!flow.offers(registration.get())) {
            return pages.unusable();
        }
        Optional<Tenant> tenant = invitation == null ? flow.served(tenantId) : invitations.tenantOf(invitation);
        if (tenant.isEmpty()) {
            return pages.unusable();
        }
        Optional<Browser.Held> held = browser.held(request);
        Browser.Held mine = held.orElseGet(() -> new Browser.Held("", secrets.create()));
        HttpAnswer answer = HttpAnswer.seeOther(flow.start(tenant.get().tenantId(), registration.get(), mine.secret()));
        // A session's cookie has a life of its own.
        return mine.tenantId().isEmpty() ? browser.remember(answer, mine, ConsentFlow.PATIENCE) : answer;
    }

    private HttpAnswer comeBack(HttpRequest request) {
        String secret = browser.held(request).map(Browser.Held::secret).orElse("");
        ConsentFlow.Ended ended;
        try {
            ended = flow.finish(request.query(), secret);
        } catch (UpstreamException e) {
            LOG.warn("The granted roles could not be read", e);
            return pages.unread(e.isTransient());
        }
        if (ended instanceof ConsentFlow.Ended.Read read) {
            return pages.read(read, flow.publisher(read.tenant().tenantId()));
        }
        if (ended instanceof ConsentFlow.Ended.Declined declined) {
            return pages.declined(declined);
        }
        return pages.refused(((ConsentFlow.Ended.Refused) ended).reason());
    }

    private HttpAnswer renew(HttpRequest request) {
        String tenantId = Optional.of(request.pathParameter("tenantId").toLowerCase(Locale.ROOT))
                .filter(Fields::isGuid)
                .orElseThrow(() -> new AppException(ErrorCode.TENANT_UNKNOWN));
        return HttpAnswer.json(202, Map.of("mail", "queued", "validUntil", invitations.renew(tenantId)));
    }
}
