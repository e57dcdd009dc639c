package dev.mtdconnector.intune;

import dev.mtdconnector.device.Told;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What stands at places that are not the present target any more, or may not be soon.
 *
 * @param atPartner devices of which something stands, or may stand, at Intune's partner service
 * @param stranded devices that wait to be taken back at a place that cannot be reached
 * @param places former targets that could not be reached, or that are forgotten, as {@code PublishTarget.text()} gives
 *     them
 */
public record Elsewhere(int atPartner, int stranded, Map<String, Place> places) {

    public static final Elsewhere NONE = new Elsewhere(0, 0, Map.of());

    public Elsewhere {
        places = Collections.unmodifiableSortedMap(new TreeMap<>(places));
    }

    /**
     * A former target.
     *
     * @param failures how often in a row it could not be reached
     * @param since when the first of these was
     * @param until when it is tried again
     * @param error the code of why
     * @param isForgotten an administrator does not wait for it any more: what stands there stays, and counts as taken back
     */
    public record Place(int failures, Instant since, Instant until, String error, boolean isForgotten) {}

    /** Whether it is not tried now. */
    public boolean isClosed(String target, Instant now) {
        Place place = places.get(target);
        return place != null && !place.isForgotten() && place.until().isAfter(now);
    }

    public boolean isForgotten(String target) {
        Place place = places.get(target);
        return place != null && place.isForgotten();
    }

    /** Whether a target that was left cannot be reached, and nobody said that it is to be forgotten. */
    public boolean isWaiting() {
        return places.values().stream().anyMatch(place -> !place.isForgotten());
    }

    Elsewhere with(String target, Place place) {
        SortedMap<String, Place> more = new TreeMap<>(places);
        more.put(target, place);
        return new Elsewhere(atPartner, stranded, more);
    }

    Elsewhere without(String target) {
        SortedMap<String, Place> less = new TreeMap<>(places);
        less.remove(target);
        return new Elsewhere(atPartner, stranded, less);
    }

    Elsewhere counting(Told before, Told after) {
        return new Elsewhere(
                Math.max(0, atPartner + one(isAtPartner(after)) - one(isAtPartner(before))),
                Math.max(0, stranded + one(after.isStranded()) - one(before.isStranded())),
                places);
    }

    private static boolean isAtPartner(Told told) {
        return told.isStanding() && told.isAt(null);
    }

    private static int one(boolean is) {
        return is ? 1 : 0;
    }
}
