package dev.mtdconnector.stream;

import java.util.Optional;

/** Keeps how far tenants' streams were followed, beside what the feed's own job keeps. */
public interface StreamStore {

    Optional<StreamProgress> find(String tenantId);

    /**
     * Stores it if the row is still of its version, or still missing where that is null.
     *
     * @return with its new version; empty, and nothing written, when somebody else was faster
     */
    Optional<StreamProgress> save(String tenantId, StreamProgress progress);
}
