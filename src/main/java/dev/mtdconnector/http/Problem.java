package dev.mtdconnector.http;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import java.util.LinkedHashMap;
import java.util.Map;

/** An error as programs read it: a problem document (RFC 9457). */
final class Problem {

    private Problem() {}

    static HttpAnswer of(AppException e, String correlationId) {
        ErrorCode code = e.code();
        Map<String, Object> problem = new LinkedHashMap<>();
        problem.put("type", "urn:mtd-connector:error:" + code.code());
        problem.put("title", code.title());
        problem.put("status", code.status());
        problem.put("code", code.code());
        problem.put("detail", String.valueOf(e.getMessage()));
        problem.put("remedy", code.remedy());
        problem.put("correlationId", correlationId);
        if (!e.errors().isEmpty()) {
            problem.put("errors", e.errors());
        }
        problem.putAll(e.facts());
        return HttpAnswer.json(code.status(), problem)
                .withHeader("Content-Type", "application/problem+json; charset=utf-8");
    }
}
