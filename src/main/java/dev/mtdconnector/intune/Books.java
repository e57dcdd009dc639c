package dev.mtdconnector.intune;

import dev.mtdconnector.device.Told;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The publisher's books of a tenant: what it counts and what it has begun. They are written in the transactions that they
 * count, on condition that nobody else wrote them, so a run that was overtaken writes nothing.
 *
 * @param told devices of which something stands, or may stand, where it was told
 * @param held devices whose worsened state waits for an approval, or for the decision whether one is needed
 * @param failed devices that were given up
 * @param set the number of the set into which devices are held now; from 1
 * @param asked the latest set about which somebody was asked; 0 before the first
 * @param approved sets that may be told and are not told yet
 * @param breaker what worsened lately
 * @param resync the request of Intune for all states anew that was taken up last
 * @param elsewhere what stands at other places than the present target
 * @param version by which a change since the reading is noticed; null when there are none yet
 */
public record Books(
        int told,
        int held,
        int failed,
        int set,
        int asked,
        List<Integer> approved,
        Breaker breaker,
        Resync resync,
        Elsewhere elsewhere,
        @Nullable String version) {

    public static final Books NEW =
            new Books(0, 0, 0, 1, 0, List.of(), Breaker.UNUSED, Resync.NONE, Elsewhere.NONE, null);

    public Books {
        approved = List.copyOf(approved);
    }

    /**
     * @param requestedAt when Intune asked; null when it never did
     * @param after the devices up to this id are marked; null when all are
     */
    public record Resync(
            @Nullable Instant requestedAt, @Nullable String after) {
        public static final Resync NONE = new Resync(null, null);
    }

    /** With what the change of one device's telling counts. */
    public Books counting(Told before, Told after) {
        return new Books(
                Math.max(0, told + one(after.isStanding()) - one(before.isStanding())),
                Math.max(0, held + one(after.held() != null) - one(before.held() != null)),
                Math.max(0, failed + one(after.isGivenUp()) - one(before.isGivenUp())),
                set,
                asked,
                approved,
                breaker,
                resync,
                elsewhere.counting(before, after),
                version);
    }

    private static int one(boolean is) {
        return is ? 1 : 0;
    }

    public boolean isApproved(Told.@Nullable Held one) {
        return one != null && approved.contains(one.set());
    }

    public Books with(Breaker other) {
        return new Books(told, held, failed, set, asked, approved, other, resync, elsewhere, version);
    }

    public Books with(Resync other) {
        return new Books(told, held, failed, set, asked, approved, breaker, other, elsewhere, version);
    }

    public Books with(Elsewhere other) {
        return new Books(told, held, failed, set, asked, approved, breaker, resync, other, version);
    }

    public Books withVersion(String other) {
        return new Books(told, held, failed, set, asked, approved, breaker, resync, elsewhere, other);
    }

    /** Somebody was asked about the set; what is held from now on is another. */
    public Books asking() {
        return new Books(told, held, failed, set + 1, set, approved, breaker, resync, elsewhere, version);
    }

    /** The set need not be asked about. */
    public Books passing() {
        return new Books(told, held, failed, set + 1, asked, with(approved, set), breaker, resync, elsewhere, version);
    }

    /** Somebody looked and approved what was asked about: the sets up to this one. It counts from nothing again. */
    public Books approving(List<Integer> sets) {
        List<Integer> all = approved;
        for (int one : sets) {
            all = with(all, one);
        }
        return new Books(told, held, failed, set, asked, all, Breaker.UNUSED, resync, elsewhere, version);
    }

    /** Nothing is left of an approved set. */
    public Books without(int emptySet) {
        List<Integer> left = approved.stream().filter(one -> one != emptySet).toList();
        return new Books(told, held, failed, set, asked, left, breaker, resync, elsewhere, version);
    }

    private static List<Integer> with(List<Integer> sets, int one) {
        List<Integer> more = new ArrayList<>(sets);
        if (!more.contains(one)) {
            more.add(one);
        }
        return more;
    }
}
