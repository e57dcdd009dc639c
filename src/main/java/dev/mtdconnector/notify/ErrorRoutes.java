package dev.mtdconnector.notify;

import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.http.HttpAnswer;
import dev.mtdconnector.http.Route;
import dev.mtdconnector.notify.ErrorRecords.ErrorRecord;
import dev.mtdconnector.signin.Access;
import dev.mtdconnector.signin.Caller;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What went wrong in the tenant's jobs, with the remedy; never an upstream's own message. */
public final class ErrorRoutes {

    private static final int MOST_RECORDS = 200;

    private final ErrorRecords records;

    public ErrorRoutes(ErrorRecords records) {
        this.records = records;
    }

    public List<Route> routes() {
        return List.of(new Route("GET", "/api/v1/errors", Access.SYSTEM_READ, null, (request, caller) -> list(caller)));
    }

    private HttpAnswer list(Caller caller) {
        String tenantId = ((Caller.OfTenant) caller).tenantId();
        return HttpAnswer.json(
                200,
                Map.of(
                        "errors",
                        records.list(tenantId, MOST_RECORDS).stream()
                                .map(ErrorRoutes::view)
                                .toList()));
    }

    private static Map<String, Object> view(ErrorRecord errorRecord) {
        ErrorCode code = ErrorCode.ofCode(errorRecord.code()).orElse(ErrorCode.INTERNAL);
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("job", errorRecord.job());
        view.put("code", errorRecord.code());
        view.put("title", code.title());
        view.put("remedy", code.remedy());
        view.put("firstAt", errorRecord.firstAt());
        view.put("lastAt", errorRecord.lastAt());
        view.put("count", errorRecord.count());
        view.put("recoveredAt", errorRecord.recoveredAt());
        return view;
    }
}
