package dev.mtdconnector.local.contoso;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mtdconnector.local.http.Answer;
import dev.mtdconnector.local.http.Json;
import dev.mtdconnector.local.http.Request;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One call of Graph: its query and caller, and how its answer is written. */
final class GraphCall {

    static final int PAGE = 100;
    static final int MOST = 999;

    /** Pages are no longer than this when related objects are written with each object. */
    static final int EXPANDED_PAGE = 100;

    static final List<String> DERIVED = List.of("user", "group", "device", "servicePrincipal");
    private static final int MOST_EXPANDED = 20;

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

    /** Writes an object: whole, or without the properties that Contoso has nothing for. */
    interface Node {
        ObjectNode write(boolean whole);
    }

    /**
     * An object, written only when it is on the page.
     *
     * @param expanded writes the related objects that were asked for; null for none
     */
    record Item(String type, String id, Node node, @Nullable Supplier<ObjectNode> expanded) {

        Item(String type, String id, Node node) {
            this(type, id, node, null);
        }

        Item with(Supplier<ObjectNode> related) {
            return new Item(type, id, node, related);
        }
    }

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

    String base() {
        return request.base().toString();
    }

    boolean prefers(String preference) {
        String header = request.header("Prefer");
        return header != null
                && header.toLowerCase(Locale.ROOT).replace(" ", "").contains(preference);
    }

    /** Answers one object. */
    Answer entity(String set, Item item) {
        query.allow(item.expanded() == null ? Set.of("$select") : Set.of("$select", "$expand"));
        List<String> select = query.select(item.type(), List.of());
        ObjectNode body = Json.object().put("@odata.context", context(set, select) + "/$entity");
        body.setAll(shown(item, select));
        return Answer.json(200, body);
    }

    /**
     * Answers a page of objects of one type.
     *
     * @param set as the context names it, as {@code groups}
     */
    Answer page(String type, String set, Source items) {
        return page(items, set, query.select(type, List.of()), query.top(PAGE, MOST), false);
    }

    /** As {@link #page(String, String, Source)}, for resources with pages of their own size. */
    Answer page(String type, String set, Source items, int pageSize) {
        return page(type, set, items, pageSize, pageSize);
    }

    /** As {@link #page(String, String, Source)}, with pages of this size unless $top asks for more, up to the most. */
    Answer page(String type, String set, Source items, int pageSize, int most) {
        return page(items, set, query.select(type, List.of()), query.top(pageSize, most), false);
    }

    /** Answers a page of objects of several types, each with its type; a type the caller may not read is withheld. */
    Answer mixedPage(Source items) {
        List<String> select = query.select("directoryObject", DERIVED);
        return page(items, "directoryObjects", select, query.top(PAGE, MOST), true);
    }

    /** Answers how many there are, as text. */
    Answer count(Source items) {
        if (!query.eventual() && on(Rule.COUNT_SEGMENT_ADVANCED)) {
            throw new GraphError(400, "Request_BadRequest", "$count is not currently supported.");
        }
        return Answer.text(200, Integer.toString(items.count()));
    }

    private Answer page(Source items, String set, List<String> select, int asked, boolean typed) {
        boolean expanding = query.options().containsKey("$expand") && on(Rule.EXPAND_PAGE);
        int size = expanding ? Math.min(asked, EXPANDED_PAGE) : asked;
        PageToken from = PageToken.of(query.options().get("$skiptoken"), fingerprint(), on(Rule.SKIPTOKEN_BOUND));
        Slice<Item> page = items.page(from.place(), from.last(), size);
        ObjectNode body = Json.object().put("@odata.context", context(set, select));
        if (query.count() && (query.eventual() || !on(Rule.COUNT_ADVANCED))) {
            body.put("@odata.count", items.count());
        }
        if (!page.last()) {
            String last = page.items().get(page.items().size() - 1).id();
            body.put("@odata.nextLink", nextLink(new PageToken(page.next(), last)));
        }
        ArrayNode value = body.putArray("value");
        for (Item item : page.items()) {
            ObjectNode shown = shown(item, select);
            if (related()) {
                shown = withheld(item, shown);
            }
            ObjectNode one = Json.object();
            if (typed && on(Rule.ODATA_TYPES)) {
                one.put("@odata.type", "#microsoft.graph." + item.type());
            }
            value.add(one.setAll(shown));
        }
        return Answer.json(200, body);
    }

    private ObjectNode shown(Item item, List<String> select) {
        ObjectNode shown =
                GraphEntities.project(item.type(), item.node().write(select.isEmpty()), select, on(Rule.USER_DEFAULTS));
        if (item.expanded() != null) {
            shown.setAll(item.expanded().get());
        }
        return shown;
    }

    private ObjectNode withheld(Item item, ObjectNode shown) {
        return on(Rule.LIMITED_INFORMATION)
                        && !caller.hasAny(GraphAccess.ofType(item.type()).roles())
                ? GraphEntities.withheld(item.type(), shown)
                : shown;
    }

    /** Related objects, written inside of another one: not more than twenty, and no link to the rest. */
    ObjectNode expansion(String name, List<String> select, List<Item> related) {
        ObjectNode node = Json.object();
        ArrayNode array = node.putArray(name);
        related.stream()
                .limit(on(Rule.EXPAND_LIMIT) ? MOST_EXPANDED : Integer.MAX_VALUE)
                .forEach(item -> array.addObject()
                        .put("@odata.type", "#microsoft.graph." + item.type())
                        .setAll(withheld(item, shown(item, select))));
        return node;
    }

    /** Objects reached from another one, not from their own collection. */
    private boolean related() {
        boolean intune = path.startsWith("device") && !path.startsWith("devices/");
        return path.contains("/") && !intune && !path.startsWith("servicePrincipals/");
    }

    String context(String set, List<String> select) {
        String properties = select.isEmpty() ? "" : "(" + String.join(",", select) + ")";
        return request.base() + "/v1.0/$metadata#" + set + properties;
    }

    private String nextLink(PageToken token) {
        Map<String, String> options = new LinkedHashMap<>(query.options());
        options.remove("$skiptoken");
        options.put("$skiptoken", token.text(fingerprint()));
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
