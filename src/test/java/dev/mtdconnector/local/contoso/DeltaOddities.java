package dev.mtdconnector.local.contoso;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * What Microsoft warns of in delta queries, shown on purpose: empty pages, repeats, any order, replays, removals in a first
 * round. The same request meets the same; with the seed of another Contoso it meets something else.
 */
final class DeltaOddities {

    private static final int EMPTY_EVERY = 4;
    private static final int REPEATED = 3;
    private static final int REPLAYED = 5;

    private final boolean shown;
    private final DeltaToken token;
    private final Predicate<Rule> on;
    private final Random random;
    private final long seed;

    DeltaOddities(boolean shown, long seed, DeltaToken token, Predicate<Rule> on) {
        this.shown = shown;
        this.token = token;
        this.on = on;
        this.seed = seed;
        // Not the time: a request sent again is answered alike.
        this.random = new Random(seed * 31 + token.place() * 1_000_003L + token.inner() * 7L + token.page());
    }

    private boolean show(Rule rule) {
        return shown && on.test(rule);
    }

    /** Whether this page holds nothing and leads to the real one. */
    boolean empty() {
        return show(Rule.DELTA_EMPTY_PAGES) && token.page() % EMPTY_EVERY == Math.floorMod(seed, EMPTY_EVERY);
    }

    /** How many of the former page come again. */
    int repeated() {
        return show(Rule.DELTA_REPEATS) ? REPEATED : 0;
    }

    /** How many changes that were told in former rounds come again. */
    int replayed() {
        return show(Rule.DELTA_REPLAYS) ? REPLAYED : 0;
    }

    /** Whether a first round tells of members who are gone. */
    boolean removedAtFirst() {
        return show(Rule.DELTA_FIRST_REMOVED);
    }

    /** Somebody who is gone longer than anything here remembers. */
    String stranger(String group) {
        return UUID.nameUUIDFromBytes((seed + "/gone/" + group).getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .toString();
    }

    <T> List<T> ordered(List<T> things) {
        if (!show(Rule.DELTA_ORDER)) {
            return things;
        }
        List<T> shuffled = new ArrayList<>(things);
        Collections.shuffle(shuffled, random);
        return shuffled;
    }
}
