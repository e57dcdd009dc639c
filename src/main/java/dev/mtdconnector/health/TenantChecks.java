package dev.mtdconnector.health;

import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.connector.ConnectionHealth;
import dev.mtdconnector.connector.ConnectionStatus;
import dev.mtdconnector.connector.Connector;
import dev.mtdconnector.connector.ConnectorStore;
import dev.mtdconnector.connector.PublishTarget;
import dev.mtdconnector.enrollment.Directory;
import dev.mtdconnector.feed.FeedView;
import dev.mtdconnector.health.AnswerTimes.Answered;
import dev.mtdconnector.health.Doctor.Check;
import dev.mtdconnector.health.Finding.State;
import dev.mtdconnector.notify.ErrorRecords.ErrorRecord;
import dev.mtdconnector.schedule.Job;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.signin.Role;
import dev.mtdconnector.tenant.AccessGroupCheck;
import dev.mtdconnector.tenant.GrantedRoles;
import dev.mtdconnector.tenant.GroupCheck;
import dev.mtdconnector.tenant.Registration;
import dev.mtdconnector.tenant.Tenant;
import dev.mtdconnector.tenant.TenantStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/** What can be wrong for one tenant. The directory is asked anew, the rest is what is stored. */
public final class TenantChecks {

    /** Entra refuses what is off by more than five minutes. */
    static final Duration MOST_SKEW = Duration.ofMinutes(5);

    private static final Duration NOTICEABLE_SKEW = Duration.ofSeconds(30);

    private final Sources sources;
    private final PermissionChecks permissions;
    private final Clock clock;

    /**
     * Where they look.
     *
     * @param errors the tenant's records of one subject
     */
    public record Sources(
            TenantStore tenants,
            ConnectorStore connectors,
            ConnectionStatus connection,
            GrantedRoles granted,
            AccessGroupCheck accessGroups,
            Directory directory,
            Schedule schedule,
            BiFunction<String, String, List<ErrorRecord>> errors,
            FeedView feed,
            Probes probes) {}

    public TenantChecks(Sources sources, String publicUrl, Clock clock) {
        this.sources = sources;
        this.permissions = new PermissionChecks(sources.granted(), publicUrl);
        this.clock = clock;
    }

    /** The checks of this tenant. */
    public List<Check> of(Tenant tenant) {
        String tenantId = tenant.tenantId();
        Optional<Connector> connector = sources.connectors().find(tenantId);
        List<Registration> registrations = new ArrayList<>(List.of(Registration.BASE));
        connector.ifPresent(found -> registrations.add(found.publishing().registration()));
        List<Check> checks = new ArrayList<>(permissions.of(tenantId, registrations));
        tenant.details().accessGroups().forEach((role, groupId) -> checks.add(accessGroup(tenantId, role, groupId)));
        if (connector.isEmpty()) {
            checks.add(new Check(
                    "connector",
                    () -> Finding.of(
                            "connector", State.RED, "There is no connector yet.", ErrorCode.CONNECTOR_UNKNOWN)));
        }
        connector.ifPresent(found -> ofConnector(checks, tenantId, found));
        checks.add(new Check("clock", this::clock));
        checks.add(new Check(
                "mail", () -> job("mail", tenantId, JobKind.MAIL, "Mail is sent.", "No mail was to be sent yet.")));
        checks.add(new Check("feed", () -> feed(tenantId)));
        checks.add(new Check("storage", () -> storage(tenantId)));
        return checks;
    }

    private void ofConnector(List<Check> checks, String tenantId, Connector connector) {
        if (connector.groups().isEmpty()) {
            checks.add(new Check(
                    "groups.enrollment",
                    () -> Finding.of(
                            "groups.enrollment",
                            State.RED,
                            "No enrollment group is chosen, so no device is enrolled.",
                            ErrorCode.ENROLLMENT_NOT_SET_UP)));
        }
        connector.groups().forEach(group -> checks.add(enrollmentGroup(tenantId, group)));
        checks.add(new Check("heartbeat", () -> heartbeat(connector)));
        checks.add(new Check("intune", () -> intune(connector)));
        checks.add(new Check(
                "publisher",
                () -> job(
                        "publisher",
                        tenantId,
                        JobKind.PUBLISH,
                        "States reach " + connector.publishing().target().text() + ".",
                        "No state was to be told yet.")));
        checks.add(new Check(
                "sync",
                () -> job(
                        "sync",
                        tenantId,
                        JobKind.ENROLLMENT_SYNC,
                        "The enrollment groups are read.",
                        "The enrollment groups were not read yet.")));
    }

    private Check accessGroup(String tenantId, Role role, String groupId) {
        String id = "groups.access." + role.name().toLowerCase(Locale.ROOT).replace('_', '-');
        return new Check(id, () -> {
            GroupCheck check = sources.accessGroups().of(tenantId, groupId);
            return switch (check.state()) {
                case FOUND -> Finding.green(id, "The access group " + groupId + " is " + check.displayName() + ".");
                case NOT_FOUND ->
                    Finding.of(
                            id,
                            State.RED,
                            "The access group " + groupId + " is no group of the directory: nobody gets in by it.",
                            ErrorCode.ACCESS_GROUP_MISSING);
                case NOT_SECURITY_ENABLED ->
                    Finding.of(
                            id,
                            State.RED,
                            "The access group " + groupId + " is not a security group: nobody gets in by it.",
                            ErrorCode.ACCESS_GROUP_MISSING);
            };
        });
    }

    private Check enrollmentGroup(String tenantId, Connector.EnrollmentGroup group) {
        String id = "groups.enrollment." + group.id();
        return new Check(id, () -> {
            try {
                Directory.Group found = sources.directory().group(tenantId, group.id());
                return sources.directory().isEmpty(tenantId, group.id())
                        ? Finding.of(
                                id,
                                State.YELLOW,
                                "The enrollment group " + found.displayName() + " has no members.",
                                "Add users to the group: their devices are enrolled at the next poll.")
                        : Finding.green(id, "The enrollment group " + found.displayName() + " is found.");
            } catch (UpstreamException e) {
                if (e.kind() != UpstreamException.Kind.NOT_FOUND) {
                    throw e;
                }
                return Finding.of(
                        id,
                        State.RED,
                        "The enrollment group " + group.displayName() + " is gone from the directory.",
                        ErrorCode.ENROLLMENT_GROUP_GONE);
            }
        });
    }

    private Finding heartbeat(Connector connector) {
        ConnectionHealth health = sources.connection().of(connector);
        String state = health.state().label();
        String since = health.since() == null ? "" : " since " + health.since();
        Optional<ErrorCode> code = health.alarm().code();
        return switch (health.state()) {
            case HEALTHY -> Finding.green("heartbeat", "Heartbeats are acknowledged.");
            case STARTING ->
                Finding.of("heartbeat", State.YELLOW, "The first heartbeat is due.", "Wait for some minutes.");
            case WAITING_FOR_CONSENT ->
                Finding.of("heartbeat", State.RED, "The heartbeat waits for a consent.", ErrorCode.CONSENT_REQUIRED);
            case SUSPENDED ->
                Finding.of("heartbeat", State.YELLOW, "The tenant is suspended.", ErrorCode.TENANT_SUSPENDED);
            case FAILING, LATE ->
                Finding.of(
                        "heartbeat",
                        State.RED,
                        "The connection is " + state + since + ".",
                        code.orElseGet(() -> lastCode(connector.tenantId()).orElse(ErrorCode.HEARTBEAT_SILENT)));
        };
    }

    private Optional<ErrorCode> lastCode(String tenantId) {
        return sources.schedule()
                .find(tenantId, JobKind.HEARTBEAT)
                .map(Job::lastErrorCode)
                .flatMap(ErrorCode::ofCode);
    }

    private Finding intune(Connector connector) {
        if (connector.publishing().target().way() != PublishTarget.Way.PARTNER) {
            return Finding.green("intune", "States go to the directory, so Intune shows no partner.");
        }
        Map<String, Object> shown = sources.connection().intune(connector);
        if (shown == null) {
            return Finding.of(
                    "intune",
                    State.UNKNOWN,
                    "How Intune shows the connection was not read.",
                    "Grant DeviceManagementServiceConfig.Read.All, or look in the Intune admin center under Tenant"
                            + " administration, Connectors and tokens, Mobile Threat Defense.");
        }
        String says = "Intune shows " + shown.get("title") + ", as read at " + shown.get("readAt") + ".";
        Object remedy = shown.get("remedy");
        if (remedy == null) {
            return Finding.green("intune", says);
        }
        boolean isAvailable = "available".equals(shown.get("state"));
        return Finding.of("intune", isAvailable ? State.YELLOW : State.RED, says, String.valueOf(remedy));
    }

    private Finding clock() {
        return ofClock(sources.probes().lastOfGraph());
    }

    static Finding ofClock(Optional<Answered> answer) {
        Optional<Duration> skew = answer.flatMap(Answered::skew).map(Duration::abs);
        if (skew.isEmpty()) {
            return Finding.of(
                    "clock", State.UNKNOWN, "Graph has not told the time yet.", "Ask again after the next sync.");
        }
        String says = "Our clock and Microsoft's differ by " + skew.get().toSeconds() + " seconds.";
        if (skew.get().compareTo(NOTICEABLE_SKEW) <= 0) {
            return Finding.green("clock", says);
        }
        return Finding.of(
                "clock",
                skew.get().compareTo(MOST_SKEW) < 0 ? State.YELLOW : State.RED,
                says,
                "The operator sets the clock of the machine that the connector runs on.");
    }

    private Finding feed(String tenantId) {
        Map<String, Object> view = sources.feed().of(tenantId);
        String state = String.valueOf(view.get("state"));
        return switch (state) {
            case "connected" -> Finding.green("feed", "The threat feed is connected.");
            case "not connected" ->
                Finding.green("feed", "No threat feed is connected; agents and sent events are taken.");
            case "failing" ->
                new Finding(
                        "feed",
                        State.RED,
                        "The threat feed fails since " + view.get("since") + ": " + view.get("title") + ".",
                        String.valueOf(view.get("code")),
                        String.valueOf(view.get("remedy")));
            case "silent" ->
                Finding.of(
                        "feed",
                        State.YELLOW,
                        "The threat feed is silent since " + view.get("since") + ".",
                        ErrorCode.FEED_SILENT);
            case "key expiring" ->
                Finding.of("feed", State.YELLOW, "The key of the threat feed expires.", ErrorCode.FEED_KEY_EXPIRING);
            default -> Finding.of("feed", State.YELLOW, "The threat feed is " + state + ".", "Wait for it to end.");
        };
    }

    private Finding storage(String tenantId) {
        Instant begun = clock.instant();
        sources.tenants().find(tenantId);
        return Finding.green(
                "storage",
                "Storage answers in " + Duration.between(begun, clock.instant()).toMillis() + " ms.");
    }

    /** How a job of the tenant goes: red while it fails, yellow when it has missed two of its turns. */
    private Finding job(String id, String tenantId, JobKind kind, String good, String none) {
        Optional<Job> job = sources.schedule().find(tenantId, kind);
        Optional<ErrorRecord> open = sources.errors().apply(tenantId, kind.queue()).stream()
                .filter(ErrorRecord::isOpen)
                .max(Comparator.comparing(ErrorRecord::lastAt));
        Instant succeeded = job.map(Job::lastSuccessAt).orElse(null);
        String last = succeeded == null ? "" : " The last success was at " + succeeded + ".";
        if (open.isPresent()) {
            ErrorCode code = ErrorCode.ofCode(open.get().code()).orElse(ErrorCode.INTERNAL);
            return Finding.of(
                    id, State.RED, code.title() + ", since " + open.get().firstAt() + "." + last, code);
        }
        if (succeeded == null) {
            return Finding.of(id, State.UNKNOWN, none, "Wait for some minutes.");
        }
        long every = job.map(Job::everySeconds).orElse(0L);
        boolean isLate = every > 0
                && succeeded.plusSeconds(2 * every).plus(Duration.ofMinutes(1)).isBefore(clock.instant());
        return isLate
                ? Finding.of(
                        id,
                        State.YELLOW,
                        "It has missed two of its turns." + last,
                        "The operator looks at GET /api/v1/operator/health: jobs do not run as they should.")
                : Finding.green(id, good + last);
    }
}
