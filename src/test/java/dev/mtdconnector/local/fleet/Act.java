package dev.mtdconnector.local.fleet;

import java.time.Instant;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Something that happens in Contoso.
 *
 * @param at by the simulated clock
 * @param person object id of the person concerned; empty for none
 * @param phone Entra device id of the phone concerned; empty for none
 * @param what a detail: the group, the system, the classification, or the new id, as the kind says
 * @param name what people would call it: of a person or phone that is new, else the guid of a threat, else empty
 */
record Act(Instant at, Kind kind, String person, String phone, String what, String name) {

    /** What can happen, and who does it. */
    enum Kind {
        /** Somebody begins to work at Contoso. */
        HIRED(By.DIRECTORY),
        /** Somebody's account is deleted; {@code what} says nothing. */
        QUIT(By.DIRECTORY),
        /** Into the enrollment group {@code what}. */
        JOINED(By.DIRECTORY),
        /** Out of the enrollment group {@code what}. */
        LEFT(By.DIRECTORY),
        /** A phone is registered for its owner; {@code what} is {@code system own|vendor managed|unmanaged}. */
        GOT_PHONE(By.DIRECTORY),
        /** The phone's record in the directory is deleted. */
        PHONE_DELETED(By.DIRECTORY),
        /** The same phone is registered anew: {@code what} is its new Entra device id. */
        REREGISTERED(By.DIRECTORY),
        /** The phone is another person's from now on. */
        HANDED_OVER(By.DIRECTORY),
        /** Its user activates the app on it, or the vendor's feed says so. */
        ACTIVATES(By.PHONE),
        /** The app says that it is there, with its version. */
        CHECKS_IN(By.PHONE),
        /** The app finds a threat of the classification {@code what}. */
        CATCHES(By.PHONE),
        /** That threat is over. */
        RESOLVES(By.PHONE),
        /** An administrator deactivates the phone. */
        DEACTIVATED(By.ADMINISTRATOR),
        /** An administrator deletes what is known of the phone. */
        FORGOTTEN(By.ADMINISTRATOR),
        /** An administrator has Intune told once more. */
        RESYNCED(By.ADMINISTRATOR);

        private final By by;

        Kind(By by) {
            this.by = by;
        }

        By by() {
            return by;
        }
    }

    /** Where it happens. */
    enum By {
        DIRECTORY,
        PHONE,
        ADMINISTRATOR
    }

    /** One line for a log. */
    String line() {
        return at + " " + kind + " "
                + Stream.of(name, what, phone, person)
                        .filter(part -> !part.isEmpty())
                        .collect(Collectors.joining(" "));
    }
}
