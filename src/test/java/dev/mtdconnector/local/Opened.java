package dev.mtdconnector.local;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has been opened so far, to be closed in reverse order. Safe for several threads: what is opened after the close is
 * closed at once.
 */
final class Opened implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Opened.class);

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private boolean closed;

    <T extends AutoCloseable> T keep(T part) {
        synchronized (this) {
            if (!closed) {
                parts.push(part);
                return part;
            }
        }
        close(part);
        throw new LocalWorldException("Stopped while starting.");
    }

    /** Forgets a part that its owner has closed. */
    synchronized void forget(AutoCloseable part) {
        parts.remove(part);
    }

    /** Closes every part, whatever becomes of the others. Idempotent; a second caller waits for the first. */
    @Override
    public synchronized void close() {
        closed = true;
        while (!parts.isEmpty()) {
            close(parts.pop());
        }
    }

    private static void close(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            LOG.warn("{} was not closed cleanly", part, e);
        }
    }
}
