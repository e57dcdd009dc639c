package dev.mtdconnector.device;

import java.time.LocalDate;

/** Finds lines of traces by the day on which they were written, so that those that are old enough go. */
public interface TraceAge {

    int LEAST_DAYS = 1;
    int MOST_DAYS = 730;

    /** About so many lines are kept of one device: of a device with more, the oldest go before their time. */
    int MOST_LINES = 1000;

    /**
     * Deletes what was written before this day (in UTC), that of devices which are gone included. Costs what is deleted,
     * and one request when nothing is. Idempotent; a failure leaves some of it done.
     *
     * @param limit at most so many devices' days are looked at
     * @return how many were; fewer than {@code limit} when nothing of those days is left
     */
    int forget(String tenantId, LocalDate before, int limit);
}
