package dev.mtdconnector.local.contoso;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mtdconnector.local.http.Answer;
import dev.mtdconnector.local.http.Json;
import dev.mtdconnector.local.http.Request;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One call of Graph: its query and caller, and how its answer is written. */
final class GraphCall {

    static final int PAGE = 100;
    static final int MOST = 999;

    private static final List<String> DERIVED = List.of("user", "group", "device", "servicePrincipal");

    private final Request request;
    private final GraphQuery query;
    private final TokenCheck.Caller caller;
    private final Set<Rule> off;
    private final String path;

    /**
     * @param path under the version, in its canonical letter case
     */
    GraphCall(Request request, GraphQuery query, TokenCheck.Caller caller, Set<Rule> off, String path) {
        this.request = request;
        this.query = query;
        this.caller = caller;
        this.off = off;
        this.path = path;
    }

    /** An object, written only when it is on the page. */
    record Item(String type, String id, Supplier<ObjectNode> node) {}

    GraphQuery query() {
        return query;
    }

    TokenCheck.Caller caller() {
        return caller;
    }

    void require(GraphAccess access) {
        access.require(caller, off);
    }

    boolean on(Rule rule) {
        return !off.contains(rule);
    }

    /** Answers one object. */
    Answer entity(String type, String set, ObjectNode full) {
        query.allow(Set.of("$select"));
        List<String> select = query.select(type, List.of());
        ObjectNode body = Json.object().put("@odata.context", context(set, select) + "/$entity");
        body.setAll(GraphEntities.project(type, full, select, on(Rule.USER_DEFAULTS)));
        return Answer.json(200, body);
    }

    /**
     * Answers a page of objects of one type.
     *
     * @param set as the context names it, as {@code groups}
     */
    Answer page(String type, String set, List<Item> items) {
        return page(items, set, query.select(type, List.of()), query.top(PAGE, MOST), false);
    }

    /** As {@link #page(String, String, List)}, for resources with pages of their own size. */
    Answer page(String type, String set, List<Item> items, int pageSize) {
        return page(items, set, query.select(type, List.of()), query.top(pageSize, pageSize), false);
    }

    /** Answers a page of objects of several types, each with its type; a type the caller may not read is withheld. */
    Answer mixedPage(List<Item> items) {
        List<String> select = query.select("directoryObject", DERIVED);
        return page(items, "directoryObjects", select, query.top(PAGE, MOST), true);
    }

    /** Answers a page of related objects, cast to one type. */
    Answer castPage(String type, String set, List<Item> items) {
        List<Item> cast =
                items.stream().filter(item -> item.type().equals(type)).toList();
        return page(cast, set, query.select(type, List.of()), query.top(PAGE, MOST), false);
    }

    private Answer page(List<Item> items, String set, List<String> select, int size, boolean typed) {
        int start = start(items);
        int end = (int) Math.min(items.size(), (long) start + size);
        ObjectNode body = Json.object().put("@odata.context", context(set, select));
        if (query.count() && (query.eventual() || !on(Rule.COUNT_ADVANCED))) {
            body.put("@odata.count", items.size());
        }
        if (end < items.size()) {
            body.put("@odata.nextLink", nextLink(items.get(end - 1).id(), end));
        }
        ArrayNode value = body.putArray("value");
        for (Item item : items.subList(start, end)) {
            ObjectNode shown = GraphEntities.project(item.type(), item.node().get(), select, on(Rule.USER_DEFAULTS));
            if (related()
                    && on(Rule.LIMITED_INFORMATION)
                    && !caller.hasAny(GraphAccess.ofType(item.type()).roles())) {
                shown = GraphEntities.withheld(item.type(), shown);
            }
            ObjectNode one = Json.object();
            if (typed && on(Rule.ODATA_TYPES)) {
                one.put("@odata.type", "#microsoft.graph." + item.type());
            }
            value.add(one.setAll(shown));
        }
        return Answer.json(200, body);
    }

    /** Objects reached from another one, not from their own collection. */
    private boolean related() {
        return path.contains("/") && !path.startsWith("deviceManagement/") && !path.startsWith("servicePrincipals/");
    }

    private String context(String set, List<String> select) {
        String properties = select.isEmpty() ? "" : "(" + String.join(",", select) + ")";
        return request.base() + "/v1.0/$metadata#" + set + properties;
    }

    private int start(List<Item> items) {
        String token = query.options().get("$skiptoken");
        if (token == null) {
            return 0;
        }
        String[] parts;
        try {
            parts = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8).split("\\|", -1);
        } catch (IllegalArgumentException e) {
            throw badToken();
        }
        if (parts.length != 3 || (!parts[0].equals(fingerprint()) && on(Rule.SKIPTOKEN_BOUND))) {
            throw badToken();
        }
        for (int i = 0; i < items.size(); i++) {
            if (items.get(i).id().equals(parts[1])) {
                return i + 1;
            }
        }
        // The last one shown is gone since: go on at its place.
        return Math.min(items.size(), Math.max(0, Integer.parseInt(parts[2]) - 1));
    }

    private static GraphError badToken() {
        return new GraphError(400, "Request_BadRequest", "The specified page token value is not valid.");
    }

    private String nextLink(String lastId, int next) {
        String token = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((fingerprint() + "|" + lastId + "|" + next).getBytes(StandardCharsets.UTF_8));
        Map<String, String> options = new LinkedHashMap<>(query.options());
        options.remove("$skiptoken");
        options.put("$skiptoken", token);
        String encoded = options.entrySet().stream()
                .map(one -> one.getKey() + "="
                        + URLEncoder.encode(one.getValue(), StandardCharsets.UTF_8)
                                .replace("+", "%20")
                                .replace("%2C", ","))
                .collect(Collectors.joining("&"));
        return request.base() + request.rawPath() + "?" + encoded;
    }

    private String fingerprint() {
        Map<String, String> options = new LinkedHashMap<>(query.options());
        options.remove("$skiptoken");
        return Integer.toHexString((path + options).hashCode());
    }

    /** The type of a cast segment, with or without its namespace; null when the segment is no cast. */
    static @Nullable String castType(String segment) {
        String lower = Contoso.lower(segment);
        String name = lower.startsWith("microsoft.graph.")
                ? lower.substring("microsoft.graph.".length())
                : lower.startsWith("graph.") ? lower.substring("graph.".length()) : "";
        return switch (name) {
            case "user", "group", "device" -> name;
            case "serviceprincipal" -> "servicePrincipal";
            default -> null;
        };
    }
}
