package dev.mtdconnector.intake;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.AppException.FieldError;
import java.util.List;

/**
 * How one vendor's feed tells what happened: where a body's events stand, and what each of them says in the words of Mobile
 * Risk API v2, which are the intake's own ({@link RiskEvents} writes them). Another vendor's feed is one such class; order,
 * repetition, bounds, unknown words and levels are the intake's affair and the same for all.
 *
 * <p>Events that wait for their device wait in the words of the intake, so what a format does today decides nothing of what
 * came in it yesterday. Immutable, and without any effect.
 */
public interface FeedFormat {

    /**
     * The events of a body, each as it was sent.
     *
     * @throws AppException REQUEST_INVALID when it is no body of this format; see {@link EventBody}
     */
    List<String> split(String body);

    /** What an event says. */
    Said said(JsonNode event);

    /** What the sender calls a field of Mobile Risk API v2, so that what is refused is named as it was sent. */
    default String nameAsSent(String field) {
        return field;
    }

    /**
     * What an event says, or why it cannot be understood: then nothing of it is taken.
     *
     * @param events any number, as Mobile Risk API v2 would say it
     * @param errors with the fields' names as the sender knows them
     */
    record Said(List<JsonNode> events, List<FieldError> errors) {
        public Said {
            events = List.copyOf(events);
            errors = List.copyOf(errors);
        }
    }
}
