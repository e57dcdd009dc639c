package dev.mtdconnector.intake;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.AppException.FieldError;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.http.HttpAnswer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What who pushed events is answered: a request of which no event could be taken is an error; one of which some could is
 * not, and says which were not.
 */
public final class IntakeAnswer {

    private IntakeAnswer() {}

    /**
     * @throws AppException IDENTITY_FORBIDDEN, EVENTS_FULL or REQUEST_INVALID when none was taken
     */
    public static HttpAnswer of(EventIntake.Result result) {
        int taken = result.applied() + result.unchanged() + result.parked() + result.kept();
        if (taken == 0 && !result.rejected().isEmpty()) {
            throw refusal(result);
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("applied", result.applied());
        answer.put("unchanged", result.unchanged());
        answer.put("parked", result.parked());
        answer.put("kept", result.kept());
        // The first name of the same number.
        answer.put("ignored", result.kept());
        answer.put("rejected", result.rejected());
        return HttpAnswer.json(200, answer);
    }

    private static AppException refusal(EventIntake.Result result) {
        List<FieldError> errors = result.rejected().stream()
                .flatMap(rejected -> rejected.errors().stream())
                .limit(100)
                .toList();
        if (result.foreign() == result.rejected().size()) {
            return new AppException(ErrorCode.IDENTITY_FORBIDDEN, "The events are another enterprise's.", errors);
        }
        if (result.full() > 0) {
            return new AppException(ErrorCode.EVENTS_FULL, "No more events can wait for their devices.", errors);
        }
        return new AppException(ErrorCode.REQUEST_INVALID, "None of the events is valid.", errors);
    }
}
