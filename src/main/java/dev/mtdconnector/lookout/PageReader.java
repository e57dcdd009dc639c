package dev.mtdconnector.lookout;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.mtdconnector.feed.RiskApi;
import dev.mtdconnector.feed.UnreadablePageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page taken apart into its items without building them: what is wrong within one item is found by who reads that item, and
 * costs no other. The text is strict UTF-8.
 */
final class PageReader {

    /** More than is ever asked for: a server that gives more than the limit is borne within reason. */
    private static final int MOST_ITEMS = 5 * RiskApi.MOST;

    /** Lenient where {@code http.Json} is strict: a name that stands twice spoils its item, not the page. */
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(500)
                    .maxNumberLength(1_000)
                    .build())
            .build();

    private final String text;
    private final String listName;
    private final String placeName;
    private final List<String> items = new ArrayList<>();
    private int tooLong;
    private @Nullable String last;
    private @Nullable String lastNamed;
    private boolean hasList;

    private PageReader(String text, String listName, String placeName) {
        this.text = text;
        this.listName = listName;
        this.placeName = placeName;
    }

    /**
     * The page of a body.
     *
     * @param listName of the field that holds the items
     * @param placeName of the field of an item that is its place
     * @throws UnreadablePageException when it is not JSON with such a list
     */
    static RiskApi.Page read(byte[] body, String listName, String placeName) {
        String text = decoded(body);
        PageReader reader = new PageReader(text, listName, placeName);
        try (JsonParser parser = FACTORY.createParser(text)) {
            reader.page(parser);
            if (parser.nextToken() != null) {
                throw new UnreadablePageException("Something follows after the page's JSON");
            }
        } catch (JsonProcessingException e) {
            throw new UnreadablePageException("The page is not JSON");
        } catch (IOException e) {
            throw new IllegalStateException("Text is read from memory", e);
        }
        if (!reader.hasList) {
            throw new UnreadablePageException("The page has no list of " + listName);
        }
        String place = reader.lastNamed != null ? reader.lastNamed : reader.last;
        if (reader.items.isEmpty() && reader.tooLong == 0) {
            return new RiskApi.Page(List.of(), 0, null);
        }
        if (place == null || !place.matches("[!-~]{1,100}")) {
            throw new UnreadablePageException("The page does not say where it ends");
        }
        return new RiskApi.Page(reader.items, reader.tooLong, place);
    }

    private static String decoded(byte[] body) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(body))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new UnreadablePageException("The page is not UTF-8");
        }
    }

    private void page(JsonParser parser) throws IOException {
        JsonToken first = parser.nextToken();
        if (first == JsonToken.START_ARRAY) {
            list(parser);
            return;
        }
        if (first != JsonToken.START_OBJECT) {
            throw new UnreadablePageException("The page is no JSON object");
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (name.equals(listName) && value == JsonToken.START_ARRAY) {
                list(parser);
            } else if (name.equals("last_oid") && value == JsonToken.VALUE_STRING) {
                lastNamed = parser.getText();
            } else {
                parser.skipChildren();
            }
        }
    }

    private void list(JsonParser parser) throws IOException {
        hasList = true;
        JsonToken token;
        while ((token = parser.nextToken()) != JsonToken.END_ARRAY) {
            if (items.size() + tooLong == MOST_ITEMS) {
                throw new UnreadablePageException("The page has more than " + MOST_ITEMS + " items");
            }
            int start = (int) parser.currentTokenLocation().getCharOffset();
            if (token == JsonToken.START_OBJECT) {
                item(parser);
            } else {
                parser.skipChildren();
                // A scalar is read to its end only when it is asked for.
                parser.getText();
            }
            int end = (int) parser.currentLocation().getCharOffset();
            if (end - start > RiskApi.LONGEST_ITEM) {
                tooLong++;
            } else {
                items.add(text.substring(start, end));
            }
        }
    }

    private void item(JsonParser parser) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (name.equals(placeName) && value == JsonToken.VALUE_STRING) {
                last = parser.getText();
            } else {
                parser.skipChildren();
            }
        }
    }
}
