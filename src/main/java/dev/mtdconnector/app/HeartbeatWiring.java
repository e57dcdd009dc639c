package dev.mtdconnector.app;

import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.connector.ConnectionCheck;
import dev.mtdconnector.connector.ConnectionCheckJob;
import dev.mtdconnector.connector.ConnectionStatus;
import dev.mtdconnector.connector.HeartbeatJob;
import dev.mtdconnector.connector.IntuneStatus;
import dev.mtdconnector.intune.ReportedStates.PartnerConnector;
import dev.mtdconnector.notify.ErrorRecords;
import dev.mtdconnector.notify.ErrorRecords.ErrorRecord;
import dev.mtdconnector.schedule.JobKind;
import dev.mtdconnector.schedule.Outcome;
import dev.mtdconnector.schedule.Schedule;
import dev.mtdconnector.schedule.TenantJob;
import dev.mtdconnector.storage.ConnectorTable;
import dev.mtdconnector.storage.ErrorTable;
import dev.mtdconnector.storage.TenantTable;
import dev.mtdconnector.tenant.NeededRoles;
import dev.mtdconnector.tenant.Registration;
import dev.mtdconnector.tenant.Tenant;
import java.time.Clock;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;

/** Beats, and who notices when they stay away. */
final class HeartbeatWiring implements Feature {

    private final Shared shared;
    private final PublishingWiring publishing;
    private final ConnectionCheck check;

    HeartbeatWiring(Shared shared, PublishingWiring publishing, ConnectionStatus status) {
        this.shared = shared;
        this.publishing = publishing;
        this.check = new ConnectionCheck(
                shared.stores().connectors(),
                status,
                new Recorded(shared.services().errors()),
                shared.clock());
    }

    /** How connections are, for those who show it. */
    static ConnectionStatus status(
            ConnectorTable connectors, TenantTable tenants, ErrorTable errors, Schedule schedule, Clock clock) {
        return new ConnectionStatus(
                connectors,
                connectors,
                schedule,
                tenantId -> tenants.find(tenantId)
                        .filter(tenant -> tenant.status() != Tenant.Status.ACTIVE)
                        .isPresent(),
                tenantId -> errors.ofJob(tenantId, JobKind.HEARTBEAT.queue()).stream()
                        .max(Comparator.comparing(ErrorRecord::lastAt))
                        .map(last -> new ConnectionStatus.LastError.Recorded(
                                ErrorCode.ofCode(last.code()).orElse(ErrorCode.INTERNAL),
                                last.firstAt(),
                                last.lastAt(),
                                last.recoveredAt())),
                clock);
    }

    @Override
    public Map<JobKind, TenantJob> jobs() {
        ConnectorTable connectors = shared.stores().connectors();
        return Map.of(
                JobKind.HEARTBEAT,
                new HeartbeatJob(
                        connectors,
                        publishing.connections(),
                        publishing.returned(),
                        publishing::isPartnerLeft,
                        check,
                        shared.services().schedule(),
                        shared.clock()),
                JobKind.CONNECTION_CHECK,
                new ConnectionCheckJob(connectors, check, new Shown(shared), publishing.connections(), shared.clock()));
    }

    private record Recorded(ErrorRecords errors) implements ConnectionCheck.Records {

        @Override
        public void open(String tenantId, String subject, ErrorCode code, String message) {
            errors.failed(tenantId, subject, new Outcome.Failed(code, message, null));
        }

        @Override
        public void close(String tenantId, String subject) {
            errors.recovered(tenantId, subject);
        }
    }

    /** Our connector among those that the tenant's Intune lists. */
    private record Shown(Shared shared) implements ConnectionCheckJob.IntuneView {

        @Override
        public boolean isReadable(String tenantId) {
            return id().isPresent()
                    && shared.stores()
                            .consents()
                            .find(tenantId, Registration.BASE)
                            .allows(NeededRoles.INTUNE_CONNECTORS);
        }

        @Override
        public IntuneStatus of(String tenantId) {
            return shared.lazy().reportedStates().connectors(tenantId).stream()
                    .filter(connector -> Optional.of(connector.id()).equals(id()))
                    .findFirst()
                    .map(Shown::status)
                    .orElse(IntuneStatus.NOT_LISTED);
        }

        private Optional<String> id() {
            return Optional.ofNullable(shared.settings().partner().connectorId());
        }

        private static IntuneStatus status(PartnerConnector connector) {
            Map<String, Boolean> switches = connector.switches();
            return new IntuneStatus(
                    connector.partnerState(),
                    connector.lastHeartbeatAt(),
                    connector.unresponsiveAfterDays(),
                    switches.getOrDefault("iosEnabled", false),
                    switches.getOrDefault("androidEnabled", false));
        }
    }
}
