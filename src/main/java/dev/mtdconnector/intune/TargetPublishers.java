package dev.mtdconnector.intune;

import dev.mtdconnector.common.AppException;
import dev.mtdconnector.common.ErrorCode;
import dev.mtdconnector.common.UpstreamException;
import dev.mtdconnector.connector.Connections;
import dev.mtdconnector.connector.Connector;
import dev.mtdconnector.connector.ConnectorStore;
import dev.mtdconnector.connector.IntuneConnection;
import dev.mtdconnector.connector.PublishOptions;
import dev.mtdconnector.connector.PublishTarget;
import dev.mtdconnector.connector.Publishing;
import dev.mtdconnector.connector.RiskGroups;
import dev.mtdconnector.tenant.Registration;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** The publisher and the connection of each target. */
public final class TargetPublishers implements Publishers, Connections {

    private final IntunePublisher partner;
    private final IntuneConnection partnerConnection;
    private final Directory directory;
    private final Set<Registration> registrations;
    private final ConnectorStore connectors;
    private final Clock clock;

    /**
     * @param registrations the app registrations that this deployment has
     */
    public TargetPublishers(
            IntunePublisher partner,
            IntuneConnection partnerConnection,
            Directory directory,
            Set<Registration> registrations,
            ConnectorStore connectors,
            Clock clock) {
        this.partner = partner;
        this.partnerConnection = partnerConnection;
        this.directory = directory;
        this.registrations = Set.copyOf(registrations);
        this.connectors = connectors;
        this.clock = clock;
    }

    /** What is written in the directory, and what is kept about it. */
    public record Directory(
            DeviceAttributes attributes, GroupMembers members, RiskMembers riskMembers, UploadLog log) {}

    @Override
    public IntunePublisher of(PublishTarget target) {
        return switch (target.way()) {
            case PARTNER -> partner;
            case DEVICE_ATTRIBUTE -> {
                require(Set.of(Registration.ATTRIBUTE));
                yield new AttributePublisher(target.number(), directory.attributes(), directory.log(), this::options);
            }
            case RISK_GROUP -> {
                require(Set.of(Registration.GROUP, Registration.DEVICE_GROUP));
                yield new GroupPublisher(
                        target.place(),
                        directory.members(),
                        directory.riskMembers(),
                        directory.log(),
                        this::options,
                        clock);
            }
        };
    }

    @Override
    public IntuneConnection to(PublishTarget target) {
        return switch (target.way()) {
            case PARTNER -> partnerConnection;
            case DEVICE_ATTRIBUTE -> new Path(directory.attributes()::prove);
            case RISK_GROUP ->
                new Path(tenantId -> proveGroup(new GroupMembers.RiskGroup(
                        tenantId, target.place(), options(tenantId).of())));
        };
    }

    /** A group that was fit when it was chosen may be so no longer: its members may follow a rule now. */
    private void proveGroup(GroupMembers.RiskGroup group) {
        RiskGroups.Candidate now;
        try {
            now = directory.members().prove(group);
        } catch (UpstreamException e) {
            if (e.kind() == UpstreamException.Kind.NOT_FOUND) {
                throw new AppException(ErrorCode.RISK_GROUP_GONE, "There is no group " + group.id());
            }
            throw e;
        }
        now.refusal().ifPresent(why -> {
            throw new AppException(why, "The group " + group.id() + " is not fit any more");
        });
    }

    private PublishOptions options(String tenantId) {
        return connectors
                .find(tenantId)
                .map(Connector::publishing)
                .map(Publishing::options)
                .orElse(PublishOptions.DEFAULT);
    }

    private void require(Set<Registration> anyOf) {
        if (anyOf.stream().noneMatch(registrations::contains)) {
            throw new UpstreamException(
                    UpstreamException.Service.INTUNE,
                    UpstreamException.Kind.NOT_CONFIGURED,
                    "This deployment has no app registration for the chosen publisher");
        }
    }

    /** A place in the directory: nobody has to be told of us, and a beat is a read of what is written there. */
    private record Path(Consumer<String> proof) implements IntuneConnection {

        @Override
        public void provision(String tenantId) {}

        @Override
        public void deprovision(String tenantId) {}

        @Override
        public HeartbeatAnswer heartbeat(String tenantId, Instant now) {
            proof.accept(tenantId);
            return new HeartbeatAnswer(now, null, List.of());
        }
    }
}
