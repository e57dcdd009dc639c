package dev.mtdconnector.signin;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.common.UpstreamErrors;
import dev.mtdconnector.common.UpstreamException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows who is signed in. The row is read at each request (one point read), so that what ended a session ended it on
 * every instance; once a minute the directory is asked whether the person is still in an access group, and of which role.
 */
public final class Sessions {

    /** How old the last look at a session's person may get before the directory is asked again and the row written. */
    public static final Duration REFRESH = Duration.ofMinutes(1);

    /** How long the last answer counts when the directory gives no other. */
    public static final Duration GRACE = Duration.ofMinutes(15);

    private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);
    private static final int LONGEST_NAME = 200;

    private final SessionStore store;
    private final TenantGate tenants;
    private final GroupMembership membership;
    private final Arrivals arrivals;
    private final Clock clock;

    public Sessions(SessionStore store, TenantGate tenants, GroupMembership membership, Clock clock) {
        this(store, tenants, membership, who -> {}, clock);
    }

    /**
     * @param arrivals is told of everybody who signs in
     */
    public Sessions(
            SessionStore store, TenantGate tenants, GroupMembership membership, Arrivals arrivals, Clock clock) {
        this.arrivals = arrivals;
        this.store = store;
        this.tenants = tenants;
        this.membership = membership;
        this.clock = clock;
    }

    /**
     * Who is signed in in the browser that holds this secret.
     *
     * @param tenantId of the form of a directory id
     * @return empty when nobody is, or no longer
     * @throws AppException TENANT_SUSPENDED, which also ends the session; DIRECTORY_UNAVAILABLE or what else keeps the
     *     directory from answering, when its last answer is too old to count
     */
    public Optional<Caller.Person> find(String tenantId, String secret) {
        Optional<Session> found = store.find(tenantId, Secrets.hash(secret));
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Session session = found.get();
        Optional<TenantGate.Entry> tenant = tenants.find(tenantId);
        if (session.isOver(clock.instant()) || tenant.isEmpty()) {
            return ended(session);
        }
        if (!tenant.get().isActive()) {
            ended(session);
            throw new AppException(ErrorCode.TENANT_SUSPENDED);
        }
        return isOlder(session.lastSeenAt(), REFRESH) || isOlder(session.membershipCheckedAt(), GRACE)
                ? refreshed(session, tenant.get())
                : Optional.of(session.person());
    }

    /**
     * Whether the directory says now that the person is in an access group of a tenant that is served.
     *
     * @throws UpstreamException when the directory cannot be asked
     */
    public boolean isAdministrator(String tenantId, String userId) {
        return tenants.find(tenantId)
                .filter(TenantGate.Entry::isActive)
                .flatMap(tenant -> role(tenant, tenantId, userId))
                .isPresent();
    }

    private Optional<Caller.Person> refreshed(Session session, TenantGate.Entry tenant) {
        Instant now = clock.instant();
        Session seen = session.seen(now);
        try {
            Optional<Role> role = role(tenant, session.tenantId(), session.userId());
            if (role.isEmpty()) {
                return ended(session);
            }
            seen = seen.member(role.get(), now);
        } catch (UpstreamException e) {
            LOG.warn("The directory did not say whether a signed-in person is still in an access group", e);
            if (isOlder(session.membershipCheckedAt(), GRACE)) {
                throw new AppException(UpstreamErrors.codeOf(e));
            }
        }
        if (store.update(seen)) {
            return Optional.of(seen.person());
        }
        // Another request was quicker, or the session was ended while the directory was asked.
        return store.find(session.tenantId(), session.secretHash()).map(Session::person);
    }

    /**
     * The role that the directory's groups give, the first in the order of {@link Role}.
     *
     * @return empty when the person is in none of them, or is not in the directory
     * @throws UpstreamException when the directory cannot be asked
     */
    Optional<Role> role(TenantGate.Entry tenant, String tenantId, String userId) {
        Map<Role, String> groups = tenant.accessGroups();
        Set<String> in;
        try {
            in = membership.of(tenantId, userId, new HashSet<>(groups.values()));
        } catch (UpstreamException e) {
            if (e.kind() == UpstreamException.Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
        for (Role role : Role.values()) {
            String group = groups.get(role);
            if (group != null && in.contains(group)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }

    /** Begins a session of somebody who just proved who they are and was found to have the role. */
    void begin(Identity who, Role role, String secret) {
        Instant now = clock.instant();
        store.save(
                new Session(who.tenantId(), Secrets.hash(secret), who.userId(), shown(who), role, now, now, now, null),
                now);
        arrivals.signedIn(who);
    }

    /** Signs out the browser that holds this secret. Idempotent. */
    public void end(String tenantId, String secret) {
        store.delete(tenantId, Secrets.hash(secret));
    }

    /** Signs out the person in every browser, if the one that holds this secret is signed in. Idempotent. */
    public void endEverywhere(String tenantId, String secret) {
        store.find(tenantId, Secrets.hash(secret)).ifPresent(session -> store.deleteOfUser(tenantId, session.userId()));
    }

    /** Signs out everybody of a tenant. Idempotent. */
    public void endAllOf(String tenantId) {
        store.deleteOfTenant(tenantId);
    }

    private Optional<Caller.Person> ended(Session session) {
        store.delete(session.tenantId(), session.secretHash());
        return Optional.empty();
    }

    private boolean isOlder(Instant instant, Duration age) {
        return !clock.instant().isBefore(instant.plus(age));
    }

    /** A name may hold anything that somebody wrote into a directory: what would change the text around it is left out. */
    private static String shown(Identity who) {
        String name = who.name().isBlank() ? who.username() : who.name();
        return name.codePoints()
                .filter(c -> !Character.isISOControl(c)
                        && Character.getType(c) != Character.SURROGATE
                        && !(c >= 0x202A && c <= 0x202E)
                        && !(c >= 0x2066 && c <= 0x2069))
                .limit(LONGEST_NAME)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}
