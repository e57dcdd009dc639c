package dev.mtdconnector.threat;

import java.util.function.BiConsumer;

/** The devices of a tenant that have open threats. */
@FunctionalInterface
public interface Exposures {

    /** Hands over each such device's id and what its open threats amount to; costs what these are. */
    void each(String tenantId, BiConsumer<String, Exposure> devices);
}
