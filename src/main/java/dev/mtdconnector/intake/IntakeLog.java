package dev.mtdconnector.intake;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Counts what came from the feed, by day, and keeps for a while what changed no device. Bounded for each tenant. */
public interface IntakeLog {

    Duration KEPT_FOR = Duration.ofDays(30);

    /** Events that are kept of one day; more are counted. */
    int MOST_A_DAY = 1000;

    /** Words that are told apart; more are counted together. */
    int MOST_WORDS = 200;

    /** Of these events those that are not kept yet. */
    List<Event.Kept> fresh(String tenantId, List<Event.Kept> events);

    /**
     * Adds to the counts of the day and to the words, and keeps events. Not idempotent: what is repeated after a failure
     * may be counted twice, and is kept once.
     *
     * @param counts by what is counted, letters and underscores
     */
    void add(String tenantId, Map<String, Integer> counts, List<Event.Unknown> words, List<Entry> kept, Instant now);

    /** An event that is kept, as it came. */
    record Entry(Event.Kept event, String raw) {}

    /** The counts of all days that are kept, together. */
    Map<String, Long> counts(String tenantId);

    /** Words that are not known, with how often each occurred. */
    Map<Event.Unknown, Long> words(String tenantId);

    /** Kept events, newest first. */
    List<KeptEvent> latest(String tenantId, int limit);

    /** SMISHING_ALERT events of one device, newest first. */
    List<KeptEvent> smishing(String tenantId, String vendorGuid, int limit);

    /**
     * @param raw as it came
     */
    record KeptEvent(Instant createdTime, String eventId, String type, String raw) {}
}
