package dev.mtdconnector.tenant;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the primary contact is told of a key's expiry, and when. */
enum KeyWarning {
    MONTH_BEFORE(30),
    WEEK_BEFORE(7),
    DAY_BEFORE(1),
    EXPIRED(0);

    private final int daysBefore;

    KeyWarning(int daysBefore) {
        this.daysBefore = daysBefore;
    }

    /**
     * The warning that is due: of several whose time has come the last, for the others are overtaken. A key gets no
     * warning that would be due at its creation or earlier.
     */
    static Optional<KeyWarning> due(TenantKey key, Instant now) {
        KeyWarning due = null;
        for (KeyWarning warning : values()) {
            Instant at = warning.at(key);
            if (at != null && !at.isAfter(now)) {
                due = warning;
            }
        }
        return Optional.ofNullable(due);
    }

    /** When the key's next warning is due after this time; empty when it has had all. */
    static Optional<Instant> nextAfter(TenantKey key, Instant now) {
        for (KeyWarning warning : values()) {
            Instant at = warning.at(key);
            if (at != null && at.isAfter(now)) {
                return Optional.of(at);
            }
        }
        return Optional.empty();
    }

    /** The mail about this key is one of this id, however often it is ordered. */
    String mailId(TenantKey key) {
        return "key-expiry-" + key.kind().label() + "-" + key.keyId() + "-" + daysBefore;
    }

    private @Nullable Instant at(TenantKey key) {
        Instant expiresAt = key.expiresAt();
        if (expiresAt == null) {
            return null;
        }
        Instant at = expiresAt.minus(Duration.ofDays(daysBefore));
        return at.isAfter(key.createdAt()) ? at : null;
    }
}
