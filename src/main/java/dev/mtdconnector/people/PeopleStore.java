package dev.mtdconnector.people;

import dev.mtdconnector.threat.RiskLevel;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keeps who is told, what was told, and how a tenant wants it. */
public interface PeopleStore {

    Optional<Person> find(String tenantId, String userId);

    /** Everybody of a tenant, in order of their ids. */
    List<Person> all(String tenantId);

    /**
     * Stores a person as read, or a new one.
     *
     * @return false, and nothing written, when the person changed, came or went meanwhile
     */
    boolean save(Person person);

    /** Removes a person as read; does nothing when they changed since, or are gone. */
    void remove(Person person);

    /** The tenant's settings; the defaults before anybody chose. */
    Settings settings(String tenantId);

    /** Stores whether users are hidden; the time zone is untouched. */
    void hideUsers(String tenantId, boolean isHidden);

    /** Stores the time zone; whether users are hidden is untouched. */
    void timeZone(String tenantId, ZoneId zone);

    /**
     * How a tenant wants its mails.
     *
     * @param usersAreHidden whether mails leave out whose a device is
     * @param zone in which summaries are due, and times are written
     */
    record Settings(boolean usersAreHidden, ZoneId zone) {
        public static final Settings DEFAULT = new Settings(false, ZoneOffset.UTC);
    }

    /** The threats that were told, or are being told, by device; those of a device in order of their guids. */
    Map<String, List<Told>> told(String tenantId);

    /** Replaces what was told of these devices; none of a device is nothing told. Not atomic: a crash may leave a part. */
    void saveTold(String tenantId, Map<String, List<Told>> told);

    /**
     * A threat that was told.
     *
     * @param window in which it was, or its latest level; what was there at the first look has a window that is closed
     * @param from the level before, when it was the level that changed; null when the threat was new
     */
    record Told(
            String guid,
            RiskLevel level,
            long window,
            @Nullable RiskLevel from) {}

    /** How far the telling of threats is; empty before it began. */
    Optional<Windows> windows(String tenantId);

    void saveWindows(String tenantId, Windows windows);

    /**
     * Windows of which mails were recorded.
     *
     * @param last the number of the latest
     * @param at when the latest ones were, as many as count for the limit of an hour
     * @param isPaused whether nobody wants to be told: what there is when somebody does is not news
     */
    record Windows(long last, List<Instant> at, boolean isPaused) {
        public Windows {
            at = List.copyOf(at);
        }
    }

    /** The last summary of a period that was recorded, or that began the count. */
    Optional<Summarised> summarised(String tenantId, Period period);

    void saveSummarised(String tenantId, Period period, Summarised summarised);

    /**
     * A summary that was recorded.
     *
     * @param due the day on which it was due
     * @param counts what it counted; empty when it only began the count
     */
    record Summarised(LocalDate due, Map<String, Long> counts) {
        public Summarised {
            counts = Map.copyOf(counts);
        }
    }
}
