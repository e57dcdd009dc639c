package dev.mtdconnector.stream;

import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.feed.ApplicationKey;
import dev.mtdconnector.feed.RiskApi;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The event stream of the Mobile Risk API. */
public interface EventStreams {

    /**
     * Begins to read the stream. Blocks for a token, not for the stream; the receiver is called by threads of the
     * implementation, by one at a time, and no more is read while it works.
     *
     * @throws UpstreamException when there is no token; FORBIDDEN when the key is not accepted
     */
    Connection open(ApplicationKey key, RiskApi.From from, Receiver receiver);

    /** A stream that is being read. */
    interface Connection {

        /** Ends it. The receiver may still be called for what had arrived. Idempotent. */
        void close();
    }

    /** What comes of a stream. What its methods throw ends the stream, and goes no further. */
    interface Receiver {

        void bytes(ByteBuffer bytes);

        /**
         * The stream is over; nothing comes after this.
         *
         * @param failure as {@link RiskApi} has them; null when the other side ended it in order
         */
        void ended(@Nullable UpstreamException failure);
    }
}
