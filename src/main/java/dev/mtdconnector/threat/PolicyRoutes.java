package dev.mtdconnector.threat;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.AppException.FieldError;
import dev.mtdconnector.http.Fields;
import dev.mtdconnector.http.HttpAnswer;
import dev.mtdconnector.http.HttpRequest;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.signin.Access;
import dev.mtdconnector.signin.Caller;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The security policy: which classification has which level, what a change would do, and every version there was. */
public final class PolicyRoutes {

    private static final int MOST_VERSIONS = 100;
    private static final Set<String> NAMES =
            Arrays.stream(Classification.values()).map(Enum::name).collect(Collectors.toUnmodifiableSet());
    private static final List<String> LEVELS =
            Arrays.stream(RiskLevel.values()).map(RiskLevel::label).toList();

    private final PolicyStore store;
    private final PolicySettings settings;
    private final PolicyView view = new PolicyView(new ClassificationTexts(Locale.ENGLISH));

    public PolicyRoutes(PolicyStore store, PolicySettings settings) {
        this.store = store;
        this.settings = settings;
    }

    public List<Route> routes() {
        String policy = "/api/v1/policy";
        return List.of(
                new Route("GET", policy, Access.POLICY_READ, null, (request, caller) -> show(tenantOf(caller))),
                new Route("PUT", policy, Access.POLICY_CHANGE, Route.JSON, this::change),
                new Route("POST", policy + "/preview", Access.POLICY_CHANGE, Route.JSON, this::preview),
                new Route("POST", policy + "/reset", Access.POLICY_CHANGE, Route.JSON, this::reset),
                new Route("GET", policy + "/versions", Access.POLICY_READ, null, this::versions));
    }

    private HttpAnswer show(String tenantId) {
        Policy policy = store.of(tenantId);
        return HttpAnswer.json(200, view.of(policy, store.rerating(tenantId)));
    }

    private HttpAnswer change(HttpRequest request, Caller caller) {
        Body body = Body.of(request);
        settings.change(tenantOf(caller), body.expectedVersion, body.change, actorOf(caller));
        return show(tenantOf(caller));
    }

    private HttpAnswer preview(HttpRequest request, Caller caller) {
        Body body = Body.of(request);
        return HttpAnswer.json(
                200, PolicyView.of(settings.preview(tenantOf(caller), body.expectedVersion, body.change)));
    }

    private HttpAnswer reset(HttpRequest request, Caller caller) {
        Fields fields = Fields.of(request.body());
        int expectedVersion = version(fields);
        List<String> names = fields.has("classifications")
                ? fields.textList("classifications", NAMES.size(), 64)
                : List.copyOf(NAMES);
        fields.done();
        List<FieldError> errors = new ArrayList<>();
        Map<Classification, RiskLevel> levels = new EnumMap<>(Classification.class);
        for (int i = 0; i < names.size(); i++) {
            if (NAMES.contains(names.get(i))) {
                Classification classification = Classification.valueOf(names.get(i));
                levels.put(classification, classification.defaultLevel());
            } else {
                errors.add(new FieldError("classifications[" + i + "]", "is not a known classification"));
            }
        }
        if (!errors.isEmpty()) {
            throw AppException.invalid(errors);
        }
        // A reset of all is one of the rule too.
        @Nullable Rule rule = fields.has("classifications") ? null : Policy.DEFAULT.rule();
        settings.change(tenantOf(caller), expectedVersion, new PolicySettings.Change(rule, levels), actorOf(caller));
        return show(tenantOf(caller));
    }

    private HttpAnswer versions(HttpRequest request, Caller caller) {
        int limit = number(request, "limit", 50, MOST_VERSIONS, "must be a whole number from 1 to " + MOST_VERSIONS);
        int below =
                number(request, "cursor", Integer.MAX_VALUE, Integer.MAX_VALUE, "must be the next of the page before");
        // One more than is shown, for what the last one changed.
        List<Policy> found = store.versions(tenantOf(caller), below, limit + 1);
        List<Map<String, Object>> versions = new ArrayList<>();
        for (int i = 0; i < Math.min(limit, found.size()); i++) {
            versions.add(view.version(found.get(i), i + 1 < found.size() ? found.get(i + 1) : Policy.DEFAULT));
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("versions", versions);
        answer.put(
                "next",
                found.size() > limit ? Integer.toString(found.get(limit - 1).version()) : null);
        return HttpAnswer.json(200, answer);
    }

    private static int number(HttpRequest request, String name, int absent, int most, String rule) {
        String text = request.query().get(name);
        if (text == null) {
            return absent;
        }
        long number = text.matches("[0-9]{1,10}") ? Long.parseLong(text) : 0;
        if (number < 1 || number > most) {
            throw AppException.invalid(name, rule);
        }
        return (int) number;
    }

    private static int version(Fields fields) {
        return fields.between("expectedVersion", 0, Integer.MAX_VALUE - 1);
    }

    /** The body of a change, and of its preview: levels, a rule, or both. */
    private record Body(int expectedVersion, PolicySettings.Change change) {

        static Body of(HttpRequest request) {
            Fields fields = Fields.of(request.body());
            int expectedVersion = version(fields);
            @Nullable
            Rule rule = fields.has("rule")
                    ? Rule.ofLabel(fields.oneOf("rule", Rule.LABELS)).orElse(null)
                    : null;
            Map<String, String> words =
                    fields.has("rule") && !fields.has("levels") ? Map.of() : fields.choices("levels", NAMES, LEVELS);
            fields.done();
            Map<Classification, RiskLevel> levels = new EnumMap<>(Classification.class);
            words.forEach((name, word) ->
                    RiskLevel.ofLabel(word).ifPresent(level -> levels.put(Classification.valueOf(name), level)));
            return new Body(expectedVersion, new PolicySettings.Change(rule, levels));
        }
    }

    private static String tenantOf(Caller caller) {
        return ((Caller.Administrator) caller).tenantId();
    }

    private static String actorOf(Caller caller) {
        return ((Caller.Administrator) caller).actor();
    }
}
