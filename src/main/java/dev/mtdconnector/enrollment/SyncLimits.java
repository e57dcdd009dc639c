package dev.mtdconnector.enrollment;

import java.time.Duration;

/**
 * How much of a sync is done at once.
 *
 * @param slice after this time a run goes on in another message, so that one tenant does not hold a worker
 * @param wordsARow words that make a staged row, of 20 bytes each; a row's property holds 64 KiB
 * @param usersABlock users that a block should have at most when blocks are made; it may grow to twice as many
 * @param blocksAPage blocks that are written together; a transaction holds 4 MiB
 * @param worthCounting requests below which it is not worth one to count what a cheaper way would take
 * @param sizes how much one request brings
 */
record SyncLimits(
        Duration slice, int wordsARow, int usersABlock, int blocksAPage, int worthCounting, SourcePlan.Sizes sizes) {

    static final SyncLimits USUAL = new SyncLimits(Duration.ofMinutes(1), 3_000, UserBlock.MOST_USERS / 2, 40);

    /** With Graph's sizes. */
    SyncLimits(Duration slice, int wordsARow, int usersABlock, int blocksAPage) {
        this(slice, wordsARow, usersABlock, blocksAPage, 10, SourcePlan.Sizes.GRAPH);
    }
}
