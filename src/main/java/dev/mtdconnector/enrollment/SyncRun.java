package dev.mtdconnector.enrollment;

import java.time.Instant;

/**
 * What the last complete sync found.
 *
 * @param left devices that are stored and whose user is in no group any more; they are only counted so far
 */
public record SyncRun(Instant finishedAt, int added, int changed, int unchanged, int unsupported, int left) {}
