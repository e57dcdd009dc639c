package dev.mtdconnector.apps;

import dev.mtdconnector.threat.Allowance;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keeps both lists of a tenant. */
public interface AppListStore {

    List<DeniedApp> denied(String tenantId);

    /** Puts the entry there, or in place of the one of the same id. */
    void deny(String tenantId, DeniedApp app);

    /**
     * @return false when there was none
     */
    boolean removeDenied(String tenantId, String id);

    /** In the order of their ids, those that have ended included. */
    List<Allowance> allowed(String tenantId);

    void allow(String tenantId, Allowance allowance);

    /**
     * @return false when there was none
     */
    boolean removeAllowed(String tenantId, String id);

    /** How far carrying out the allow list has come. */
    Optional<Progress> progress(String tenantId);

    void saveProgress(String tenantId, Progress progress);

    /**
     * @param version of what is carried out
     * @param cursor null at the beginning and after the end
     * @param isOnceMore whether all of it is to be looked at once more after the end
     */
    record Progress(String version, @Nullable String cursor, boolean isOnceMore) {}
}
