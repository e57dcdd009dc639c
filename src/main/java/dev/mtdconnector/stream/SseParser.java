package dev.mtdconnector.stream;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes server-sent events apart, from bytes in whatever pieces they arrive. As the standard has it, but for frames without
 * data, which it drops: {@code reconnect} and {@code end} of the Mobile Risk API are such. Bytes that are no UTF-8 become
 * U+FFFD. What is not complete when the stream ends was never said. Not safe for several threads.
 *
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream">Parsing an event
 *     stream</a>
 */
final class SseParser {

    /** Bytes of a frame; a thousand ordinary events have two million. */
    static final int MOST_BYTES = 8 << 20;

    private static final byte CR = '\r';
    private static final byte LF = '\n';
    private static final String BYTE_ORDER_MARK = "\ufeff";

    /** A bounded number of digits, far beyond any wait that is believed. */
    private static final int MOST_DIGITS = 9;

    private final Consumer<Frame> frames;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private StringBuilder data = new StringBuilder();
    private String event = "";
    private @Nullable String id;
    private @Nullable Long retryMillis;
    private boolean hasData;
    private boolean isFirstLine = true;
    private boolean isAfterCr;
    private int size;

    SseParser(Consumer<Frame> frames) {
        this.frames = frames;
    }

    /**
     * A frame.
     *
     * @param event the name; empty when it has none
     * @param data lines with line feeds between; empty when it has none
     * @param id null when it has none
     * @param retryMillis how long to wait before connecting again; null when it does not say
     */
    record Frame(
            String event,
            String data,
            @Nullable String id,
            @Nullable Long retryMillis) {}

    /** A frame that is larger than can be. */
    static final class TooLargeException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private TooLargeException() {
            super("A frame has more than " + MOST_BYTES + " bytes");
        }
    }

    /**
     * @throws TooLargeException when the frame is; the stream cannot be followed any further then
     */
    void parse(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            byte one = bytes.get();
            boolean isSecondOfTwo = isAfterCr && one == LF;
            isAfterCr = one == CR;
            if (isSecondOfTwo) {
                continue;
            }
            if (one == CR || one == LF) {
                endLine();
                continue;
            }
            if (++size > MOST_BYTES) {
                throw new TooLargeException();
            }
            line.write(one);
        }
    }

    private void endLine() {
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        if (isFirstLine && text.startsWith(BYTE_ORDER_MARK)) {
            text = text.substring(1);
        }
        isFirstLine = false;
        if (text.isEmpty()) {
            endFrame();
            return;
        }
        int colon = text.indexOf(':');
        if (colon == 0) {
            return;
        }
        String name = colon < 0 ? text : text.substring(0, colon);
        String value = colon < 0 ? "" : text.substring(colon + 1);
        field(name, value.startsWith(" ") ? value.substring(1) : value);
    }

    private void field(String name, String value) {
        switch (name) {
            case "event" -> event = value;
            case "data" -> {
                data.append(hasData ? "\n" : "").append(value);
                hasData = true;
            }
            case "id" -> id = value.indexOf('\0') >= 0 ? id : value;
            case "retry" ->
                retryMillis = value.matches("[0-9]{1," + MOST_DIGITS + "}") ? Long.valueOf(value) : retryMillis;
            default -> {
                // The standard wants fields that are not known passed over.
            }
        }
    }

    private void endFrame() {
        boolean isFrame = hasData || !event.isEmpty() || id != null || retryMillis != null;
        Frame frame = new Frame(event, data.toString(), id, retryMillis);
        data = new StringBuilder();
        event = "";
        id = null;
        retryMillis = null;
        hasData = false;
        size = 0;
        if (isFrame) {
            frames.accept(frame);
        }
    }
}
