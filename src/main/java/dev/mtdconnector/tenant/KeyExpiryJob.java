package dev.mtdconnector.tenant;

import dev.mtdconnector.notify.MailOutbox;
import dev.mtdconnector.schedule.JobContext;
import dev.mtdconnector.schedule.Outcome;
import dev.mtdconnector.schedule.TenantJob;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tells the primary contact of keys that expire, each time once, and forgets keys that expired long ago. It runs after a
 * key was issued and then when there is something to do, so a tenant whose keys live long costs nothing.
 */
public final class KeyExpiryJob implements TenantJob {

    private final TenantStore tenants;
    private final KeyStore keys;
    private final MailOutbox mailOutbox;
    private final Clock clock;

    public KeyExpiryJob(TenantStore tenants, KeyStore keys, MailOutbox mailOutbox, Clock clock) {
        this.tenants = tenants;
        this.keys = keys;
        this.mailOutbox = mailOutbox;
        this.clock = clock;
    }

    @Override
    public Outcome run(String tenantId, JobContext context) {
        Optional<Tenant> tenant = tenants.find(tenantId);
        if (tenant.isEmpty()) {
            return Outcome.obsolete();
        }
        Instant now = clock.instant();
        @Nullable Instant next = null;
        boolean isMailDue = false;
        for (TenantKey key : keys.keys(tenantId)) {
            context.checkpoint();
            Instant forgottenAt = key.forgottenAt();
            if (forgottenAt != null && !forgottenAt.isAfter(now)) {
                keys.removeKey(tenantId, key.kind(), key.keyId());
                continue;
            }
            Optional<KeyWarning> due = KeyWarning.due(key, now);
            due.ifPresent(warning -> mailOutbox.record(tenantId, KeyMails.about(tenant.get(), key, warning)));
            isMailDue |= due.isPresent();
            next = Stream.of(
                            KeyWarning.nextAfter(key, now), Optional.ofNullable(forgottenAt), Optional.ofNullable(next))
                    .flatMap(Optional::stream)
                    .min(Instant::compareTo)
                    .orElse(null);
        }
        if (isMailDue) {
            mailOutbox.sendSoon(tenantId);
        }
        return next == null ? Outcome.finished() : Outcome.finishedUntil(next);
    }
}
