package dev.mtdconnector.people;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.http.Fields;
import dev.mtdconnector.http.HttpAnswer;
import dev.mtdconnector.http.HttpRequest;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.notify.MailTexts;
import dev.mtdconnector.signin.Access;
import dev.mtdconnector.signin.Caller;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a signed-in person wants to be told, and how the tenant wants its mails. */
public final class PreferenceRoutes {

    private static final String OWN = "/api/v1/me/preferences";
    private static final String PRIVACY = "/api/v1/connector/privacy";
    private static final String ZONE = "/api/v1/connector/time-zone";

    private static final int LONGEST_ZONE = 64;

    private final People people;
    private final PeopleStore store;

    public PreferenceRoutes(People people, PeopleStore store) {
        this.people = people;
        this.store = store;
    }

    public List<Route> routes() {
        return List.of(
                new Route("GET", OWN, Access.OWN, null, (request, caller) -> own(person(caller))),
                new Route("PUT", OWN, Access.OWN, Route.JSON, (request, caller) -> prefer(request, person(caller))),
                new Route("GET", PRIVACY, Access.CONNECTOR_READ, null, (request, caller) -> privacy(tenantId(caller))),
                new Route("PUT", PRIVACY, Access.CONNECTOR_CHANGE, Route.JSON, this::hide),
                new Route("GET", ZONE, Access.CONNECTOR_READ, null, (request, caller) -> zone(tenantId(caller))),
                new Route("PUT", ZONE, Access.CONNECTOR_CHANGE, Route.JSON, this::setZone));
    }

    /** How a tenant wants its mails, for the audit trail. */
    public Map<String, Object> settings(String tenantId) {
        PeopleStore.Settings settings = store.settings(tenantId);
        return Map.of(
                "usersAreHidden",
                settings.usersAreHidden(),
                "timeZone",
                settings.zone().getId());
    }

    private static Caller.Person person(Caller caller) {
        if (caller instanceof Caller.Person person) {
            return person;
        }
        throw new AppException(ErrorCode.IDENTITY_FORBIDDEN, "Only a person who signed in has preferences, no key.");
    }

    private static String tenantId(Caller caller) {
        return ((Caller.OfTenant) caller).tenantId();
    }

    private HttpAnswer own(Caller.Person caller) {
        return people.find(caller.tenantId(), caller.userId())
                .map(known -> view(known.address(), known.on(), known.language()))
                .orElseGet(() -> view(null, Topic.defaults(), null));
    }

    private HttpAnswer prefer(HttpRequest request, Caller.Person caller) {
        Fields fields = Fields.of(request.body());
        Set<Topic> threats = topics(fields, "threats", Topic.THREATS);
        Set<Topic> summaries =
                topics(fields, "summaries", List.of(Topic.DAILY, Topic.WEEKLY, Topic.MONTHLY, Topic.QUARTERLY));
        String language = fields.oneOfOr("language", MailTexts.LANGUAGES, "");
        fields.done();
        Set<Topic> on = EnumSet.noneOf(Topic.class);
        on.addAll(threats);
        on.addAll(summaries);
        Person now = people.prefer(caller.tenantId(), caller.userId(), on, language.isEmpty() ? null : language);
        return view(now.address(), now.on(), now.language());
    }

    /** All switches of a group must be said: what is left out would be guessed. */
    private static Set<Topic> topics(Fields fields, String name, List<Topic> group) {
        Set<Topic> on = EnumSet.noneOf(Topic.class);
        Set<Topic> read = fields.optionalObject(name, switches -> {
            group.stream().filter(topic -> switches.flag(topic.label())).forEach(on::add);
            return on;
        });
        if (read == null) {
            fields.refuse(name, "must be an object that says of each of these whether it is on: " + labels(group));
        }
        return on;
    }

    private static String labels(List<Topic> group) {
        return group.stream().map(Topic::label).collect(Collectors.joining(", "));
    }

    private static HttpAnswer view(@Nullable String address, Set<Topic> on, @Nullable String language) {
        Map<String, Object> threats = new LinkedHashMap<>();
        Map<String, Object> summaries = new LinkedHashMap<>();
        for (Topic topic : Topic.values()) {
            (Topic.THREATS.contains(topic) ? threats : summaries).put(topic.label(), on.contains(topic));
        }
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("address", address);
        view.put("threats", threats);
        view.put("summaries", summaries);
        view.put("language", language);
        return HttpAnswer.json(200, view);
    }

    private HttpAnswer privacy(String tenantId) {
        return HttpAnswer.json(
                200, Map.of("usersAreHidden", store.settings(tenantId).usersAreHidden()));
    }

    private HttpAnswer hide(HttpRequest request, Caller caller) {
        Fields fields = Fields.of(request.body());
        boolean isHidden = fields.flag("usersAreHidden");
        fields.done();
        store.hideUsers(tenantId(caller), isHidden);
        return privacy(tenantId(caller));
    }

    private HttpAnswer zone(String tenantId) {
        return HttpAnswer.json(
                200, Map.of("timeZone", store.settings(tenantId).zone().getId()));
    }

    private HttpAnswer setZone(HttpRequest request, Caller caller) {
        Fields fields = Fields.of(request.body());
        ZoneId zone = zone(fields);
        fields.done();
        store.timeZone(tenantId(caller), zone);
        return zone(tenantId(caller));
    }

    private static ZoneId zone(Fields fields) {
        String name = fields.text("timeZone", LONGEST_ZONE);
        try {
            // Ids of the IANA database only: an offset knows no summer time, and a SystemV name is Java's own.
            if (ZoneId.getAvailableZoneIds().contains(name) && !name.startsWith("SystemV/")) {
                return ZoneId.of(name);
            }
        } catch (DateTimeException e) {
            throw new IllegalStateException("A zone that is there cannot be had", e);
        }
        if (!name.isEmpty()) {
            fields.refuse("timeZone", "must be a name of the IANA time zone database, as Europe/Amsterdam or UTC");
        }
        return PeopleStore.Settings.DEFAULT.zone();
    }
}
