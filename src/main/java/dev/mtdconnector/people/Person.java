package dev.mtdconnector.people;

import java.time.Instant;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An administrator who signed in at least once, and what they want to be told.
 *
 * @param address from the latest sign-in; null when it gave none, and then no mail goes out
 * @param on the topics that are on
 * @param language of the mails; null for the tenant's
 * @param checkedAt when the directory last said that the person is in an access group
 * @param secret of which the links that end mails are made; opens nothing else
 * @param version of the row as it was read; null when it is not stored yet
 */
public record Person(
        String tenantId,
        String userId,
        @Nullable String address,
        Set<Topic> on,
        @Nullable String language,
        Instant checkedAt,
        String secret,
        @Nullable String version) {

    public Person {
        EnumSet<Topic> sorted = EnumSet.noneOf(Topic.class);
        sorted.addAll(on);
        on = Collections.unmodifiableSet(sorted);
    }

    /** Whether any threat is to be told. */
    boolean wantsThreats() {
        return Topic.THREATS.stream().anyMatch(on::contains);
    }

    Person at(@Nullable String newAddress) {
        return new Person(tenantId, userId, newAddress, on, language, checkedAt, secret, version);
    }

    Person checked(Instant at) {
        return new Person(tenantId, userId, address, on, language, at, secret, version);
    }

    Person wanting(Set<Topic> topics, @Nullable String newLanguage) {
        return new Person(tenantId, userId, address, topics, newLanguage, checkedAt, secret, version);
    }

    /** Without what is nobody's but the person's. */
    @Override
    public String toString() {
        return "Person[" + userId + "]";
    }
}
