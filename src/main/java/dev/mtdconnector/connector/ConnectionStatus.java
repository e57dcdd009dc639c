package dev.mtdconnector.connector;

import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.connector.ConnectionCheckStore.Check;
import dev.mtdconnector.connector.ConnectorStore.Beats;
import dev.mtdconnector.schedule.Job;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.Schedule;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Gathers what is stored of a tenant's connection, and says how it is. Reads four rows. */
public final class ConnectionStatus {

    private final ConnectorStore connectors;
    private final ConnectionCheckStore checks;
    private final Schedule schedule;
    private final Predicate<String> isSuspended;
    private final LastError lastErrors;
    private final Clock clock;

    /**
     * @param isSuspended whether a tenant is not served
     */
    public ConnectionStatus(
            ConnectorStore connectors,
            ConnectionCheckStore checks,
            Schedule schedule,
            Predicate<String> isSuspended,
            LastError lastErrors,
            Clock clock) {
        this.connectors = connectors;
        this.checks = checks;
        this.schedule = schedule;
        this.isSuspended = isSuspended;
        this.lastErrors = lastErrors;
        this.clock = clock;
    }

    /** The latest error of a tenant's heartbeat, one that is over included. */
    @FunctionalInterface
    public interface LastError {
        Optional<Recorded> of(String tenantId);

        /**
         * @param recoveredAt null while it lasts
         */
        record Recorded(
                ErrorCode code,
                Instant firstAt,
                Instant lastAt,
                @Nullable Instant recoveredAt) {}
    }

    /** How the connection is now. */
    public ConnectionHealth of(Connector connector) {
        return of(connector, checks.check(connector.tenantId()));
    }

    ConnectionHealth of(Connector connector, Check check) {
        return ConnectionHealth.of(signs(connector, check), clock.instant());
    }

    ConnectionHealth.Signs signs(Connector connector, Check check) {
        String tenantId = connector.tenantId();
        return signs(
                connector,
                check,
                connectors.beats(tenantId),
                schedule.find(tenantId, JobKind.HEARTBEAT).orElse(null));
    }

    private ConnectionHealth.Signs signs(Connector connector, Check check, Beats beats, @Nullable Job job) {
        boolean isPartner = connector.publishing().target().way() == PublishTarget.Way.PARTNER;
        IntuneStatus shown = isPartner ? check.shown() : null;
        Integer days = shown == null ? null : shown.unresponsiveAfterDays();
        Instant expectedSince = Stream.of(
                        connector.createdAt(),
                        job == null ? null : job.expectedSince(),
                        isPartner ? beats.provisionedAt() : null)
                .filter(Objects::nonNull)
                .max(Instant::compareTo)
                .orElseThrow();
        return new ConnectionHealth.Signs(
                Duration.ofMinutes(connector.heartbeatMinutes()),
                days == null || days < 1 ? ConnectionHealth.DEFAULT_THRESHOLD_DAYS : days,
                isSuspended.test(connector.tenantId()),
                job != null && job.isWaiting(),
                expectedSince,
                beats.lastBeatAt(),
                job == null ? null : job.failingSince(),
                isPartner ? check.difference() : null,
                check.differentSince());
    }

    /** The part of the connector's view that tells how its heartbeat goes. */
    public Map<String, Object> heartbeat(Connector connector) {
        String tenantId = connector.tenantId();
        Optional<Job> job = schedule.find(tenantId, JobKind.HEARTBEAT);
        Beats beats = connectors.beats(tenantId);
        Check check = checks.check(tenantId);
        ConnectionHealth health =
                ConnectionHealth.of(signs(connector, check, beats, job.orElse(null)), clock.instant());
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("lastSuccessAt", beats.lastBeatAt());
        view.put(
                "nextDueAt",
                job.filter(found -> found.dueAt().isBefore(Job.NEVER))
                        .map(Job::dueAt)
                        .orElse(null));
        view.put("error", job.map(Job::lastErrorCode).orElse(null));
        view.put("state", health.state().label());
        view.put("since", health.since());
        view.put(
                "lastError", lastErrors.of(tenantId).map(ConnectionStatus::view).orElse(null));
        view.put("alarm", health.alarm().code().map(ConnectionStatus::view).orElse(null));
        return view;
    }

    /** The connector as Intune shows it; null where that is not granted, or not yet read, or of no concern. */
    public @Nullable Map<String, Object> intune(Connector connector) {
        Check check = checks.check(connector.tenantId());
        IntuneStatus shown = check.shown();
        if (shown == null || connector.publishing().target().way() != PublishTarget.Way.PARTNER) {
            return null;
        }
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("state", shown.state());
        view.put("title", shown.title());
        view.put("remedy", shown.remedy().orElse(null));
        view.put("lastHeartbeatAt", shown.lastHeartbeatAt());
        view.put("unresponsiveAfterDays", shown.unresponsiveAfterDays());
        view.put("platforms", Map.of("ios", shown.iosEnabled(), "android", shown.androidEnabled()));
        view.put("readAt", check.readAt());
        ErrorCode difference = of(connector, check).difference();
        view.put("alarm", difference == null ? null : view(difference));
        return view;
    }

    private static Map<String, Object> view(ErrorCode code) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("code", code.code());
        view.put("title", code.title());
        view.put("remedy", code.remedy());
        return view;
    }

    private static Map<String, Object> view(LastError.Recorded error) {
        Map<String, Object> view = view(error.code());
        view.put("firstAt", error.firstAt());
        view.put("lastAt", error.lastAt());
        view.put("recoveredAt", error.recoveredAt());
        return view;
    }
}
