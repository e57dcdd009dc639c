package dev.mtdconnector.tenant;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.signin.Key;
import dev.mtdconnector.signin.Role;
import dev.mtdconnector.signin.Secrets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Issues and revokes the keys of tenants. A key's secret is known when it is issued and never again. */
public final class TenantKeys {

    /** The longest that a key lives. */
    public static final int MOST_DAYS = 365;

    /** Valid keys of a tenant. Two that are issued at the same instant may exceed it by one, which harms nobody. */
    static final int MOST_VALID = 50;

    private static final Logger LOG = LoggerFactory.getLogger(TenantKeys.class);
    private static final Pattern ID = Pattern.compile("[0-9a-f]{16}");

    private final KeyStore store;
    private final Schedule schedule;
    private final Secrets secrets;
    private final Clock clock;

    public TenantKeys(KeyStore store, Schedule schedule, Secrets secrets, Clock clock) {
        this.store = store;
        this.schedule = schedule;
        this.secrets = secrets;
        this.clock = clock;
    }

    /**
     * What somebody asks for, checked for form.
     *
     * @param role null for a feed key
     * @param days how long it is to live, 1 to {@link #MOST_DAYS}
     * @param createdBy as {@link TenantKey#createdBy}
     */
    public record Order(Key.Kind kind, @Nullable Role role, String name, int days, String createdBy) {}

    /** A new key, and what is kept of it. */
    public record Issued(Key key, TenantKey kept) {}

    /**
     * Gives the tenant one more key; the others stay as they are.
     *
     * @throws AppException KEY_LIMIT
     */
    public Issued issue(String tenantId, Order order) {
        Instant now = clock.instant();
        if (store.keys(tenantId).stream().filter(key -> key.isValid(now)).count() >= MOST_VALID) {
            throw new AppException(ErrorCode.KEY_LIMIT);
        }
        Issued issued = create(tenantId, order);
        beforeAdding(tenantId);
        store.addKey(tenantId, issued.kept());
        afterAdding(tenantId);
        LOG.info("Key {} was issued by {}", issued.key(), order.createdBy());
        return issued;
    }

    /** The tenant's keys, oldest first; expired ones for thirty days more. */
    public List<TenantKey> list(String tenantId) {
        return store.keys(tenantId).stream()
                .sorted(Comparator.comparing(TenantKey::createdAt).thenComparing(TenantKey::keyId))
                .toList();
    }

    /**
     * Ends a key: whoever presents it from now on is nobody, and there is no more mail about it.
     *
     * @param revokedBy for the log
     * @throws AppException KEY_UNKNOWN, also when it was revoked already
     */
    public void revoke(String tenantId, String keyId, String revokedBy) {
        boolean isRevoked = ID.matcher(keyId).matches()
                && (store.removeKey(tenantId, Key.Kind.API, keyId) || store.removeKey(tenantId, Key.Kind.FEED, keyId));
        if (!isRevoked) {
            throw new AppException(ErrorCode.KEY_UNKNOWN);
        }
        LOG.info("Key {} of {} was revoked by {}", keyId, tenantId, revokedBy);
    }

    /** A new key, which is kept nowhere yet. */
    Issued create(String tenantId, Order order) {
        Key key = new Key(order.kind(), tenantId, secrets.createId(), secrets.create());
        Instant now = clock.instant();
        return new Issued(
                key,
                new TenantKey(
                        order.kind(),
                        key.id(),
                        Secrets.hash(key.secret()),
                        order.role(),
                        order.name(),
                        now,
                        order.createdBy(),
                        now.plus(Duration.ofDays(order.days())),
                        null));
    }

    /** To be called before keys are stored, so that somebody looks when they expire whatever happens then. */
    void beforeAdding(String tenantId) {
        schedule.ensure(tenantId, JobKind.KEY_EXPIRY, Schedule.SAFETY_DELAY);
    }

    /** To be called after keys were stored. */
    void afterAdding(String tenantId) {
        schedule.runNow(tenantId, JobKind.KEY_EXPIRY);
    }
}
