package dev.mtdconnector.feed;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.AppException.FieldError;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.common.UpstreamErrors;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.feed.FeedProgress.Reason;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.schedule.Trigger;
import dev.mtdconnector.signin.SealedSecrets;
import dev.mtdconnector.tenant.Tenant;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Connects a tenant's feed, changes it, disconnects it. Every method is idempotent. */
public final class FeedSettings {

    private static final String KEY = "applicationKey";
    private static final int TRIES = 10;

    private final FeedStore store;
    private final RiskApi api;
    private final SealedSecrets sealed;
    private final FeedNotices notices;
    private final Schedule schedule;
    private final Clock clock;

    public FeedSettings(
            FeedStore store, RiskApi api, SealedSecrets sealed, FeedNotices notices, Schedule schedule, Clock clock) {
        this.store = store;
        this.api = api;
        this.sealed = sealed;
        this.notices = notices;
        this.schedule = schedule;
        this.clock = clock;
    }

    /**
     * What an administrator sets.
     *
     * @param key null to leave the key as it is
     * @param expiresAt of the key; null for a year from now
     * @param silentAfter null to go by the feed's own rhythm
     */
    public record Wanted(
            @Nullable ApplicationKey key,
            @Nullable Instant expiresAt,
            Duration every,
            @Nullable Duration silentAfter) {}

    /**
     * Connects the feed, or changes it. A key is tried before it is saved.
     *
     * @throws AppException naming the field when the key is missing, not accepted, or another enterprise's; nothing is saved
     */
    public void save(Tenant tenant, Wanted wanted) {
        ApplicationKey key = wanted.key();
        boolean isConfirmed = key != null && isProven(tenant, key);
        String tenantId = tenant.tenantId();
        if (key == null && store.connection(tenantId).isEmpty()) {
            throw AppException.invalid(KEY, "is required to connect a feed");
        }
        schedule.ensure(tenantId, JobKind.RISK_FEED, Schedule.SAFETY_DELAY);
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Instant now = clock.instant();
            Optional<FeedConnection> before = store.connection(tenantId);
            FeedProgress progress = store.progress(tenantId)
                    .orElseGet(() -> FeedProgress.beginning(now.minus(EventPolling.OVERLAP), isConfirmed));
            if (key != null) {
                progress = progress.confirmed(isConfirmed).warned(FeedProgress.NOT_WARNED);
            }
            if (store.save(tenantId, connection(tenantId, wanted, before, now), progress)) {
                if (key != null) {
                    notices.keyReplaced(tenantId);
                    notices.note(tenantId, before.isPresent() ? "key-replaced" : "connected", "");
                }
                schedule.every(tenantId, JobKind.RISK_FEED, wanted.every());
                schedule.runNow(tenantId, JobKind.RISK_FEED, Trigger.SETTINGS);
                return;
            }
        }
        throw new AppException(ErrorCode.STATE_CHANGED);
    }

    private FeedConnection connection(String tenantId, Wanted wanted, Optional<FeedConnection> before, Instant now) {
        ApplicationKey key = wanted.key();
        Instant connectedAt = before.map(FeedConnection::connectedAt).orElse(now);
        String version = before.map(FeedConnection::version).orElse(null);
        if (key == null) {
            FeedConnection known = before.orElseThrow(() -> AppException.invalid(KEY, "is required to connect a feed"));
            return new FeedConnection(
                    known.sealedKey(),
                    known.fingerprint(),
                    known.keyEnteredAt(),
                    wanted.expiresAt() == null ? known.keyExpiresAt() : wanted.expiresAt(),
                    wanted.expiresAt() != null || known.isExpirySaid(),
                    wanted.every(),
                    wanted.silentAfter(),
                    connectedAt,
                    known.isClosing(),
                    version);
        }
        return new FeedConnection(
                sealed.seal(tenantId, RiskFeedJob.PURPOSE, key.secret()),
                key.fingerprint(),
                now,
                wanted.expiresAt() == null ? now.plus(FeedConnection.KEY_LIFE) : wanted.expiresAt(),
                wanted.expiresAt() != null,
                wanted.every(),
                wanted.silentAfter(),
                connectedAt,
                false,
                version);
    }

    /** Whether an event has shown that the key is of the tenant's enterprise; false when there was no event to show it. */
    private boolean isProven(Tenant tenant, ApplicationKey key) {
        if (!sealed.isConfigured()) {
            throw new AppException(ErrorCode.SECRETS_NOT_CONFIGURED);
        }
        try {
            api.prove(key);
            Instant since = clock.instant().minus(EventPolling.LOOK_BACK).plus(Duration.ofHours(1));
            List<String> events =
                    api.events(key, new RiskApi.From.Since(since), 1).items();
            return FeedRun.isOurs(tenant.enterpriseGuid(), events);
        } catch (FeedRun.ForeignException e) {
            throw refused(ErrorCode.FEED_FOREIGN, "is another enterprise's");
        } catch (UpstreamException e) {
            ErrorCode code = UpstreamErrors.codeOf(e);
            throw code == ErrorCode.FEED_KEY_INVALID
                    ? refused(code, "is not accepted by the threat feed")
                    : new AppException(code);
        } catch (UnreadablePageException e) {
            throw new AppException(ErrorCode.FEED_PAGE_UNREADABLE);
        }
    }

    private static AppException refused(ErrorCode code, String message) {
        return new AppException(code, code.title() + ".", List.of(new FieldError(KEY, message)));
    }

    /** Has devices and open threats read anew, and what is open here and not there closed. */
    public void readAgain(String tenantId) {
        schedule.ensure(tenantId, JobKind.RISK_FEED, Schedule.SAFETY_DELAY);
        for (int attempt = 0; attempt < TRIES; attempt++) {
            connected(tenantId);
            FeedProgress progress =
                    store.progress(tenantId).orElseThrow(() -> new AppException(ErrorCode.FEED_NOT_CONNECTED));
            FeedProgress next = progress.with(ListReading.begun(Reason.ASKED, clock.instant(), null));
            if (store.save(tenantId, next).isPresent()) {
                schedule.runNow(tenantId, JobKind.RISK_FEED, Trigger.REQUEST);
                return;
            }
        }
        throw new AppException(ErrorCode.STATE_CHANGED);
    }

    /**
     * Disconnects the feed: its key is forgotten, and nothing is read any more.
     *
     * @param closes whether what it found, and is open, is to be closed; else it stays until somebody closes it
     */
    public void disconnect(String tenantId, boolean closes) {
        schedule.ensure(tenantId, JobKind.RISK_FEED, Schedule.SAFETY_DELAY);
        for (int attempt = 0; attempt < TRIES; attempt++) {
            FeedConnection connection = connected(tenantId);
            FeedProgress progress =
                    store.progress(tenantId).orElseThrow(() -> new AppException(ErrorCode.FEED_NOT_CONNECTED));
            boolean isDone = closes
                    ? store.save(tenantId, connection.closing(), progress)
                    : store.remove(tenantId, connection, progress);
            if (isDone) {
                notices.disconnected(tenantId);
                notices.note(tenantId, "disconnected", closes ? "threats closed" : "threats kept");
                schedule.runNow(tenantId, JobKind.RISK_FEED, Trigger.SETTINGS);
                return;
            }
        }
        throw new AppException(ErrorCode.STATE_CHANGED);
    }

    private FeedConnection connected(String tenantId) {
        return store.connection(tenantId)
                .filter(connection -> !connection.isClosing())
                .orElseThrow(() -> new AppException(ErrorCode.FEED_NOT_CONNECTED));
    }
}
