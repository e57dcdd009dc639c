package dev.mtdconnector.local.risk;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mtdconnector.local.http.Answer;
import dev.mtdconnector.local.http.Json;
import dev.mtdconnector.local.http.Refusal;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** Errors in the vendor's form: {@code error} and {@code request-id}. */
final class RiskErrors {

    private final Set<RiskRule> off;
    private final AtomicLong requests = new AtomicLong();

    RiskErrors(Set<RiskRule> off) {
        this.off = off;
    }

    Answer answer(int status, String error) {
        ObjectNode body = Json.object().put("error", error);
        if (!off.contains(RiskRule.ERRORS_CARRY_A_REQUEST_ID)) {
            body.put("request-id", RiskIds.named("request " + requests.incrementAndGet()));
        }
        return Answer.json(status, body);
    }

    Refusal refusal(int status, String error) {
        return new Refusal(answer(status, error));
    }
}
