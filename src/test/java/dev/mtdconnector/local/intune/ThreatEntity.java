package dev.mtdconnector.local.intune;

import java.time.Instant;

/**
 * One device's state out of a message.
 *
 * @param lastUpdateTime the partner's order of messages about one device
 */
record ThreatEntity(String deviceId, HealthState state, Instant lastUpdateTime) {}
