package dev.mtdconnector.audit;

import dev.mtdconnector.audit.AuditEntry.Difference;
import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.http.Fields;
import dev.mtdconnector.http.HttpAnswer;
import dev.mtdconnector.http.HttpRequest;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.signin.Access;
import dev.mtdconnector.signin.Caller;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The audit trail, page by page, as JSON or as CSV. Nothing here changes it.
 *
 * <p>Filters: {@code from} and {@code to} (RFC 3339; the latter is excluded), {@code actor}, {@code action}. A page of a rare
 * actor may be short though more follow: {@code next} says whether there are more.
 */
public final class AuditRoutes {

    private static final int PAGE = 100;
    private static final int MOST = 1000;

    /** Entries that are looked through for one page. */
    private static final int LOOKED_THROUGH = 5000;

    private static final Pattern CURSOR = Pattern.compile("[0-9]{19}\\|[0-9a-f]{16}");

    private final AuditStore store;

    public AuditRoutes(AuditStore store) {
        this.store = store;
    }

    public List<Route> routes() {
        return List.of(
                new Route(
                        "GET",
                        "/api/v1/audit",
                        Access.SYSTEM_READ,
                        null,
                        (request, caller) -> list(((Caller.OfTenant) caller).tenantId(), request)),
                new Route(
                        "GET",
                        "/api/v1/operator/audit",
                        Access.OPERATOR,
                        null,
                        (request, caller) -> list(AuditStore.OPERATOR, request)),
                new Route(
                        "GET",
                        "/api/v1/operator/tenants/{tenantId}/audit",
                        Access.OPERATOR,
                        null,
                        (request, caller) -> list(tenantId(request), request)));
    }

    private static String tenantId(HttpRequest request) {
        String tenantId = request.pathParameter("tenantId").toLowerCase(Locale.ROOT);
        if (!Fields.isGuid(tenantId)) {
            throw new AppException(ErrorCode.TENANT_UNKNOWN);
        }
        return tenantId;
    }

    private HttpAnswer list(String place, HttpRequest request) {
        Map<String, String> query = request.query();
        boolean isCsv = isCsv(query.get("format"));
        int limit = limit(query.get("limit"));
        Instant from = time("from", query.get("from"));
        Instant to = time("to", query.get("to"));
        String actor = query.get("actor");
        String action = query.get("action");
        String cursor = query.get("cursor");
        if (cursor != null && !CURSOR.matcher(cursor).matches()) {
            throw AppException.invalid("cursor", "must be the next of the page before");
        }
        List<AuditEntry> found = new ArrayList<>();
        String next = cursor;
        int looked = 0;
        do {
            AuditStore.Page page = store.list(place, from, to, limit - found.size(), next);
            page.entries().stream()
                    .filter(entry -> actor == null || entry.actor().equals(actor))
                    .filter(entry -> action == null || entry.action().equals(action))
                    .forEach(found::add);
            next = page.next();
            looked += page.entries().size();
        } while (next != null && found.size() < limit && looked < LOOKED_THROUGH);
        return isCsv ? csv(found, next) : json(found, next);
    }

    private static boolean isCsv(@Nullable String format) {
        if (format == null || format.equals("json")) {
            return false;
        }
        if (!format.equals("csv")) {
            throw AppException.invalid("format", "must be json or csv");
        }
        return true;
    }

    private static int limit(@Nullable String text) {
        if (text == null) {
            return PAGE;
        }
        int limit = text.matches("[0-9]{1,4}") ? Integer.parseInt(text) : 0;
        if (limit < 1 || limit > MOST) {
            throw AppException.invalid("limit", "must be a whole number from 1 to " + MOST);
        }
        return limit;
    }

    private static @Nullable Instant time(String name, @Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            Instant time = OffsetDateTime.parse(text).toInstant();
            if (time.isAfter(Instant.EPOCH) && time.isBefore(Instant.parse("9999-01-01T00:00:00Z"))) {
                return time;
            }
        } catch (DateTimeException e) {
            // Said below, like a time that is out of bounds.
        }
        throw AppException.invalid(name, "must be a time like 2026-11-21T09:00:00Z");
    }

    private static HttpAnswer json(List<AuditEntry> entries, @Nullable String next) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("entries", entries.stream().map(AuditRoutes::view).toList());
        answer.put("next", next);
        return HttpAnswer.json(200, answer);
    }

    private static Map<String, Object> view(AuditEntry entry) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("id", entry.id());
        view.put("at", entry.at());
        view.put("actor", entry.actor());
        view.put("action", entry.action());
        view.put("target", entry.target());
        view.put("outcome", entry.outcome().label());
        view.put("code", entry.code());
        view.put("correlationId", entry.correlationId());
        Map<String, Object> changes = new LinkedHashMap<>();
        entry.changes().forEach((path, difference) -> changes.put(path, view(difference)));
        view.put("changes", changes);
        return view;
    }

    private static Map<String, Object> view(Difference difference) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("before", difference.before());
        view.put("after", difference.after());
        return view;
    }

    /** A line a changed value, so that a spreadsheet can sort by it; an act without any has one line. */
    private static HttpAnswer csv(List<AuditEntry> entries, @Nullable String next) {
        Csv csv = new Csv(
                "at", "actor", "action", "target", "outcome", "code", "field", "before", "after", "correlationId");
        for (AuditEntry entry : entries) {
            String target = String.join(
                    " ",
                    entry.target().entrySet().stream()
                            .map(part -> part.getKey() + "=" + part.getValue())
                            .toList());
            Map<String, Difference> changes =
                    entry.changes().isEmpty() ? Map.of("", new Difference(null, null)) : entry.changes();
            changes.forEach((path, difference) -> csv.line(
                    entry.at().toString(),
                    entry.actor(),
                    entry.action(),
                    target,
                    entry.outcome().label(),
                    entry.code(),
                    path,
                    difference.before(),
                    difference.after(),
                    entry.correlationId()));
        }
        HttpAnswer answer = new HttpAnswer(
                200,
                Map.of(
                        "Content-Type",
                        "text/csv; charset=utf-8",
                        "Content-Disposition",
                        "attachment; filename=\"audit.csv\""),
                csv.text());
        return next == null ? answer : answer.withHeader("X-Next-Cursor", next);
    }
}
