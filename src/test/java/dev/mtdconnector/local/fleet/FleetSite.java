package dev.mtdconnector.local.fleet;

import dev.mtdconnector.local.contoso.Changes;
import dev.mtdconnector.local.contoso.Contoso;
import dev.mtdconnector.local.contoso.ContosoClock;
import dev.mtdconnector.local.http.Json;
import dev.mtdconnector.local.http.Traffic;
import dev.mtdconnector.local.intune.SimulatedIntune;
import dev.mtdconnector.local.risk.RiskFeed;

/**
 * Where the fleet lives: a local world whose tenant is set up.
 *
 * @param connector {@code http://localhost:port}
 * @param simulator {@code http://localhost:port} of Contoso
 * @param risk the vendor's cloud, which the connector reads
 * @param apiKey of an administrator with full access
 * @param feedKey of the threat feed
 * @param enterpriseGuid that the feed's events name
 */
public record FleetSite(
        String connector,
        String simulator,
        Contoso contoso,
        Changes changes,
        SimulatedIntune intune,
        RiskFeed risk,
        Traffic traffic,
        ContosoClock clock,
        String apiKey,
        String feedKey,
        String enterpriseGuid) {

    /**
     * Changes a setting of the tenant as its administrator.
     *
     * @throws IllegalStateException when the connector refuses
     */
    public void put(String path, String json) {
        Requests.Answer answer = new Requests().send("PUT", connector + path, apiKey, Json.parse(json));
        if (!answer.isDone()) {
            throw new IllegalStateException(path + " was answered " + answer);
        }
    }
}
