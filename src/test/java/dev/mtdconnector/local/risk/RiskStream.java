package dev.mtdconnector.local.risk;

import dev.mtdconnector.local.http.LocalServer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The event stream: server-sent events, until the client goes or the vendor says so. */
final class RiskStream {

    private static final int BATCH = 100;
    private static final int RETRY_MILLIS = 1000;

    /** A fault that is set while a stream waits is seen after so long. */
    private static final long LOOK_MILLIS = 50;

    private final RiskFaults faults;
    private final Duration heartbeat;
    private final Set<RiskRule> off;

    RiskStream(RiskFaults faults, Duration heartbeat, Set<RiskRule> off) {
        this.faults = faults;
        this.heartbeat = heartbeat;
        this.off = off;
    }

    /** Sends events after the cursor, for ever; null begins with the oldest that is kept. */
    void write(RiskFeed feed, @Nullable String cursor, Set<String> types, OutputStream out)
            throws IOException, InterruptedException {
        String last = cursor;
        beat(out);
        long beat = System.nanoTime();
        while (true) {
            if (faults.take(RiskFault.RECONNECT)) {
                frame(out, "event:reconnect\nretry:" + RETRY_MILLIS + "\n\n");
                return;
            }
            if (faults.take(RiskFault.END)) {
                frame(out, "event:end\nretry:" + RETRY_MILLIS + "\n\n");
                return;
            }
            boolean silent = faults.isDue(RiskFault.SILENCE);
            String seen = feed.last();
            List<RiskEvent> batch = silent ? List.of() : feed.after(last, types, BATCH);
            if (!batch.isEmpty()) {
                last = batch.get(batch.size() - 1).id();
                if (!events(feed, batch, out)) {
                    return;
                }
                continue;
            }
            long waited = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beat);
            if (waited >= heartbeat.toMillis()) {
                beat = System.nanoTime();
                beat(out);
            }
            if (silent) {
                LocalServer.holdBack(LOOK_MILLIS);
            } else {
                feed.awaitAfter(seen, Math.min(LOOK_MILLIS, heartbeat.toMillis()));
            }
        }
    }

    private void beat(OutputStream out) throws IOException {
        if (!faults.isDue(RiskFault.SILENCE) && !off.contains(RiskRule.STREAM_HEARTBEAT)) {
            frame(out, "event:heartbeat\ndata:{}\n\n");
        }
    }

    /** False when the frame was cut. */
    private boolean events(RiskFeed feed, List<RiskEvent> batch, OutputStream out)
            throws IOException, InterruptedException {
        RiskEvent of = batch.get(off.contains(RiskRule.STREAM_ID_IS_THE_LAST) ? 0 : batch.size() - 1);
        // ISO 8859-1 carries bytes that are no UTF-8 unchanged to the other end.
        String array = new String(new RiskPage(feed, faults).array(batch), StandardCharsets.ISO_8859_1);
        String data = faults.take(RiskFault.BARE_ARRAY) ? array : "{\"events\":" + array + "}";
        if (faults.take(RiskFault.DATA_LINES)) {
            data = data.replace(",{\"id\"", "\ndata:,{\"id\"").replaceFirst("\\[", "[\ndata:");
        }
        String frame = (faults.take(RiskFault.COMMENTS) ? ": a comment\n:\n" : "")
                + (faults.take(RiskFault.NO_ID) ? "" : "id:" + of.id() + "\n")
                + (faults.take(RiskFault.SINGULAR_NAME) ? "event:event\n" : "event:events\n")
                + "data:" + data + "\n\n";
        if (faults.take(RiskFault.FRAME_CUT)) {
            frame(out, frame.substring(0, frame.length() / 2));
            return false;
        }
        frame(out, frame);
        return true;
    }

    private void frame(OutputStream out, String frame) throws IOException {
        String lines = faults.take(RiskFault.LINES_CRLF)
                ? frame.replace("\n", "\r\n")
                : faults.take(RiskFault.LINES_CR) ? frame.replace('\n', '\r') : frame;
        byte[] bytes = lines.getBytes(StandardCharsets.ISO_8859_1);
        if (faults.take(RiskFault.FRAME_SPLIT)) {
            for (byte one : bytes) {
                out.write(one);
                out.flush();
            }
        } else {
            out.write(bytes);
            out.flush();
        }
    }
}
