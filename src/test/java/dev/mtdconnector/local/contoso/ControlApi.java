package dev.mtdconnector.local.contoso;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mtdconnector.local.http.Answer;
import dev.mtdconnector.local.http.Fault;
import dev.mtdconnector.local.http.Handler;
import dev.mtdconnector.local.http.Json;
import dev.mtdconnector.local.http.LocalServer;
import dev.mtdconnector.local.http.Request;
import dev.mtdconnector.local.http.Routes;
import dev.mtdconnector.local.http.Traffic;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The control API, as docs/local-world.md describes it, but for what Intune answers itself. */
public final class ControlApi implements Routes {

    private final Contoso contoso;
    private final Changes changes;
    private final ControlTokens tokens;
    private final ContosoClock clock;
    private final Traffic traffic;
    private final IntuneView intune;

    public ControlApi(
            Contoso contoso, Changes changes, Tokens tokens, ContosoClock clock, Traffic traffic, IntuneView intune) {
        this.contoso = contoso;
        this.changes = changes;
        this.tokens = new ControlTokens(contoso, tokens);
        this.clock = clock;
        this.traffic = traffic;
        this.intune = intune;
    }

    @Override
    public void register(LocalServer server) {
        server.route("GET", "/control/state", request -> Answer.json(200, state()))
                .route(
                        "POST",
                        "/control/tokens",
                        refusing(request -> Answer.json(200, tokens.issue(new Fields(request.json())))))
                .route("POST", "/control/changes", refusing(this::change))
                .route("POST", "/control/faults", refusing(this::fault))
                .route("DELETE", "/control/faults", request -> {
                    traffic.clearFaults();
                    return Answer.empty(204);
                })
                .route("GET", "/control/requests", request -> Answer.json(200, requests()))
                .route("DELETE", "/control/requests", request -> {
                    traffic.resetCounts();
                    return Answer.empty(204);
                })
                .route("POST", "/control/clock", refusing(this::moveClock));
    }

    /** A request that cannot be taken is a 400 that says why. */
    public static Handler refusing(Handler handler) {
        return request -> {
            try {
                return handler.handle(request);
            } catch (IllegalArgumentException e) {
                return Answer.json(400, Json.object().put("error", e.getMessage()));
            } catch (IOException e) {
                return Answer.json(400, Json.object().put("error", "The body must be JSON"));
            }
        };
    }

    private ObjectNode state() {
        ObjectNode state = Json.object();
        state.putObject("tenant")
                .put("id", WellKnown.TENANT)
                .put("name", "Contoso")
                .put("domain", WellKnown.DOMAIN)
                .put("seed", contoso.seed());
        ArrayNode registrations = state.putArray("registrations");
        contoso.registrations().forEach(one -> registrations.add(registration(one)));
        ArrayNode identities = state.putArray("identities");
        contoso.users(0, ContosoOptions.USERS, user -> true).items().forEach(user -> {
            ObjectNode identity = identities
                    .addObject()
                    .put("id", user.id())
                    .put("displayName", user.displayName())
                    .put("userPrincipalName", user.userPrincipalName())
                    .put("globalAdministrator", user.directoryRoles().contains(WellKnown.GLOBAL_ADMINISTRATOR));
            ArrayNode devices = identity.putArray("devices");
            contoso.devicesOf(user.id())
                    .forEach(device -> devices.addObject()
                            .put("deviceId", device.deviceId())
                            .put("displayName", device.displayName())
                            .put("operatingSystem", device.operatingSystem())
                            .put("operatingSystemVersion", device.operatingSystemVersion()));
        });
        ArrayNode groups = state.putArray("groups");
        contoso.groups()
                .forEach(group -> groups.addObject()
                        .put("id", group.id())
                        .put("displayName", group.displayName())
                        .put("securityEnabled", group.securityEnabled())
                        .put("members", contoso.memberCount(group.id())));
        state.putObject("counts")
                .put("users", contoso.userCount())
                .put("groups", contoso.groups().size())
                .put("devices", contoso.deviceCount())
                .put("servicePrincipals", contoso.principals().size());
        state.set("connector", connector());
        state.put("clock", clock.instant().toString());
        return state;
    }

    private ObjectNode registration(AppRegistration registration) {
        ObjectNode node = Json.object()
                .put("label", registration.label())
                .put("clientId", registration.clientId())
                .put("displayName", registration.displayName());
        ArrayNode declared = node.putArray("declared");
        registration.declared().forEach(role -> declared.add(role.value()));
        ArrayNode granted = node.putArray("granted");
        var principal = contoso.principalOf(registration.clientId());
        principal.ifPresent(one -> one.assignments()
                .forEach(assignment -> granted.add(assignment.role().value())));
        return node.put("consented", principal.isPresent());
    }

    private ObjectNode connector() {
        IntuneView.Connector shown = intune.connector();
        IntuneSettings settings = contoso.intune();
        Instant heartbeat = shown.lastHeartbeat();
        ObjectNode node = Json.object()
                .put("id", shown.id())
                .put("state", shown.state())
                .put("provisioned", shown.provisioned())
                .put("lastHeartbeat", heartbeat == null ? null : heartbeat.toString())
                .put("unresponsiveAfterDays", shown.unresponsiveAfterDays());
        node.putObject("platforms").put("ios", settings.iosEnabled()).put("android", settings.androidEnabled());
        return node.put("rule", settings.ruleLevel());
    }

    private Answer change(Request request) throws IOException {
        JsonNode body = request.json();
        List<JsonNode> list = new ArrayList<>();
        if (body.path("changes").isArray()) {
            if (body.size() > 1) {
                throw new IllegalArgumentException("Beside changes nothing is expected");
            }
            body.path("changes").forEach(list::add);
        } else {
            list.add(body);
        }
        ObjectNode answer = Json.object();
        answer.set("changes", changes.apply(list));
        return Answer.json(200, answer);
    }

    private Answer fault(Request request) throws IOException {
        Fields fields = new Fields(request.json());
        String method = fields.optionalText("method");
        String path = fields.text("path");
        Long times = fields.optionalNumber("times", 1, 1_000_000);
        Integer status = integer(fields.optionalNumber("status", 400, 599));
        Fault fault = new Fault(
                method,
                path,
                times == null ? 1 : times.intValue(),
                status,
                integer(fields.optionalNumber("retryAfterSeconds", 0, 86_400)),
                Objects.requireNonNullElse(fields.optionalNumber("delayMillis", 0, 600_000), 0L),
                integer(fields.optionalNumber("cutBodyAfterBytes", 0, Integer.MAX_VALUE)),
                fields.flag("emptyPage", false),
                fields.flag("dropConnection", false),
                fields.flag("afterEffect", false),
                fields.optionalText("code"),
                fields.optionalText("nextLink"));
        fields.done();
        traffic.add(fault);
        return Answer.empty(204);
    }

    private static @Nullable Integer integer(@Nullable Long value) {
        return value == null ? null : value.intValue();
    }

    private ObjectNode requests() {
        ObjectNode answer = Json.object();
        List<Traffic.Count> counts = traffic.counts().stream()
                .filter(count -> !count.template().startsWith("/control/"))
                .toList();
        answer.put("total", counts.stream().mapToLong(Traffic.Count::count).sum());
        ArrayNode list = answer.putArray("requests");
        counts.forEach(count -> list.addObject()
                .put("method", count.method())
                .put("template", count.template())
                .put("count", count.count())
                .put("requestBytes", count.requestBytes())
                .put("responseBytes", count.responseBytes()));
        return answer;
    }

    private Answer moveClock(Request request) throws IOException {
        Fields fields = new Fields(request.json());
        Long seconds = fields.optionalNumber("advanceSeconds", 0, 315_360_000);
        Instant target = fields.optionalInstant("now");
        fields.done();
        if ((seconds == null) == (target == null)) {
            throw new IllegalArgumentException("Give either advanceSeconds or now");
        }
        Instant now = target == null
                ? clock.advance(Duration.ofSeconds(Objects.requireNonNull(seconds)))
                : clock.moveTo(target);
        return Answer.json(200, Json.object().put("now", now.toString()));
    }
}
