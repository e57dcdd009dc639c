package dev.mtdconnector.intake;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.AppException.FieldError;
import dev.mtdconnector.http.Fields;
import dev.mtdconnector.http.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request's body taken apart into events without building it: what is too much is refused before it takes memory. All
 * framings that occur are taken: {@code {"events": [...]}}, with whatever beside it; a bare array; one event.
 */
public final class EventBody {

    static final int MOST_EVENTS = 2000;

    /** An event that cannot be told yet is stored whole; real ones have a few thousand characters. */
    static final int LONGEST_EVENT = 100_000;

    private final String body;
    private final List<String> events = new ArrayList<>();

    private EventBody(String body) {
        this.body = body;
    }

    /**
     * The events as they were sent, each for itself.
     *
     * @throws AppException REQUEST_INVALID when the body is not JSON or holds no events, or more than {@link #MOST_EVENTS}
     */
    static List<String> split(String body) {
        return split(body, EventBody::read);
    }

    /**
     * The same for a body that has its list of events at this place; at the place of the list one event may stand instead.
     * A body that has nothing there holds no events.
     *
     * @param at of names only, none of which is an index
     * @throws AppException REQUEST_INVALID as {@link #split(String)}
     */
    public static List<String> splitAt(String body, JsonPointer at) {
        return split(body, (taken, parser) -> {
            parser.nextToken();
            taken.find(parser, at);
        });
    }

    private interface Reader {
        void read(EventBody taken, JsonParser parser) throws IOException;
    }

    private static List<String> split(String body, Reader reader) {
        EventBody taken = new EventBody(body);
        if (body.isBlank()) {
            throw AppException.invalid("events", "a JSON body is required");
        }
        try (JsonParser parser = Json.MAPPER.createParser(body)) {
            reader.read(taken, parser);
            if (parser.nextToken() != null) {
                throw AppException.invalid("events", "must be one JSON value, with nothing after it");
            }
        } catch (JsonProcessingException e) {
            throw Fields.notJson(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return taken.events;
    }

    /** One event as a tree, or null when it is too long to be looked at. */
    static @Nullable JsonNode tree(String event) {
        return event.length() > LONGEST_EVENT ? null : Fields.parse(event);
    }

    static FieldError tooLong(String path) {
        return new FieldError(path, "must have at most " + LONGEST_EVENT + " characters");
    }

    private void read(JsonParser parser) throws IOException {
        JsonToken first = parser.nextToken();
        if (first == JsonToken.START_ARRAY) {
            list(parser);
        } else if (first == JsonToken.START_OBJECT) {
            object(parser);
        } else {
            throw AppException.invalid("events", "must be a list of events");
        }
    }

    /** Reads the value on which the parser stands to its end, and takes what is at the place. */
    private void find(JsonParser parser, JsonPointer at) throws IOException {
        JsonToken token = parser.currentToken();
        if (at.matches() && token == JsonToken.START_ARRAY) {
            list(parser);
        } else if (at.matches() && token == JsonToken.START_OBJECT) {
            int start = (int) parser.currentTokenLocation().getCharOffset();
            parser.skipChildren();
            events.add(body.substring(start, end(parser)));
        } else if (at.matches() || token != JsonToken.START_OBJECT) {
            throw AppException.invalid("events", "must be a list of events");
        } else {
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean isOnTheWay = parser.currentName().equals(at.getMatchingProperty());
                parser.nextToken();
                if (isOnTheWay) {
                    find(parser, at.tail());
                } else {
                    parser.skipChildren();
                }
            }
        }
    }

    private void object(JsonParser parser) throws IOException {
        int start = (int) parser.currentTokenLocation().getCharOffset();
        boolean isEvent = true;
        boolean isList = false;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (name.equals("events")) {
                isEvent = false;
                isList = value == JsonToken.START_ARRAY;
                if (isList) {
                    list(parser);
                    continue;
                }
            }
            parser.skipChildren();
        }
        if (isEvent) {
            events.add(body.substring(start, end(parser)));
        } else if (!isList) {
            throw AppException.invalid("events", "must be a list of events");
        }
    }

    private void list(JsonParser parser) throws IOException {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (events.size() == MOST_EVENTS) {
                throw AppException.invalid("events", "must be at most " + MOST_EVENTS + " events");
            }
            int start = (int) parser.currentTokenLocation().getCharOffset();
            parser.skipChildren();
            // A scalar is read to its end only when it is asked for.
            parser.getText();
            events.add(body.substring(start, end(parser)));
        }
    }

    private static int end(JsonParser parser) {
        return (int) parser.currentLocation().getCharOffset();
    }
}
