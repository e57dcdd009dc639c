package dev.mtdconnector.local.contoso;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mtdconnector.local.contoso.DeltaRound.Asked;
import dev.mtdconnector.local.contoso.DeltaRound.Page;
import dev.mtdconnector.local.http.Answer;
import dev.mtdconnector.local.http.Json;
import dev.mtdconnector.local.http.Request;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code GET /groups/delta} and {@code GET /devices/delta}: everything once, and then what changed. */
final class GraphDelta {

    private static final Set<String> TAKEN = Set.of("$select", "$filter", "$deltatoken", "$skiptoken");
    private static final Set<String> REFUSED = Set.of("$top", "$expand", "$orderby", "$search", "$count", "$skip");
    private static final Pattern ID = Pattern.compile("id\\s+eq\\s+'([^']*)'", Pattern.CASE_INSENSITIVE);
    private static final Pattern IDS =
            Pattern.compile("\\s*" + ID + "(\\s+or\\s+" + ID + ")*\\s*", Pattern.CASE_INSENSITIVE);
    private static final int MOST_GROUPS = 50;
    private static final Duration LIFETIME = Duration.ofDays(7);
    private static final Duration OUTLIVED = Duration.ofDays(30);

    private final Contoso contoso;
    private final Clock clock;
    private final GraphConduct conduct;
    private final DeltaRound groups;
    private final DeltaRound devices;

    GraphDelta(Contoso contoso, IntuneView intune, Clock clock, GraphConduct conduct) {
        GraphItems items = new GraphItems(contoso, intune);
        this.contoso = contoso;
        this.clock = clock;
        this.conduct = conduct;
        this.groups = new GroupRound(contoso, items);
        this.devices = new DeviceRound(contoso, items);
    }

    static boolean isAsked(GraphPath path) {
        boolean function = path.is(1, "delta") || path.is(1, "microsoft.graph.delta") || path.is(1, "graph.delta");
        return path.size() == 2 && function && (path.is(0, "groups") || path.is(0, "devices"));
    }

    Answer answer(GraphPath path, GraphCall call) {
        boolean ofGroups = path.is(0, "groups");
        if (call.on(Rule.DELTA_OPTIONS)
                || call.query().options().keySet().stream().noneMatch(REFUSED::contains)) {
            call.query().allow(TAKEN);
        }
        call.require(ofGroups ? GraphAccess.GROUPS : GraphAccess.DEVICES);
        return contoso.reading(() -> answer(ofGroups ? groups : devices, ofGroups ? "groups" : "devices", call));
    }

    private Answer answer(DeltaRound round, String resource, GraphCall call) {
        Instant now = clock.instant();
        Map<String, String> options = call.query().options();
        // A synchronization reset names the request to begin anew with, which has an empty token.
        String link = options.getOrDefault("$deltatoken", "").isBlank() ? null : options.get("$deltatoken");
        String skip = options.get("$skiptoken");
        if (skip != null || (link != null && !(link.equals("latest") && call.on(Rule.DELTA_LATEST)))) {
            DeltaToken token = checked(link, skip, resource, round.log(), call, now);
            return page(round, token, call, now);
        }
        DeltaToken first = DeltaToken.first(
                resource,
                select(resource, call),
                ids(resource, call),
                round.log().last(),
                now);
        return link == null
                ? page(round, first, call, now)
                : written(
                        call,
                        resource,
                        new Page(List.of(), first.end(round.log().last(), now)));
    }

    private DeltaToken checked(
            @Nullable String link, @Nullable String skip, String resource, ChangeLog log, GraphCall call, Instant now) {
        String text = skip == null ? link : skip;
        DeltaToken token = DeltaToken.read(String.valueOf(text))
                .filter(read -> read.resource().equals(resource) && read.link() == (skip == null))
                .orElse(null);
        if (token == null) {
            if (call.on(Rule.DELTA_TOKEN_FORM)) {
                throw new GraphError(400, "Request_BadRequest", "Badly formed token.");
            }
            return DeltaToken.first(resource, List.of(), List.of(), log.last(), now);
        }
        if (call.query().options().size() > 1 && call.on(Rule.DELTA_FROZEN)) {
            throw new GraphError(
                    400, "Request_BadRequest", "Query options cannot be changed once a state token is there.");
        }
        Duration age = Duration.between(token.issuedAt(), now);
        if (age.compareTo(OUTLIVED) > 0 && call.on(Rule.DELTA_TOKEN_OUTLIVED)) {
            throw GraphError.unsupported("DeltaLink older than 30 days is not supported.");
        }
        if (age.compareTo(LIFETIME) > 0 && call.on(Rule.DELTA_TOKEN_AGE)) {
            throw new GraphError(400, "syncStateNotFound", "The sync state of the given token is not found.");
        }
        if (token.origin() < log.floor() && call.on(Rule.DELTA_RESET)) {
            throw new GraphError(410, "resyncRequired", "Resync required. The given token is no longer valid.")
                    .with("Location", anew(call.base(), token));
        }
        return token;
    }

    private Answer page(DeltaRound round, DeltaToken asked, GraphCall call, Instant now) {
        GraphConduct.State state = conduct.state();
        DeltaToken token = asked;
        DeltaOddities oddities = new DeltaOddities(state.documented(), contoso.seed(), token, call::on);
        if (token.link() && oddities.replayed() > 0) {
            token = token.from(Math.max(round.log().floor(), token.origin() - oddities.replayed()));
        }
        if (oddities.empty()) {
            return written(call, token.resource(), new Page(List.of(), token.at(token.place(), token.inner(), now)));
        }
        Asked page = new Asked(
                call,
                token,
                Math.max(state.deltaPage(), oddities.repeated() + 1),
                call.prefers("return=minimal") && call.on(Rule.DELTA_MINIMAL),
                oddities,
                now);
        return written(call, token.resource(), token.full() ? round.everything(page) : round.changes(page));
    }

    private static Answer written(GraphCall call, String resource, Page page) {
        DeltaToken token = page.token();
        ObjectNode body = Json.object().put("@odata.context", call.context(resource, token.select()));
        String start = call.base() + "/v1.0/" + resource + "/delta?";
        if (token.link()) {
            body.put("@odata.deltaLink", start + "$deltatoken=" + token.text());
        } else {
            body.put("@odata.nextLink", start + "$skiptoken=" + token.text());
        }
        ArrayNode value = body.putArray("value");
        page.objects().forEach(value::add);
        return Answer.json(200, body);
    }

    private static List<String> select(String resource, GraphCall call) {
        if (!resource.equals("groups")) {
            return call.query().select("device", List.of());
        }
        String select = call.query().options().get("$select");
        List<String> names = new ArrayList<>();
        for (String name : select == null ? new String[0] : select.split(",", -1)) {
            if (name.trim().equalsIgnoreCase(GroupRound.MEMBERS)) {
                names.add(GroupRound.MEMBERS);
            } else {
                names.addAll(call.query().names(name, "group", List.of()));
            }
        }
        return names;
    }

    private static List<String> ids(String resource, GraphCall call) {
        String filter = call.query().options().get("$filter");
        if (filter == null) {
            return List.of();
        }
        if (!IDS.matcher(filter).matches()) {
            if (call.on(Rule.DELTA_FILTER)) {
                throw GraphError.unsupported("Filter not supported.");
            }
            return List.of();
        }
        List<String> ids = new ArrayList<>();
        Matcher id = ID.matcher(filter);
        while (id.find()) {
            GraphItems.checkGuid(id.group(1), call);
            ids.add(Contoso.lower(id.group(1)));
        }
        if (resource.equals("groups") && ids.size() > MOST_GROUPS && call.on(Rule.DELTA_FILTER_LIMIT)) {
            throw GraphError.unsupported(
                    "The number of filtered objects, " + ids.size() + ", exceeds the limit of " + MOST_GROUPS + ".");
        }
        return ids.stream().distinct().toList();
    }

    /** The request to begin anew with: the one asked first, with an empty token. */
    static String anew(String base, DeltaToken token) {
        String select = token.select().isEmpty() ? "" : "$select=" + String.join(",", token.select()) + "&";
        List<String> ids =
                token.ids().stream().map(id -> "id%20eq%20'" + id + "'").toList();
        String filter = ids.isEmpty() ? "" : "$filter=" + String.join("%20or%20", ids) + "&";
        return base + "/v1.0/" + token.resource() + "/delta?" + select + filter + "$deltatoken=";
    }

    /** As {@link #anew(String, DeltaToken)}, for a request that a fault meets. */
    static String anew(Request request) {
        Map<String, String> query = request.query();
        for (String name : List.of("$deltatoken", "$skiptoken")) {
            String text = query.get(name);
            if (text != null && DeltaToken.read(text).isPresent()) {
                return anew(request.base().toString(), DeltaToken.read(text).get());
            }
        }
        return request.base() + request.rawPath() + "?$deltatoken=";
    }
}
