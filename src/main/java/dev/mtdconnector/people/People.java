package dev.mtdconnector.people;

import dev.mtdconnector.http.Fields;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.signin.Arrivals;
import dev.mtdconnector.signin.Identity;
import dev.mtdconnector.signin.Secrets;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The administrators who may be told something. A person is known from the first sign-in until the directory says that they
 * are in no access group any more; the address is the one of the latest sign-in, and nobody can type another.
 */
public final class People implements Arrivals {

    /** How often new threats are looked for; those of this time come as one mail. */
    static final Duration WINDOW = Duration.ofMinutes(5);

    /** How long the directory's word that somebody is in an access group counts. */
    static final Duration MEMBERSHIP = Duration.ofHours(1);

    private static final int TRIES = 10;

    private final PeopleStore store;
    private final Schedule schedule;
    private final Secrets secrets;
    private final Clock clock;

    public People(PeopleStore store, Schedule schedule, Secrets secrets, Clock clock) {
        this.store = store;
        this.schedule = schedule;
        this.secrets = secrets;
        this.clock = clock;
    }

    /** Asks the directory who still administers a tenant. */
    @FunctionalInterface
    public interface Membership {

        /**
         * @throws dev.mtdconnector.common.UpstreamException when the directory cannot be asked
         */
        boolean isAdministrator(String tenantId, String userId);
    }

    @Override
    public void signedIn(Identity who) {
        String address = addressOf(who);
        schedule.every(who.tenantId(), JobKind.NOTICE, WINDOW);
        change(who.tenantId(), who.userId(), person -> person.at(address).checked(clock.instant()));
    }

    /** The mail address that the token has, else the user name where it can be one; null without either. */
    private static @Nullable String addressOf(Identity who) {
        if (Fields.isEmail(who.email())) {
            return who.email();
        }
        return Fields.isEmail(who.username()) ? who.username() : null;
    }

    Optional<Person> find(String tenantId, String userId) {
        return store.find(tenantId, userId);
    }

    /** What a person wants from now on. */
    Person prefer(String tenantId, String userId, Set<Topic> on, @Nullable String language) {
        schedule.every(tenantId, JobKind.NOTICE, WINDOW);
        return change(tenantId, userId, person -> person.wanting(on, language));
    }

    /** Turns off what a link in a mail ends; does nothing when the link was not made by us, or the person is gone. */
    void end(String link) {
        Unsubscribe.read(link)
                .ifPresent(token -> store.find(token.tenantId(), token.userId())
                        .filter(token::isOf)
                        .ifPresent(person -> change(
                                person.tenantId(),
                                person.userId(),
                                now -> now.wanting(token.kind().without(now.on()), now.language()))));
    }

    /**
     * Whether a person is still an administrator, by a word of the directory that is no older than {@link #MEMBERSHIP}; who
     * is not is forgotten.
     *
     * @throws dev.mtdconnector.common.UpstreamException when the directory cannot be asked
     */
    boolean isStillHere(Person person, Membership membership) {
        if (person.checkedAt().plus(MEMBERSHIP).isAfter(clock.instant())) {
            return true;
        }
        if (!membership.isAdministrator(person.tenantId(), person.userId())) {
            store.remove(person);
            return false;
        }
        // Somebody else's change of the row is as good; the next look asks again.
        store.save(person.checked(clock.instant()));
        return true;
    }

    private Person change(String tenantId, String userId, UnaryOperator<Person> change) {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Person known = store.find(tenantId, userId)
                    .orElseGet(() -> new Person(
                            tenantId, userId, null, Topic.defaults(), null, clock.instant(), secrets.create(), null));
            Person changed = change.apply(known);
            if (known.version() != null && changed.equals(known)) {
                return known;
            }
            if (store.save(changed)) {
                return changed;
            }
        }
        throw new IllegalStateException("A person's preferences are changed by too many at once");
    }
}
