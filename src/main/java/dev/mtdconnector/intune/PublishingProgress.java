package dev.mtdconnector.intune;

import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How far publishing is, by the names of the API: one read of the books, and a query for each thousand that wait. */
public final class PublishingProgress {

    /** Nobody reads a larger number than this for what it is. */
    private static final int MOST_COUNTED = 5000;

    private final Outbox outbox;
    private final Clock clock;

    public PublishingProgress(Outbox outbox, Clock clock) {
        this.outbox = outbox;
        this.clock = clock;
    }

    /**
     * {@code told}: devices of which something stands where it was told; what remains while everything is released.
     * {@code stranded}: those that are to be taken back at one of the {@code formerTargets}, which cannot be reached.
     * {@code outstanding}: counted up to a limit, {@code outstandingIsMore} beyond.
     */
    public Map<String, Object> of(String tenantId) {
        Books books = outbox.books(tenantId);
        int marked = outbox.marked(tenantId, clock.instant(), MOST_COUNTED + 1);
        int inFlight = outbox.messages(tenantId).stream()
                .mapToInt(message -> message.deviceIds().size())
                .sum();
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("told", books.told());
        view.put("outstanding", Math.min(marked, MOST_COUNTED));
        view.put("outstandingIsMore", marked > MOST_COUNTED);
        view.put("inFlight", inFlight);
        view.put("held", books.held());
        view.put("failed", books.failed());
        view.put("stranded", books.elsewhere().stranded());
        view.put("formerTargets", formerTargets(books));
        view.put("resyncRequestedAt", books.resync().requestedAt());
        return view;
    }

    private static List<Map<String, Object>> formerTargets(Books books) {
        List<Map<String, Object>> views = new ArrayList<>();
        books.elsewhere().places().forEach((target, place) -> {
            Map<String, Object> view = new LinkedHashMap<>();
            view.put("target", target);
            view.put("error", place.error());
            view.put("since", place.since());
            view.put("nextTryAt", place.isForgotten() ? null : place.until());
            view.put("forgotten", place.isForgotten());
            views.add(view);
        });
        return views;
    }
}
