package dev.mtdconnector.local.risk;

import java.time.Instant;

/**
 * An event of the feed.
 *
 * @param id grows with time
 * @param type DEVICE, THREAT, AUDIT or SMISHING_ALERT
 * @param at when it was made; what the event itself says may differ for one that was published raw
 * @param json the event as it is sent
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody; half a million of them are held.
public record RiskEvent(String id, String type, Instant at, byte[] json) {}
