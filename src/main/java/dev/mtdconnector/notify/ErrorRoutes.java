package dev.mtdconnector.notify;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.http.HttpAnswer;
import dev.mtdconnector.http.HttpRequest;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.notify.ErrorRecords.Episode;
import dev.mtdconnector.notify.ErrorRecords.ErrorRecord;
import dev.mtdconnector.notify.ErrorReport.Told;
import dev.mtdconnector.signin.Access;
import dev.mtdconnector.signin.Caller;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What went wrong for the tenant, with the remedy and who was told; never an upstream's own message. */
public final class ErrorRoutes {

    private static final int PAGE = 200;
    private static final int MOST_ON_PAGE = 1000;
    private static final int MOST_RECORDS = 1000;

    /** What lasts first, then what failed last. */
    private static final Comparator<ErrorRecord> ORDER = Comparator.comparing((ErrorRecord one) -> !one.isOpen())
            .thenComparing(ErrorRecord::lastAt, Comparator.reverseOrder())
            .thenComparing(ErrorRecord::job)
            .thenComparing(ErrorRecord::code);

    private final ErrorRecords records;
    private final ErrorReportStore reports;

    public ErrorRoutes(ErrorRecords records, ErrorReportStore reports) {
        this.records = records;
        this.reports = reports;
    }

    public List<Route> routes() {
        return List.of(new Route(
                "GET",
                "/api/v1/errors",
                Access.SYSTEM_READ,
                null,
                (request, caller) -> list(((Caller.OfTenant) caller).tenantId(), request)));
    }

    private HttpAnswer list(String tenantId, HttpRequest request) {
        int limit = limit(request);
        Boolean isOpen = isOpen(request.query().get("state"));
        String cursor = request.query().get("cursor");
        List<ErrorRecord> all = records.list(tenantId, MOST_RECORDS);
        List<ErrorRecord> wanted = all.stream()
                .filter(one -> isOpen == null || one.isOpen() == isOpen)
                .sorted(ORDER)
                .toList();
        int from = cursor == null ? 0 : placeAfter(cursor, wanted);
        List<ErrorRecord> page = wanted.subList(from, Math.min(from + limit, wanted.size()));
        Map<String, Told> told = reports.find(tenantId)
                .map(reported -> reported.memory().byCause())
                .orElse(Map.of());
        long open = all.stream().filter(ErrorRecord::isOpen).count();
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("errors", page.stream().map(one -> view(one, told)).toList());
        answer.put("counts", Map.of("open", open, "recovered", all.size() - open));
        answer.put("next", from + page.size() < wanted.size() ? idOf(page.get(page.size() - 1)) : null);
        return HttpAnswer.json(200, answer);
    }

    /** Of a record that has moved meanwhile the page goes on where it is now. */
    private static int placeAfter(String cursor, List<ErrorRecord> wanted) {
        for (int i = 0; i < wanted.size(); i++) {
            if (idOf(wanted.get(i)).equals(cursor)) {
                return i + 1;
            }
        }
        throw AppException.invalid("cursor", "must be the next of the page before");
    }

    private static String idOf(ErrorRecord one) {
        return one.job() + "~" + one.code();
    }

    static int limit(HttpRequest request) {
        String text = request.query().get("limit");
        if (text == null) {
            return PAGE;
        }
        int limit = text.matches("[0-9]{1,4}") ? Integer.parseInt(text) : 0;
        if (limit < 1 || limit > MOST_ON_PAGE) {
            throw AppException.invalid("limit", "must be a whole number from 1 to " + MOST_ON_PAGE);
        }
        return limit;
    }

    private static @Nullable Boolean isOpen(@Nullable String text) {
        if (text == null || text.equals("all")) {
            return null;
        }
        if (!text.equals("open") && !text.equals("recovered")) {
            throw AppException.invalid("state", "must be open, recovered or all");
        }
        return text.equals("open");
    }

    private static Map<String, Object> view(ErrorRecord one, Map<String, Told> told) {
        ErrorCode code = ErrorCode.ofCode(one.code()).orElse(ErrorCode.INTERNAL);
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("job", one.job());
        view.put("code", one.code());
        view.put("title", code.title());
        view.put("remedy", code.remedy());
        view.put("firstAt", one.firstAt());
        view.put("lastAt", one.lastAt());
        view.put("count", one.count());
        view.put("correlationId", one.correlationId().isEmpty() ? null : one.correlationId());
        view.put("recoveredAt", one.recoveredAt());
        view.put("reported", reported(one, told.get(Trouble.causeOf(one))));
        view.put("before", one.before().stream().map(ErrorRoutes::view).toList());
        return view;
    }

    /** Null when nobody was told of this episode. */
    private static @Nullable Map<String, Object> reported(ErrorRecord one, @Nullable Told told) {
        if (told == null
                || one.lastAt().isBefore(told.since())
                || (told.closedAt() != null && one.firstAt().isAfter(told.closedAt()))) {
            return null;
        }
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("at", told.at());
        view.put("to", told.to());
        view.put("recoveryAt", told.closedAt());
        return view;
    }

    private static Map<String, Object> view(Episode episode) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("firstAt", episode.firstAt());
        view.put("lastAt", episode.lastAt());
        view.put("count", episode.count());
        view.put("recoveredAt", episode.recoveredAt());
        return view;
    }
}
