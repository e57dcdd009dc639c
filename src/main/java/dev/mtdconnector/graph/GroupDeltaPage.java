package dev.mtdconnector.graph;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.mtdconnector.enrollment.DirectoryChanges.GroupSink;
import dev.mtdconnector.enrollment.DirectoryChanges.Position;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads a page of {@code groups/delta} without making an object of each member: a directory has hundreds of thousands. The
 * members of a group are handed over when the group's id is known, for the properties of an object come in any order.
 * The room that they take until then is kept from page to page; so not for several threads.
 */
final class GroupDeltaPage {

    private static final char[] USER = "#microsoft.graph.user".toCharArray();
    private static final char[] GROUP = "#microsoft.graph.group".toCharArray();
    private static final int GUID_LENGTH = 36;

    private long[] highs = new long[128];
    private long[] lows = new long[128];
    private byte[] kinds = new byte[128];
    private int members;

    private static final byte IS_GROUP = 1;
    private static final byte IS_REMOVED = 2;
    private static final byte IS_OTHER = 4;

    /**
     * @throws IOException when the page is cut off
     * @throws dev.mtdconnector.common.UpstreamException of kind REFUSED when it is no page of a delta query
     */
    Position read(InputStream body, GroupSink sink) throws IOException {
        String nextLink = null;
        String deltaLink = null;
        boolean hasValue = false;
        try (JsonParser parser = GraphClient.JSON.createParser(body)) {
            expect(parser.nextToken() == JsonToken.START_OBJECT);
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken token = parser.nextToken();
                if (name.equals("value")) {
                    expect(token == JsonToken.START_ARRAY);
                    hasValue = true;
                    while (parser.nextToken() == JsonToken.START_OBJECT) {
                        readGroup(parser, sink);
                    }
                    expect(parser.currentToken() == JsonToken.END_ARRAY);
                } else if (name.equals("@odata.nextLink") && token == JsonToken.VALUE_STRING) {
                    nextLink = parser.getText();
                } else if (name.equals("@odata.deltaLink") && token == JsonToken.VALUE_STRING) {
                    deltaLink = parser.getText();
                } else {
                    parser.skipChildren();
                }
            }
            if (parser.currentToken() != JsonToken.END_OBJECT) {
                throw new IOException("The page ends early");
            }
        }
        expect(hasValue);
        if (deltaLink == null && nextLink == null) {
            throw GraphFailures.refused("Graph answered a page of a delta query that leads nowhere");
        }
        return nextLink != null ? new Position(nextLink, false) : new Position(deltaLink, true);
    }

    private void readGroup(JsonParser parser, GroupSink sink) throws IOException {
        String id = null;
        String displayName = null;
        boolean isRemoved = false;
        members = 0;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken token = parser.nextToken();
            if (name.equals("id")) {
                id = Guids.answered(token == JsonToken.VALUE_STRING ? parser.getText() : null);
            } else if (name.equals("displayName") && token == JsonToken.VALUE_STRING) {
                displayName = parser.getText();
            } else if (name.equals("@removed")) {
                isRemoved = true;
                parser.skipChildren();
            } else if (name.equals("members@delta") && token == JsonToken.START_ARRAY) {
                while (parser.nextToken() == JsonToken.START_OBJECT) {
                    readMember(parser);
                }
                expect(parser.currentToken() == JsonToken.END_ARRAY);
            } else {
                parser.skipChildren();
            }
        }
        expect(id != null);
        if (id != null) {
            hand(id, displayName, isRemoved, sink);
        }
    }

    private void hand(String id, @Nullable String displayName, boolean isRemoved, GroupSink sink) {
        if (isRemoved) {
            sink.groupGone(id);
            return;
        }
        sink.group(id, displayName);
        for (int i = 0; i < members; i++) {
            boolean isGone = (kinds[i] & IS_REMOVED) != 0;
            if ((kinds[i] & IS_GROUP) != 0) {
                sink.child(id, new UUID(highs[i], lows[i]).toString(), isGone);
            } else if ((kinds[i] & IS_OTHER) == 0) {
                sink.user(id, highs[i], lows[i], isGone);
            }
        }
    }

    private void readMember(JsonParser parser) throws IOException {
        if (members == highs.length) {
            highs = Arrays.copyOf(highs, members * 2);
            lows = Arrays.copyOf(lows, members * 2);
            kinds = Arrays.copyOf(kinds, members * 2);
        }
        byte kind = 0;
        boolean hasId = false;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken token = parser.nextToken();
            if (name.equals("id")) {
                expect(token == JsonToken.VALUE_STRING && parser.getTextLength() == GUID_LENGTH);
                char[] text = parser.getTextCharacters();
                int offset = parser.getTextOffset();
                highs[members] = hex(text, offset, 0, 18);
                lows[members] = hex(text, offset, 19, 36);
                hasId = true;
            } else if (name.equals("@odata.type")) {
                kind |= isText(parser, USER) ? 0 : isText(parser, GROUP) ? IS_GROUP : IS_OTHER;
            } else if (name.equals("@removed")) {
                kind |= IS_REMOVED;
                parser.skipChildren();
            } else {
                parser.skipChildren();
            }
        }
        expect(hasId);
        kinds[members++] = kind;
    }

    /** Whether the value is this text; no string is made of it. */
    private static boolean isText(JsonParser parser, char[] expected) throws IOException {
        int from = parser.getTextOffset();
        int to = from + parser.getTextLength();
        return Arrays.equals(parser.getTextCharacters(), from, to, expected, 0, expected.length);
    }

    /** The digits of one half of a GUID; the hyphens stand at fixed places. */
    private static long hex(char[] text, int offset, int from, int to) {
        long value = 0;
        for (int i = from; i < to; i++) {
            char c = text[offset + i];
            boolean isHyphen = i == 8 || i == 13 || i == 18 || i == 23;
            expect(isHyphen == (c == '-'));
            if (!isHyphen) {
                int digit = Character.digit(c, 16);
                expect(digit >= 0 && c < 128);
                value = value << 4 | digit;
            }
        }
        return value;
    }

    private static void expect(boolean holds) {
        if (!holds) {
            throw GraphFailures.refused("Graph answered something that is no page of a delta query of groups");
        }
    }
}
