package dev.mtdconnector.feed;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Keeps a tenant's feed: what was set, how far it was read, and what happened to it. */
public interface FeedStore {

    Optional<FeedConnection> connection(String tenantId);

    Optional<FeedProgress> progress(String tenantId);

    /**
     * Stores both together, if both rows are still of their versions, or still missing where that is null.
     *
     * @return false, and nothing written, when somebody else was faster
     */
    boolean save(String tenantId, FeedConnection connection, FeedProgress progress);

    /**
     * Stores how far the feed was read, if the row is still of its version.
     *
     * @return with its new version; empty, and nothing written, when it changed or went meanwhile
     */
    Optional<FeedProgress> save(String tenantId, FeedProgress progress);

    /**
     * Removes both, if both rows are still of their versions.
     *
     * @return false, and nothing removed, when somebody else was faster
     */
    boolean remove(String tenantId, FeedConnection connection, FeedProgress progress);

    /** How many notes are kept. */
    int MOST_NOTES = 50;

    /** Adds a line to the feed's history, of which the latest {@link #MOST_NOTES} are kept. The same line twice is one. */
    void note(String tenantId, Note note);

    /** The latest lines, newest first. */
    List<Note> notes(String tenantId, int limit);

    /**
     * A line of the feed's history.
     *
     * @param what a word
     * @param detail in words, without secrets; may be empty
     */
    record Note(Instant at, String what, String detail) {}
}
