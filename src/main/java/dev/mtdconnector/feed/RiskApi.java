package dev.mtdconnector.feed;

import dev.mtdconnector.common.UpstreamException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The Mobile Risk API v2 as the feed reads it. Reads only; each call is at most one request, or two where a token was
 * refused and fetched anew.
 *
 * <p>Every method fails with an {@link UpstreamException}: FORBIDDEN when the key is not accepted, THROTTLED and UNAVAILABLE
 * when it may be later, GONE when a place in the events is not known any more, REFUSED otherwise; or with an
 * {@link UnreadablePageException} when the answer cannot be taken.
 */
public interface RiskApi {

    /** The most that can be asked for at once. */
    int MOST = 1000;

    /** Fetches a token with this key, whether or not one is kept. */
    void prove(ApplicationKey key);

    /** Events in the order of the feed: what comes after the place, oldest first. */
    Page events(ApplicationKey key, From from, int limit);

    /**
     * Devices, newest first.
     *
     * @param updatedSince null for all
     * @param after the last of the page before; null for the first page
     */
    Page devices(ApplicationKey key, @Nullable Instant updatedSince, @Nullable String after, int limit);

    /** Threats that are open, newest first. */
    Page openThreats(ApplicationKey key, @Nullable String after, int limit);

    /** Where events are read from. */
    sealed interface From {

        /** After the event of this place. */
        record After(String place) implements From {}

        /** From this time on; the feed reaches back ten days. */
        record Since(Instant time) implements From {}
    }

    /**
     * A page.
     *
     * @param items each as it was sent, a JSON value of at most {@link #LONGEST_ITEM} characters
     * @param tooLong how many were left out because they are longer
     * @param last the place of the last of them, those left out included; null on an empty page
     */
    record Page(List<String> items, int tooLong, @Nullable String last) {
        public Page {
            items = List.copyOf(items);
        }

        public int size() {
            return items.size() + tooLong;
        }
    }

    /** Longer items are counted and left out: real ones have a few thousand characters. */
    int LONGEST_ITEM = 100_000;
}
