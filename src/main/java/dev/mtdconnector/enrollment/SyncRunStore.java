package dev.mtdconnector.enrollment;

import java.util.Optional;

/** Keeps the last sync's result. */
public interface SyncRunStore {

    Optional<SyncRun> last(String tenantId);

    void save(String tenantId, SyncRun run);
}
