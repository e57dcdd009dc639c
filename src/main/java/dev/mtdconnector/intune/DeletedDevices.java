package dev.mtdconnector.intune;

import java.util.List;
import java.util.Set;

/** Says which devices the directory has deleted: nobody can be told anything of those any more. Reads only. */
public interface DeletedDevices {

    /**
     * Those of these devices that the directory does not have.
     *
     * @param deviceIds Entra device ids
     * @throws dev.mtdconnector.common.UpstreamException when it cannot be asked about all of them
     */
    Set<String> among(String tenantId, List<String> deviceIds);
}
