package dev.mtdconnector.device;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.http.Fields;
import dev.mtdconnector.http.HttpAnswer;
import dev.mtdconnector.http.HttpRequest;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.signin.Access;
import dev.mtdconnector.signin.Caller;
import dev.mtdconnector.threat.Policies;
import dev.mtdconnector.threat.Policy;
import dev.mtdconnector.threat.RiskLevel;
import dev.mtdconnector.threat.Threat;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The API of the agent on a device. What its user may read of an answer is in their language. */
public final class AgentRoutes {

    /** Threats in one report; with the device's other rows they fit in one transaction. */
    static final int MOST_THREATS = 50;

    private static final Instant EARLIEST = Instant.parse("2010-01-01T00:00:00Z");
    private static final Duration AHEAD = Duration.ofDays(1);
    private static final List<String> STATUSES = List.of("detected", "resolved", "ignored");
    private static final List<String> TYPES =
            List.of("APPLICATION", "FILE", "OS", "NETWORK", AgentThreats.CONFIGURATION, "WEB_CONTENT", "UNKNOWN");
    private static final List<String> SEVERITIES = List.of("none", "low", "medium", "high");

    private final DeviceActivation activation;
    private final AgentReports reports;
    private final Policies policies;
    private final Clock clock;

    public AgentRoutes(DeviceActivation activation, AgentReports reports, Policies policies, Clock clock) {
        this.activation = activation;
        this.reports = reports;
        this.policies = policies;
        this.clock = clock;
    }

    public List<Route> routes() {
        return List.of(
                new Route("POST", "/device/v1/activate", Access.ENTRA_USER, Route.JSON, explained(this::activate)),
                new Route("POST", "/device/v1/checkin", Access.DEVICE, Route.JSON, explained(this::checkIn)),
                new Route("POST", "/device/v1/threats", Access.DEVICE, Route.JSON, explained(this::threats)));
    }

    /** A refusal that the user can do something about says so in their language. */
    private static Route.Handler explained(Route.Handler handler) {
        return (request, caller) -> {
            try {
                return handler.handle(request, caller);
            } catch (AppException e) {
                AgentTexts texts = texts(request);
                Optional<String> text = texts.refusal(e.code());
                if (text.isEmpty()) {
                    throw e;
                }
                Map<String, Object> facts = Map.of("userMessage", text.get(), "language", texts.language());
                throw AppException.with(e.code(), Objects.requireNonNull(e.getMessage()), facts);
            }
        };
    }

    private static AgentTexts texts(HttpRequest request) {
        return AgentTexts.accepted(request.header("accept-language"));
    }

    private HttpAnswer activate(HttpRequest request, Caller caller) {
        Fields fields = Fields.of(request.body());
        String deviceId = fields.guid("deviceId");
        String parentDeviceId = fields.optionalGuid("parentDeviceId");
        fields.done();
        Caller.EntraUser user = (Caller.EntraUser) caller;
        DeviceActivation.Activated activated = activation.activate(user, deviceId, parentDeviceId);
        DeviceView view = new DeviceView(policies.of(user.tenantId()));
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("deviceId", deviceId);
        answer.put("state", view.state(activated.device()));
        answer.put("deviceCredential", activated.credential().present());
        return HttpAnswer.json(200, answer);
    }

    private HttpAnswer checkIn(HttpRequest request, Caller caller) {
        Fields fields = Fields.of(request.body());
        CheckIn checkIn = new CheckIn(
                fields.optionalText("agentVersion", 64),
                fields.optionalText("osVersion", 64),
                fields.optionalText("patchLevel", 32),
                Objects.requireNonNullElse(
                        fields.optionalObject("configuration", AgentRoutes::flags),
                        Map.<ConfigurationFlag, Boolean>of()));
        fields.done();
        AgentReports.CheckedIn done = reports.checkIn((Caller.DeviceAgent) caller, checkIn);
        Map<String, Object> answer = standing(request, caller, done.device());
        done.credential().ifPresent(credential -> answer.put("deviceCredential", credential.present()));
        return HttpAnswer.json(200, answer);
    }

    private static Map<ConfigurationFlag, Boolean> flags(Fields fields) {
        Map<ConfigurationFlag, Boolean> flags = new EnumMap<>(ConfigurationFlag.class);
        for (ConfigurationFlag flag : ConfigurationFlag.values()) {
            if (fields.has(flag.label())) {
                flags.put(flag, fields.flag(flag.label()));
            }
        }
        return flags;
    }

    private HttpAnswer threats(HttpRequest request, Caller caller) {
        Fields fields = Fields.of(request.body());
        Instant latest = clock.instant().plus(AHEAD);
        List<ThreatReport> threats = fields.objects("threats", MOST_THREATS, threat -> report(threat, latest));
        fields.done();
        Caller.DeviceAgent agent = (Caller.DeviceAgent) caller;
        Device device = reports.report(agent, threats);
        Map<String, Object> answer = standing(request, caller, device);
        answer.put(
                "reported",
                threats.stream().map(report -> report.guidOn(agent.deviceId())).toList());
        return HttpAnswer.json(200, answer);
    }

    private static ThreatReport report(Fields fields, Instant latest) {
        String guid = fields.optionalGuid("guid");
        List<String> classifications = fields.names("classifications", 10, 60);
        String subject = fields.optionalText("subject", 200);
        String name = guid == null ? String.join("+", classifications) + "\n" + subject : guid;
        return new ThreatReport(
                name,
                statusOf(fields.oneOf("status", STATUSES)),
                classifications,
                fields.oneOfOr("type", TYPES, "UNKNOWN"),
                RiskLevel.valueOf(fields.oneOfOr("severity", SEVERITIES, "low").toUpperCase(Locale.ROOT)),
                fields.optionalTime("at", EARLIEST, latest));
    }

    private static Threat.Status statusOf(String word) {
        return word.equals("detected") ? Threat.Status.OPEN : Threat.Status.valueOf(word.toUpperCase(Locale.ROOT));
    }

    /** Where the device stands, and what its user should do. */
    private Map<String, Object> standing(HttpRequest request, Caller caller, Device device) {
        Policy policy = policies.of(((Caller.OfTenant) caller).tenantId());
        AgentTexts texts = texts(request);
        DeviceView view = new DeviceView(policy);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("deviceId", device.deviceId());
        answer.put("state", view.state(device));
        answer.put("level", device.level(policy).label());
        answer.put(
                "openThreats",
                device.openThreats().stream()
                        .map(threat -> withAdvice(view.threat(threat), threat, policy, texts))
                        .toList());
        answer.put("message", texts.standing(device, policy));
        answer.put("language", texts.language());
        return answer;
    }

    /** What counts as no risk raises no word to the user. */
    private static Map<String, Object> withAdvice(
            Map<String, Object> view, Threat threat, Policy policy, AgentTexts texts) {
        @Nullable String advice = policy.levelOf(threat) == RiskLevel.NONE ? null : texts.advice(threat);
        view.put("advice", advice);
        // By whom it was found and how is the administrator's to know.
        view.keySet().removeAll(Set.of("feedLevel", "source", "matchedBy"));
        return view;
    }
}
