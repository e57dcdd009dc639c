package dev.mtdconnector.console;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.http.Browser;
import dev.mtdconnector.http.Form;
import dev.mtdconnector.http.HttpAnswer;
import dev.mtdconnector.http.HttpRequest;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.signin.Access;
import dev.mtdconnector.signin.Secrets;
import dev.mtdconnector.signin.Session;
import dev.mtdconnector.signin.Sessions;
import dev.mtdconnector.signin.SignInFlow;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Signing in and out. Whatever goes wrong is a page that says what to do; signing out never fails. */
public final class SignInRoutes {

    private final SignInFlow flow;
    private final Sessions sessions;
    private final Browser browser;
    private final Secrets secrets;
    private final SignInPages pages;

    public SignInRoutes(
            SignInFlow flow, SignInFlow.Endpoints endpoints, Sessions sessions, Browser browser, Secrets secrets) {
        this.flow = flow;
        this.sessions = sessions;
        this.browser = browser;
        this.secrets = secrets;
        this.pages = new SignInPages(endpoints);
    }

    public List<Route> routes() {
        return List.of(
                Route.page("GET", "/signin", Access.ANYBODY, null, (request, caller) -> ask(request)),
                Route.page("POST", "/signin", Access.ANYBODY, Route.FORM, (request, caller) -> take(request)),
                Route.page("GET", "/signin/callback", Access.ANYBODY, null, (request, caller) -> comeBack(request)),
                Route.page("GET", "/signout", Access.ANYBODY, null, (request, caller) -> askToLeave(request)),
                Route.page("POST", "/signout", Access.ANYBODY, Route.FORM, (request, caller) -> leave(request)));
    }

    private HttpAnswer ask(HttpRequest request) {
        String tenant = request.query().get("tenant");
        return tenant == null ? pages.whichAccount(200, request.query()) : start(request, tenant, request.query());
    }

    private HttpAnswer take(HttpRequest request) {
        browser.checkOrigin(request);
        Map<String, String> form = Form.parse(request.body());
        return start(request, form.getOrDefault("account", ""), form);
    }

    private HttpAnswer start(HttpRequest request, String account, Map<String, String> values) {
        Optional<String> tenantId = flow.resolve(account);
        if (tenantId.isEmpty()) {
            return pages.whichAccount(400, values);
        }
        // A browser that holds something keeps it: other sign-ins and consents of it may be under way.
        Browser.Held held = browser.held(request).orElseGet(() -> new Browser.Held("", secrets.create()));
        String location;
        try {
            location = flow.start(
                    tenantId.get(),
                    held.secret(),
                    values.get("return"),
                    values.get("purpose"),
                    values.containsKey("choose"));
        } catch (AppException e) {
            return notConsented(e, tenantId);
        }
        HttpAnswer answer = HttpAnswer.seeOther(location);
        return held.isOfSession() ? answer : browser.remember(answer, held, SignInFlow.PATIENCE);
    }

    private HttpAnswer comeBack(HttpRequest request) {
        Optional<Browser.Held> held = browser.held(request);
        SignInFlow.SignedIn signedIn;
        try {
            signedIn =
                    flow.finish(request.query(), held.map(Browser.Held::secret).orElse(""));
        } catch (AppException e) {
            return notConsented(e, SignInFlow.tenantOf(request.query().getOrDefault("state", "")));
        }
        // The cookie has room for one session, so the one before would only linger.
        held.filter(Browser.Held::isOfSession).ifPresent(former -> sessions.end(former.tenantId(), former.secret()));
        return browser.remember(
                HttpAnswer.seeOther(
                        signedIn.noted().isEmpty() || !signedIn.returnPath().equals("/")
                                ? signedIn.returnPath()
                                : "/?noted=" + signedIn.noted()),
                new Browser.Held(signedIn.tenantId(), signedIn.secret()),
                Session.ABSOLUTE);
    }

    private HttpAnswer notConsented(AppException e, Optional<String> tenantId) {
        if (e.code() != ErrorCode.SIGN_IN_NOT_CONSENTED) {
            throw e;
        }
        return pages.notConsented(e, tenantId.orElse(""));
    }

    private HttpAnswer askToLeave(HttpRequest request) {
        return browser.held(request)
                .filter(Browser.Held::isOfSession)
                .map(pages::leave)
                .orElseGet(() -> pages.left(request.query().getOrDefault("tenant", "")));
    }

    private HttpAnswer leave(HttpRequest request) {
        browser.checkOrigin(request);
        Optional<Browser.Held> held = browser.held(request).filter(Browser.Held::isOfSession);
        if (held.isEmpty()) {
            return browser.forget(HttpAnswer.seeOther("/signout"));
        }
        Map<String, String> form = Form.parse(request.body());
        if (!Browser.isFormToken(held.get(), form.getOrDefault(Browser.TOKEN_FIELD, ""))) {
            throw new AppException(ErrorCode.FORM_FOREIGN);
        }
        if (form.containsKey("everywhere")) {
            sessions.endEverywhere(held.get().tenantId(), held.get().secret());
        }
        sessions.end(held.get().tenantId(), held.get().secret());
        return browser.forget(
                HttpAnswer.seeOther("/signout?tenant=" + held.get().tenantId()));
    }
}
