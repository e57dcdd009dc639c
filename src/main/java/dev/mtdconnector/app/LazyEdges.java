package dev.mtdconnector.app;

import dev.mtdconnector.apps.DetectedApps;
import dev.mtdconnector.connector.IntuneConnection;
import dev.mtdconnector.connector.RiskGroups;
import dev.mtdconnector.enrollment.Directory;
import dev.mtdconnector.enrollment.DirectoryChanges;
import dev.mtdconnector.feed.ApplicationKey;
import dev.mtdconnector.feed.RiskApi;
import dev.mtdconnector.intune.DeviceAttributes;
import dev.mtdconnector.intune.GroupMembers;
import dev.mtdconnector.intune.IntunePublisher;
import dev.mtdconnector.intune.ReportedStates;
import dev.mtdconnector.signin.CodeRedemption;
import dev.mtdconnector.signin.DirectoryNames;
import dev.mtdconnector.signin.GroupMembership;
import dev.mtdconnector.signin.SigningKeys;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Ports that make what stands behind them at the first call, so that wiring them costs nothing. */
final class LazyEdges {

    private final Edges edges;

    LazyEdges(Edges edges) {
        this.edges = edges;
    }

    Directory directory() {
        return new Directory() {
            @Override
            public List<Group> groupsNamed(String tenantId, String displayName) {
                return edges.directory().get().groupsNamed(tenantId, displayName);
            }

            @Override
            public Group group(String tenantId, String groupId) {
                return edges.directory().get().group(tenantId, groupId);
            }

            @Override
            public List<Group> groupsBeginning(String tenantId, String prefix) {
                return edges.directory().get().groupsBeginning(tenantId, prefix);
            }

            @Override
            public boolean isEmpty(String tenantId, String groupId) {
                return edges.directory().get().isEmpty(tenantId, groupId);
            }
        };
    }

    ReportedStates reportedStates() {
        return new ReportedStates() {
            @Override
            public Map<String, String> of(String tenantId, List<String> deviceIds) {
                return edges.reportedStates().get().of(tenantId, deviceIds);
            }

            @Override
            public List<PartnerConnector> connectors(String tenantId) {
                return edges.reportedStates().get().connectors(tenantId);
            }
        };
    }

    SigningKeys signingKeys() {
        return (tenantId, since) -> edges.signingKeys().get().of(tenantId, since);
    }

    CodeRedemption codeRedemption() {
        return (tenantId, code, redirectUri, codeVerifier) ->
                edges.codeRedemption().get().redeem(tenantId, code, redirectUri, codeVerifier);
    }

    GroupMembership groupMembership() {
        return (tenantId, userId, groupIds) -> edges.groupMembership().get().of(tenantId, userId, groupIds);
    }

    DirectoryNames directoryNames() {
        return domain -> edges.directoryNames().get().directoryId(domain);
    }

    DirectoryChanges directoryChanges() {
        return (tenantId, meter) -> edges.directoryChanges().get().open(tenantId, meter);
    }

    IntuneConnection intuneConnection() {
        return new IntuneConnection() {
            @Override
            public void provision(String tenantId) {
                edges.intuneConnection().get().provision(tenantId);
            }

            @Override
            public void deprovision(String tenantId) {
                edges.intuneConnection().get().deprovision(tenantId);
            }

            @Override
            public HeartbeatAnswer heartbeat(String tenantId, Instant now) {
                return edges.intuneConnection().get().heartbeat(tenantId, now);
            }
        };
    }

    IntunePublisher intunePublisher() {
        return new IntunePublisher() {
            @Override
            public String content(String tenantId, List<DeviceReport> reports) {
                return edges.intunePublisher().get().content(tenantId, reports);
            }

            @Override
            public void upload(
                    String tenantId, UUID messageId, Instant uploadTime, String content, Runnable checkpoint) {
                edges.intunePublisher().get().upload(tenantId, messageId, uploadTime, content, checkpoint);
            }

            @Override
            public UploadStatus status(String tenantId, UUID messageId) {
                return edges.intunePublisher().get().status(tenantId, messageId);
            }
        };
    }

    RiskApi riskApi() {
        return new RiskApi() {
            @Override
            public void prove(ApplicationKey key) {
                edges.riskApi().get().prove(key);
            }

            @Override
            public Page events(ApplicationKey key, From from, int limit) {
                return edges.riskApi().get().events(key, from, limit);
            }

            @Override
            public Page devices(ApplicationKey key, @Nullable Instant updatedSince, @Nullable String after, int limit) {
                return edges.riskApi().get().devices(key, updatedSince, after, limit);
            }

            @Override
            public Page openThreats(ApplicationKey key, @Nullable String after, int limit) {
                return edges.riskApi().get().openThreats(key, after, limit);
            }
        };
    }

    DetectedApps detectedApps() {
        return new DetectedApps() {
            @Override
            public void each(String tenantId, Consumer<DetectedApp> consumer) {
                edges.detectedApps().get().each(tenantId, consumer);
            }

            @Override
            public void installations(String tenantId, String id, Consumer<Installation> consumer) {
                edges.detectedApps().get().installations(tenantId, id, consumer);
            }
        };
    }

    RiskGroups riskGroups() {
        return (tenantId, groupId, taken) ->
                edges.directoryTargets().get().groups().look(tenantId, groupId, taken);
    }

    DeviceAttributes deviceAttributes() {
        return new DeviceAttributes() {
            @Override
            public Map<String, Held> read(String tenantId, int number, Collection<String> deviceIds) {
                return edges.directoryTargets().get().attributes().read(tenantId, number, deviceIds);
            }

            @Override
            public Map<String, String> write(
                    String tenantId, int number, Map<String, @Nullable String> values, Runnable checkpoint) {
                return edges.directoryTargets().get().attributes().write(tenantId, number, values, checkpoint);
            }

            @Override
            public void prove(String tenantId) {
                edges.directoryTargets().get().attributes().prove(tenantId);
            }
        };
    }

    GroupMembers groupMembers() {
        return new GroupMembers() {
            @Override
            public Set<String> present(RiskGroup group, Collection<String> memberIds) {
                return edges.directoryTargets().get().members().present(group, memberIds);
            }

            @Override
            public Map<String, String> add(RiskGroup group, Collection<String> memberIds, Runnable checkpoint) {
                return edges.directoryTargets().get().members().add(group, memberIds, checkpoint);
            }

            @Override
            public Map<String, String> remove(RiskGroup group, Collection<String> memberIds, Runnable checkpoint) {
                return edges.directoryTargets().get().members().remove(group, memberIds, checkpoint);
            }

            @Override
            public Map<String, String> objectIds(String tenantId, Collection<String> deviceIds) {
                return edges.directoryTargets().get().members().objectIds(tenantId, deviceIds);
            }

            @Override
            public void prove(RiskGroup group) {
                edges.directoryTargets().get().members().prove(group);
            }
        };
    }
}
