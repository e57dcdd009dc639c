package dev.mtdconnector.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mtdconnector.signin.Role;
import dev.mtdconnector.signin.Secrets;
import dev.mtdconnector.signin.Session;
import dev.mtdconnector.signin.SignInAttempt;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What signing in relies on of its store. */
abstract class SessionContract {

    private static final Instant AT = Instant.parse("2026-11-21T09:00:00.1234567Z");

    private final String tenant = UUID.randomUUID().toString();
    private final String neighbour = UUID.randomUUID().toString();

    abstract Tables tables();

    private static Session session(String tenantId, String hash, String userId, Instant createdAt) {
        return new Session(
                tenantId, hash, userId, "Inés | <b> \u202E", Role.RESTRICTED, createdAt, createdAt, createdAt, null);
    }

    private static Session moved(Session session, Instant lastSeenAt, Role role) {
        return new Session(
                session.tenantId(),
                session.secretHash(),
                session.userId(),
                session.name(),
                role,
                session.createdAt(),
                lastSeenAt,
                lastSeenAt.minusSeconds(1),
                session.version());
    }

    private SignInAttempt attempt(String hash, Instant expiresAt) {
        return new SignInAttempt(tenant, hash, "browser", "/devices?a=b", "consent-base", expiresAt);
    }

    @Test
    void aSessionIsFoundByItsTenantAndHashOnly() {
        SessionTable store = new SessionTable(tables());
        Session session = session(tenant, "hash", "ines", AT);
        store.save(session, AT);

        assertThat(store.find(tenant, "hash").orElseThrow())
                .usingRecursiveComparison()
                .ignoringFields("version")
                .isEqualTo(session);
        assertThat(store.find(neighbour, "hash")).isEmpty();
        assertThat(store.find(tenant, "hash2")).isEmpty();
        assertThat(store.attempt(tenant, "hash")).isEmpty();
    }

    @Test
    void aSessionIsChangedOnlyAsItWasReadAndDoesNotComeBackAfterItsEnd() {
        SessionTable store = new SessionTable(tables());
        store.save(session(tenant, "hash", "ines", AT), AT);
        Session read = store.find(tenant, "hash").orElseThrow();
        assertThat(store.update(moved(read, AT.plusSeconds(60), Role.FULL))).isTrue();
        assertThat(store.update(moved(read, AT.plusSeconds(61), Role.READ_ONLY)))
                .isFalse();

        Session now = store.find(tenant, "hash").orElseThrow();
        assertThat(now.lastSeenAt()).isEqualTo(AT.plusSeconds(60));
        assertThat(now.membershipCheckedAt()).isEqualTo(AT.plusSeconds(59));
        assertThat(now.role()).isEqualTo(Role.FULL);
        store.delete(tenant, "hash");
        store.delete(tenant, "hash");
        assertThat(store.update(now)).isFalse();
        assertThat(store.find(tenant, "hash")).isEmpty();
        assertThatThrownBy(() -> store.update(session(tenant, "hash", "ines", AT)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void allSessionsOfAPersonOrOfATenantAreDeletedAndNoOthers() {
        SessionTable store = new SessionTable(tables());
        for (String hash : List.of("a", "b", "c")) {
            store.save(session(tenant, hash, "ines", AT), AT);
        }
        store.save(session(tenant, "d", "bo", AT), AT);
        store.save(session(neighbour, "a", "ines", AT), AT);
        store.saveAttempt(attempt("state", AT.plusSeconds(1)), AT);

        store.deleteOfUser(tenant, "ines");
        assertThat(List.of("a", "b", "c"))
                .allMatch(hash -> store.find(tenant, hash).isEmpty());
        assertThat(store.find(tenant, "d")).isPresent();
        assertThat(store.attempt(tenant, "state")).isPresent();

        store.deleteOfTenant(tenant);
        assertThat(store.find(tenant, "d")).isEmpty();
        assertThat(store.attempt(tenant, "state")).isEmpty();
        assertThat(store.find(neighbour, "a")).isPresent();
    }

    @Test
    void aSignInAttemptIsUsedUpOnce() {
        SessionTable store = new SessionTable(tables());
        SignInAttempt attempt = attempt("state", AT.plusSeconds(1));
        store.saveAttempt(attempt, AT);

        assertThat(store.attempt(tenant, "state")).contains(attempt);
        assertThat(store.attempt(neighbour, "state")).isEmpty();
        assertThat(store.useUp(attempt)).isTrue();
        assertThat(store.useUp(attempt)).isFalse();
        assertThat(store.attempt(tenant, "state")).isEmpty();
    }

    @Test
    void whatHasExpiredIsClearedAwayAsNewOnesCome() {
        SessionTable store = new SessionTable(tables());
        Instant past = AT.minus(Session.ABSOLUTE);
        for (int i = 0; i < 30; i++) {
            store.save(session(tenant, Secrets.hash("s" + i), "ines", past), past);
            store.saveAttempt(attempt(Secrets.hash("a" + i), AT), AT.minusSeconds(1));
        }
        store.save(session(tenant, "0", "ines", AT), AT);
        store.saveAttempt(attempt("0", AT.plus(Duration.ofMinutes(30))), AT);

        assertThat(IntStream.range(0, 30)
                        .filter(i -> store.find(tenant, Secrets.hash("s" + i)).isPresent()))
                .hasSize(11);
        assertThat(IntStream.range(0, 30)
                        .filter(i ->
                                store.attempt(tenant, Secrets.hash("a" + i)).isPresent()))
                .hasSize(11);
        assertThat(store.find(tenant, "0")).isPresent();
        assertThat(store.attempt(tenant, "0")).isPresent();
    }
}
